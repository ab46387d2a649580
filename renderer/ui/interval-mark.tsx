import type { ReactNode } from 'react';
import type { IntervalState } from '../../app/model/schedule.ts';
import { classNames } from './class-names.ts';
import styles from './interval-mark.module.css';

const stroke = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.5, strokeLinecap: 'round', strokeLinejoin: 'round' } as const;
const inner = { ...stroke, stroke: 'var(--cam-surface)' } as const;

// An outline for each, so that a state is told without colour: ring, arc, disc, half disc, triangle, empty square.
const shapes: Readonly<Record<IntervalState, ReactNode>> = {
  pending: <circle cx="7" cy="7" r="4.6" {...stroke} strokeWidth={1.2} />,
  running: (
    <>
      <circle cx="7" cy="7" r="4.8" {...stroke} strokeWidth={1.6} opacity={0.28} />
      <path d="M7 2.2A4.8 4.8 0 0 1 11.8 7" {...stroke} strokeWidth={2} />
    </>
  ),
  done: (
    <>
      <circle cx="7" cy="7" r="5.8" fill="currentColor" />
      <path d="M4.4 7.2l1.8 1.8 3.4-3.8" {...inner} />
    </>
  ),
  incomplete: (
    <>
      <circle cx="7" cy="7" r="5" {...stroke} />
      <path d="M7 2a5 5 0 0 0 0 10z" fill="currentColor" />
    </>
  ),
  failed: (
    <>
      <path d="M7 1.2L13.2 12.4H0.8z" fill="currentColor" stroke="currentColor" strokeWidth={0.8} strokeLinejoin="round" />
      <path d="M7 5v3.2M7 10.2v.05" {...inner} />
    </>
  ),
  missed: (
    <>
      <rect x="2" y="2" width="10" height="10" rx="1.6" {...stroke} strokeDasharray="2.4 2.2" />
      <path d="M5 5l4 4M9 5l-4 4" {...stroke} />
    </>
  ),
};

/** The state of an interval as shape and word, in its colour. */
export function IntervalMark({ state, word }: { readonly state: IntervalState; readonly word: string }): ReactNode {
  return (
    <span className={classNames(styles.state, styles[state])}>
      <svg width={14} height={14} viewBox="0 0 14 14" aria-hidden="true">
        {shapes[state]}
      </svg>
      {word}
    </span>
  );
}
