import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from 'react';
import { classNames } from './class-names.ts';
import styles from './splitter.module.css';

interface SplitterProps {
  /** `vertical`: a standing line between left and right. */
  readonly orientation: 'vertical' | 'horizontal';
  readonly label: string;
  readonly size: number;
  readonly least: number;
  readonly most: number;
  /** 1 when the pane before the line grows with the pointer, −1 when the pane after it does. */
  readonly direction: 1 | -1;
  readonly onResize: (size: number) => void;
}

const keyStepPx = 16;

/** The line between two panes: drawn with the pointer or moved with the arrow keys. */
export function Splitter({ orientation, label, size, least, most, direction, onResize }: SplitterProps): ReactNode {
  const start = useRef<{ readonly at: number; readonly size: number } | null>(null);
  const resize = (wanted: number): void => onResize(Math.round(Math.min(Math.max(wanted, least), most)));
  const at = (event: PointerEvent): number => (orientation === 'vertical' ? event.clientX : event.clientY);
  const onPointerDown = (event: PointerEvent): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { at: at(event), size };
    event.preventDefault();
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (start.current !== null) resize(start.current.size + (at(event) - start.current.at) * direction);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const [less, more] = orientation === 'vertical' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    if (event.key !== less && event.key !== more) return;
    event.preventDefault();
    resize(size + (event.key === more ? keyStepPx : -keyStepPx) * direction);
  };
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-orientation={orientation}
      aria-label={label}
      aria-valuenow={size}
      aria-valuemin={least}
      aria-valuemax={most}
      className={classNames(styles.splitter, styles[orientation])}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        start.current = null;
      }}
      onKeyDown={onKeyDown}
    />
  );
}
