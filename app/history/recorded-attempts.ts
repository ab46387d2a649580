/** The attempts of an execution: as the states of its source let them be seen, and exactly once one of them has ended. */
import { assertNever } from '../base/assert-never.ts';
import type { Instant } from '../model/instant.ts';
import type { AttemptOutcome, EndedAttempt, RunEvent } from '../model/run.ts';
import { type ExecutionEnd, statusOfFailure } from './execution-end.ts';
import type { AttemptRecord, ExecutionStatus } from './records.ts';

/** A source has gone over to another state. */
export type SourceStateEvent = Extract<RunEvent, { kind: 'source-state' }>;

/**
 * The attempts after a state event; the same array where nothing changed. `told` is the number that the event before had:
 * numbers begin anew on a standby, here they go on.
 */
export function attemptsAfter(attempts: readonly AttemptRecord[], event: SourceStateEvent, told: number): readonly AttemptRecord[] {
  const last = attempts.at(-1);
  if (event.status === 'retrying') return endLast(attempts, event.at, { status: 'failed' });
  const isElsewhere = event.status === 'connecting' && event.endpoint !== undefined && event.endpoint !== last?.endpoint;
  if (last?.completedAt !== null || event.attempt !== told || isElsewhere) {
    const opened: AttemptRecord = {
      attempt: attempts.length + 1,
      endpoint: event.endpoint ?? last?.endpoint ?? null,
      status: null,
      errorMessage: null,
      errorCode: null,
      startedAt: event.at,
      completedAt: null,
    };
    return [...endLast(attempts, event.at, { status: 'failed' }), opened];
  }
  if (event.endpoint === undefined || event.endpoint === last.endpoint) return attempts;
  return [...attempts.slice(0, -1), { ...last, endpoint: event.endpoint }];
}

/** The same with the last one ended, where it has not ended yet. */
export function endLast(
  attempts: readonly AttemptRecord[],
  at: Instant,
  end: Pick<ExecutionEnd, 'status'> & Partial<Pick<ExecutionEnd, 'errorMessage' | 'errorCode'>>,
): readonly AttemptRecord[] {
  const last = attempts.at(-1);
  if (last?.completedAt !== null) return attempts;
  const ended = {
    ...last,
    status: end.status,
    errorMessage: end.errorMessage ?? null,
    errorCode: end.errorCode ?? null,
    completedAt: at,
  };
  return [...attempts.slice(0, -1), ended];
}

/** The attempts once one has ended: what was seen of it before gives way to its own times, endpoint and failure. */
export function withEnded(attempts: readonly AttemptRecord[], ended: EndedAttempt): readonly AttemptRecord[] {
  const before = attempts.at(-1)?.completedAt === null ? attempts.slice(0, -1) : attempts;
  const { endpoint, startedAt, at, failure } = ended;
  const record: AttemptRecord = {
    attempt: before.length + 1,
    endpoint,
    status: statusOfAttempt(ended.outcome, failure),
    errorMessage: failure?.message ?? null,
    errorCode: failure === undefined ? null : (failure.vendorCode ?? failure.code),
    startedAt,
    completedAt: at,
  };
  return [...before, record];
}

function statusOfAttempt(outcome: AttemptOutcome, cause: EndedAttempt['failure']): ExecutionStatus {
  switch (outcome) {
    case 'success':
    case 'timeout':
    case 'cancelled':
      return outcome;
    case 'failed':
    case 'rate_limited':
      return cause === undefined ? 'failed' : statusOfFailure(cause);
    default:
      return assertNever(outcome);
  }
}
