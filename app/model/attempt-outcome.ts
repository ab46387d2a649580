import { assertNever } from '../base/assert-never.ts';
import type { AttemptOutcome, SourceOutcome } from './run.ts';

/** How the last attempt of a source ended, by how the source did. */
export function attemptOutcomeOf(outcome: SourceOutcome): AttemptOutcome {
  switch (outcome.kind) {
    case 'completed':
    case 'partial':
      return 'success';
    case 'timeout':
    case 'cancelled':
      return outcome.kind;
    case 'failed':
      return outcome.failure.code === 'rate.limited' ? 'rate_limited' : 'failed';
    case 'budget':
    case 'skipped':
      return 'failed';
    default:
      return assertNever(outcome);
  }
}
