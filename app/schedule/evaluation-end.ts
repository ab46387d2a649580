/** From what came of an evaluation to how its interval stands in the ledger. */
import { instantFromMs } from '../model/instant.ts';
import type { IntervalEnd, OpenInterval } from '../model/ledger.ts';
import type { LedgerInterval } from '../model/schedule.ts';
import type { ScheduleConfig } from '../model/schedule-config.ts';
import type { Evaluation } from './ports.ts';

/** The end of an evaluation. `interval` is as it was claimed, this try counted. */
export function endOfEvaluation(schedule: ScheduleConfig, interval: LedgerInterval, evaluation: Evaluation, nowMs: number): IntervalEnd {
  const { state, reason, result, mayRetry } = evaluation;
  const { times, afterMs } = schedule.retry;
  const isAskedAgain = state !== 'done' && mayRetry && interval.attempts <= times;
  return {
    state,
    reason,
    nextTryAt: isAskedAgain ? instantFromMs(nowMs + afterMs) : null,
    endedAt: instantFromMs(nowMs),
    result,
    countsAsTry: true,
  };
}

/** The end where the program that evaluates is closed: as if it had not begun. */
export function endOfShutdown(nowMs: number): IntervalEnd {
  return {
    state: 'pending',
    reason: 'The program was closed while it ran.',
    nextTryAt: null,
    endedAt: instantFromMs(nowMs),
    result: null,
    countsAsTry: false,
  };
}

/** The end of a claim whose program has died: the interval is evaluated again, but not for ever. */
export function endOfDeath(schedule: ScheduleConfig, interval: OpenInterval, nowMs: number): IntervalEnd {
  const owner = interval.owner ?? 'unknown';
  const isGivenUp = interval.attempts > schedule.retry.times;
  return {
    state: !isGivenUp ? 'pending' : interval.result?.outcome === 'partial' ? 'incomplete' : 'failed',
    reason: isGivenUp
      ? `The program that evaluated it ended in the middle, ${String(interval.attempts)} times; last ${owner}.`
      : `The program that evaluated it ended in the middle: ${owner}.`,
    nextTryAt: null,
    endedAt: instantFromMs(nowMs),
    result: null,
    countsAsTry: true,
  };
}
