import type { ReactNode } from 'react';
import { WindowContext, type WindowParts } from '../../store/window-context.tsx';
import { ErrorBoundary } from '../../ui/error-boundary.tsx';

/** Notices are drawn outside the window's tree; this gives them its parts. */
export function NoticeFrame({ parts, children }: { readonly parts: WindowParts; readonly children: ReactNode }): ReactNode {
  return (
    <WindowContext value={parts}>
      <ErrorBoundary part={parts.texts.shell.parts.notices}>{children}</ErrorBoundary>
    </WindowContext>
  );
}
