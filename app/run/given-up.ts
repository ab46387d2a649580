/** What is said of what a run no longer waits for: a database, the engine, the last evaluation. */
import { AbortedError, type AbortReason } from '../base/abort.ts';
import { deadlineFailure } from '../model/deadline-failure.ts';
import { type Failure, failure, toFailure } from '../model/failure.ts';
import type { SourceOutcome } from '../model/run.ts';

/** Why a run has no result as a whole, and how it ends for that. */
export interface WithoutResult {
  readonly outcome: 'failed' | 'cancelled';
  readonly failure: Failure;
}

/** A database that does not even end when its process is killed is left behind. */
export function outcomeLeftBehind(error: unknown): SourceOutcome {
  if (!(error instanceof AbortedError)) return { kind: 'failed', failure: toFailure(error) };
  if (error.reason.kind !== 'timeout')
    return { kind: 'cancelled', confirmed: false, note: 'Cancelled; the database did not confirm that the statement has ended.' };
  const message = `The run reached its deadline of ${String(error.reason.afterMs / 1000)} s; the database did not confirm that the statement has ended.`;
  return { kind: 'timeout', failure: deadlineFailure(message) };
}

/** A run whose last evaluation was interrupted. */
export function interruptedBy(reason: AbortReason): WithoutResult {
  const isLate = reason.kind === 'timeout';
  const why = isLate
    ? `the run reached its deadline of ${String(reason.afterMs / 1000)} s`
    : reason.kind === 'shutdown'
      ? 'the program was closed'
      : 'the run was cancelled';
  const message = `The rule was not evaluated to its end: ${why}. What it would have found is not known.`;
  return { outcome: isLate ? 'failed' : 'cancelled', failure: failure('run.not-evaluated', { message }) };
}

/** An engine that does not answer any more. */
export function engineIsDeaf(deadlineMs: number | undefined): Failure {
  const until = deadlineMs === undefined ? 'in time' : `before the deadline of ${String(deadlineMs / 1000)} s`;
  const message = `The process that merges the results did not answer ${until} and was ended.`;
  return failure('engine.crashed', { message });
}
