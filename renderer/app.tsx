import { MantineProvider, type MantineColorSchemeManager } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { Shell } from './features/shell/shell.tsx';
import { WindowContext, type WindowParts } from './store/window-context.tsx';
import { resolveVariables, theme } from './styles/theme.ts';
import { ErrorBoundary } from './ui/error-boundary.tsx';

interface AppProps {
  readonly parts: WindowParts;
  readonly schemes: MantineColorSchemeManager;
}

/** The whole window. */
export function App({ parts, schemes }: AppProps): ReactNode {
  const names = parts.texts.shell.parts;
  return (
    <MantineProvider theme={theme} cssVariablesResolver={resolveVariables} colorSchemeManager={schemes} defaultColorScheme="auto">
      <WindowContext value={parts}>
        <ErrorBoundary part={names.window}>
          <Shell />
        </ErrorBoundary>
        <ErrorBoundary part={names.notices} shape="over">
          <Notifications position="bottom-right" limit={4} containerWidth={400} />
        </ErrorBoundary>
      </WindowContext>
    </MantineProvider>
  );
}
