import type { ReactNode } from 'react';
import type { SourceStatus } from '../../app/model/run.ts';
import { classNames } from './class-names.ts';
import styles from './state-mark.module.css';

const stroke = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.5, strokeLinecap: 'round', strokeLinejoin: 'round' } as const;

// Every state has an outline of its own, so that it is told without colour: ring, dashed ring, arc, arrow, disc, triangle, bar.
const shapes: Readonly<Record<SourceStatus, ReactNode>> = {
  waiting: <circle cx="7" cy="7" r="4.6" {...stroke} strokeWidth={1.2} />,
  connecting: <circle cx="7" cy="7" r="4.8" {...stroke} strokeDasharray="2.2 2.8" className={styles.turning} />,
  running: (
    <g className={styles.turning}>
      <circle cx="7" cy="7" r="4.8" {...stroke} strokeWidth={1.6} opacity={0.28} />
      <path d="M7 2.2A4.8 4.8 0 0 1 11.8 7" {...stroke} strokeWidth={2} />
    </g>
  ),
  retrying: <path d="M11.6 7A4.6 4.6 0 1 1 10 3.5M11.4 1.6v2.8H8.6" {...stroke} />,
  completed: (
    <>
      <circle cx="7" cy="7" r="5.8" fill="currentColor" />
      <path d="M4.4 7.2l1.8 1.8 3.4-3.8" {...stroke} stroke="var(--cam-surface)" />
    </>
  ),
  failed: (
    <>
      <path d="M7 1.2L13.2 12.4H0.8z" fill="currentColor" stroke="currentColor" strokeWidth={0.8} strokeLinejoin="round" />
      <path d="M7 5v3.2M7 10.2v.05" {...stroke} stroke="var(--cam-surface)" />
    </>
  ),
  cancelled: (
    <>
      <circle cx="7" cy="7" r="5" {...stroke} />
      <path d="M3.6 10.4l6.8-6.8" {...stroke} />
    </>
  ),
};

/** The shape of a state, in its colour. Give it the word beside it, or as `label` where there is no room for the word. */
export function StateMark({ status, label }: { readonly status: SourceStatus; readonly label?: string }): ReactNode {
  return (
    <svg
      width={14}
      height={14}
      viewBox="0 0 14 14"
      className={classNames(styles.mark, styles[status])}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      {shapes[status]}
    </svg>
  );
}
