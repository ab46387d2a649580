/** How sure the answer of a run is. */
import { confidenceOf } from './policy.ts';
import type { RunPlan } from './plan.ts';
import type { Coverage } from './run.ts';

/**
 * 1 where every expected source has answered as a whole, 0 where none has; in between it falls with the coverage, as the settings say. It is
 * about the answer as a whole, and above all about whom it does not name: a client who is confirmed is confirmed by rows.
 */
export function runConfidence({ confidencePenalty = 1 }: Pick<RunPlan, 'confidencePenalty'>, { ratio }: Pick<Coverage, 'ratio'>): number {
  return confidenceOf(1, ratio, confidencePenalty);
}
