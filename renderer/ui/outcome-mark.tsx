import type { ReactNode } from 'react';
import type { ExecutionStatus, RunStatus } from '../../app/model/history.ts';
import { classNames } from './class-names.ts';
import { arc, disc, half, inner, stroke, triangle } from './mark-shapes.tsx';
import colours from './outcome-colours.module.css';
import styles from './outcome-mark.module.css';

/** How something recorded ended; `running` while it has not. */
export type Outcome = ExecutionStatus | Exclude<RunStatus, 'partial'> | 'incomplete' | 'running';

/** How a run ended: one that answered in part is incomplete. */
export function outcomeOfRun(outcome: RunStatus | null): Outcome {
  return outcome === null ? 'running' : outcome === 'partial' ? 'incomplete' : outcome;
}

// An outline for each: a state is told by its shape before its colour.
const shapes: Readonly<Record<Outcome, ReactNode>> = {
  running: arc,
  success: disc,
  succeeded: disc,
  partial: half,
  incomplete: half,
  failed: triangle,
  error: (
    <>
      <path d="M4.6 1.2h4.8l3.4 3.4v4.8l-3.4 3.4H4.6L1.2 9.4V4.6z" fill="currentColor" />
      <path d="M5 5l4 4M9 5l-4 4" {...inner} />
    </>
  ),
  timeout: (
    <>
      <circle cx="7" cy="7" r="5.2" {...stroke} />
      <path d="M7 4v3.2l2.2 1.4" {...stroke} />
    </>
  ),
  cancelled: (
    <>
      <circle cx="7" cy="7" r="5" {...stroke} />
      <path d="M3.6 10.4l6.8-6.8" {...stroke} />
    </>
  ),
  skipped: (
    <>
      <circle cx="7" cy="7" r="5" {...stroke} strokeDasharray="2.2 2.6" />
      <path d="M4.6 7h4.8" {...stroke} />
    </>
  ),
  budget: (
    <>
      <rect x="1.8" y="1.8" width="10.4" height="10.4" rx="1.6" {...stroke} />
      <path d="M4 10l6-6" {...stroke} />
    </>
  ),
  interrupted: <path d="M8.4 1.2L3.2 7.8h3.4l-1 5 5.2-6.6H7.4z" fill="currentColor" />,
};

/** The shape of an end, in its colour; the word stands beside it. */
export function OutcomeMark({ outcome }: { readonly outcome: Outcome }): ReactNode {
  return (
    <svg width={14} height={14} viewBox="0 0 14 14" className={classNames(styles.mark, colours[outcome])} aria-hidden="true">
      {shapes[outcome]}
    </svg>
  );
}
