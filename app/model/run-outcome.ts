/** How a run as a whole ends. */
import type { RunOutcomeKind, RunState } from './run.ts';
import { coverageOf } from './run-reducer.ts';

/** How a run ended, from how its sources ended. A cancel of the whole run that came too late changes nothing. */
export function outcomeOf(state: RunState): RunOutcomeKind {
  const { missing, answered } = coverageOf(state);
  if (missing.length === 0) return 'succeeded';
  if (state.status === 'cancelling' && missing.some((source) => source.reason === 'cancelled')) return 'cancelled';
  if (answered > 0 || missing.some((source) => source.reason === 'partial')) return 'partial';
  return Object.values(state.sources).every(({ outcome }) => outcome?.kind === 'cancelled') ? 'cancelled' : 'failed';
}
