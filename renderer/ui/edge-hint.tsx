import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './edge-hint.module.css';

interface EdgeHintProps {
  /** What is in view of the table, in pixels, without scroll bars; `left` is scrolled past. */
  readonly view: { readonly left: number; readonly width: number; readonly height: number };
  /** Width of the whole table in pixels. */
  readonly of: number;
  /** Pixels on the left that stay in view, such as pinned columns. */
  readonly pinned?: number;
}

const shadeWidth = 18;

/** Shades the edge beyond which a table goes on: a scroll bar does not show that where the system hides it. Lies in a positioned place. */
export function EdgeHint({ view: { left, width, height }, of, pinned = 0 }: EdgeHintProps): ReactNode {
  const place = { width: shadeWidth, height };
  return (
    <>
      {left > 1 && <div className={classNames(styles.edge, styles.left)} style={{ ...place, left: pinned }} aria-hidden="true" />}
      {left + width < of - 1 && (
        <div className={classNames(styles.edge, styles.right)} style={{ ...place, left: width - shadeWidth }} aria-hidden="true" />
      )}
    </>
  );
}
