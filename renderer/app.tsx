import { MantineProvider, type MantineColorSchemeManager } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { Shell } from './features/shell/shell.tsx';
import { WindowContext, type WindowParts } from './store/window-context.tsx';
import { resolveVariables, theme } from './styles/theme.ts';

interface AppProps {
  readonly parts: WindowParts;
  readonly schemes: MantineColorSchemeManager;
}

/** The whole window. */
export function App({ parts, schemes }: AppProps): ReactNode {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={resolveVariables} colorSchemeManager={schemes} defaultColorScheme="auto">
      <WindowContext value={parts}>
        <Shell />
        <Notifications position="bottom-right" limit={4} containerWidth={400} />
      </WindowContext>
    </MantineProvider>
  );
}
