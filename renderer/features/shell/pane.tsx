import type { CSSProperties, ReactNode } from 'react';

interface PaneProps {
  readonly label: string;
  readonly className?: string | undefined;
  readonly style?: CSSProperties;
  readonly children: ReactNode;
}

/** A part of the window that F6 goes to. */
export function Pane({ label, className, style, children }: PaneProps): ReactNode {
  return (
    <section aria-label={label} tabIndex={-1} data-pane className={className} style={style}>
      {children}
    </section>
  );
}
