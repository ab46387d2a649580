import type { ReactNode } from 'react';
import type { IntervalState } from '../../app/model/schedule.ts';
import { classNames } from './class-names.ts';
import { arc, disc, half, stroke, triangle } from './mark-shapes.tsx';
import styles from './interval-mark.module.css';

// An outline for each, so that a state is told without colour: ring, arc, disc, half disc, triangle, empty square.
const shapes: Readonly<Record<IntervalState, ReactNode>> = {
  pending: <circle cx="7" cy="7" r="4.6" {...stroke} strokeWidth={1.2} />,
  running: arc,
  done: disc,
  incomplete: half,
  failed: triangle,
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
