/** Why a source cannot take its values from others: a part of them would make its answer a part too, without anybody seeing it. */
import { assertNever } from '../base/assert-never.ts';
import { type Failure, failure } from '../model/failure.ts';
import type { PlannedSource } from '../model/plan.ts';
import type { RunState, SourceOutcome } from '../model/run.ts';
import { sourceOf } from '../model/run-reducer.ts';

/** The failure with which a source is skipped; `undefined` where all it waits for has answered as a whole. */
export function parentFailure(state: RunState, { after }: PlannedSource): Failure | undefined {
  const parent = after.find((id) => sourceOf(state, id).outcome?.kind !== 'completed');
  if (parent === undefined) return undefined;
  const { outcome } = sourceOf(state, parent);
  return failure('parent.failed', { message: `It takes values from ${parent}, which ${whatHappened(outcome)}` });
}

function whatHappened(outcome: SourceOutcome | undefined): string {
  switch (outcome?.kind) {
    case undefined:
    case 'completed':
      return 'has not answered.';
    case 'failed':
      return `failed: ${outcome.failure.message}`;
    case 'timeout':
      return `took too long: ${outcome.failure.message}`;
    case 'budget':
      return `was ended by a budget: ${outcome.failure.message}`;
    case 'partial':
      return `answered in part only: ${outcome.failure.message}`;
    case 'skipped':
      return `was skipped: ${outcome.failure.message}`;
    case 'cancelled':
      return 'was cancelled.';
    default:
      return assertNever(outcome);
  }
}
