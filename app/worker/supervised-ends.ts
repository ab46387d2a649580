/** What is told of sources and processes that were ended from outside. */
import type { AbortReason } from '../base/abort.ts';
import { budgetOutcome } from '../model/budget-reached.ts';
import { deadlineFailure } from '../model/deadline-failure.ts';
import type { SourceOutcome } from '../model/run.ts';
import type { LiveProcess } from './live-process.ts';

/** Why a process has ended, in a sentence. */
export function noteOfEnd(live: LiveProcess): string {
  switch (live.killed) {
    case 'unresponsive':
      return 'The process did not answer and was ended.';
    case 'cancel':
    case 'stuck':
      return 'The process was ended because a statement could not be stopped.';
    case 'closed':
    case undefined:
      return 'The process ended unexpectedly.';
  }
}

/**
 * The outcome of a source that was aborted. `afterMs`: how long its process was waited for before it was ended, 0 where it ended by
 * itself meanwhile; absent where the statement had not been sent.
 */
export function outcomeOfAbort(reason: AbortReason, afterMs: number | undefined): SourceOutcome {
  const how = howItEnded(afterMs);
  if (reason.kind === 'budget') return budgetOutcome(reason, 0, afterMs === undefined ? undefined : how.slice(2));
  if (reason.kind === 'timeout') {
    const message = `The run reached its deadline of ${String(reason.afterMs / 1000)} s${how}.`;
    return { kind: 'timeout', failure: deadlineFailure(message) };
  }
  const opening = reason.kind === 'cancel' ? 'Cancelled' : 'Ended because the program was closed';
  return { kind: 'cancelled', confirmed: afterMs === undefined, note: `${opening}${how}.` };
}

function howItEnded(afterMs: number | undefined): string {
  if (afterMs === undefined) return ' before the statement was sent to the database';
  const doubt = 'the database did not confirm that the statement has ended';
  if (afterMs === 0) return `; the process ended meanwhile; ${doubt}`;
  return `; the statement did not end within ${String(afterMs / 1000)} s, so its process was ended; ${doubt}`;
}

/** The same, where the process had to go too. */
export function withProcessEnded(outcome: SourceOutcome): SourceOutcome {
  return outcome.kind === 'cancelled' ? { ...outcome, note: `${outcome.note} Its process was ended too.` } : outcome;
}
