import type { CSSProperties, ReactNode } from 'react';
import { ErrorBoundary } from '../../ui/error-boundary.tsx';

interface PaneProps {
  readonly label: string;
  readonly className?: string | undefined;
  readonly style?: CSSProperties;
  /** What the part is about: of another one it is drawn anew after a mistake. */
  readonly about?: string | undefined;
  readonly children: ReactNode;
}

/** A part of the window that F6 goes to; a mistake in it leaves the other parts as they are. */
export function Pane({ label, className, style, about, children }: PaneProps): ReactNode {
  return (
    <section aria-label={label} tabIndex={-1} data-pane className={className} style={style}>
      <ErrorBoundary part={label} about={about}>
        {children}
      </ErrorBoundary>
    </section>
  );
}
