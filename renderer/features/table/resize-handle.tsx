import { type PointerEvent, type ReactNode, useRef } from 'react';
import styles from './header-cell.module.css';

/** The right edge of a column's head: dragged, it makes the column wider or narrower. */
export function ResizeHandle({ width, onResize }: { readonly width: number; readonly onResize: (width: number) => void }): ReactNode {
  const start = useRef<{ readonly x: number; readonly width: number } | null>(null);
  const end = (): void => {
    start.current = null;
  };
  return (
    <div
      className={styles.handle}
      draggable
      onDragStart={(event) => {
        event.preventDefault();
        event.stopPropagation();
      }}
      onClick={(event) => event.stopPropagation()}
      onPointerDown={(event: PointerEvent) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, width };
      }}
      onPointerMove={(event) => {
        if (start.current !== null) onResize(start.current.width + event.clientX - start.current.x);
      }}
      onPointerUp={end}
      onPointerCancel={end}
    />
  );
}
