/** Near misses of a core in memory. */
import type { NearMisses } from '../../app/model/near-misses.ts';
import type { RunState } from '../../app/model/run.ts';

/** The same figures for every question; while a source has no answer, some clients may in truth meet the rule. */
export function nearOf(state: RunState, { atLeast, windowHours }: { readonly atLeast: number; readonly windowHours: number }): NearMisses {
  const isComplete = Object.values(state.sources).every(({ outcome }) => outcome?.kind === 'completed');
  return {
    ...{ atLeast, of: 4, windowHours, window: state.plan.window, total: 37 },
    ...{ mayMatch: isComplete ? 0 : 12, undecided: isComplete ? 0 : 88, tooWide: windowHours > state.plan.windowHours ? 9 : 0 },
    lacking: [
      { changeType: 'password', clients: 4 },
      { changeType: 'email', clients: 0 },
      { changeType: 'phone', clients: 0 },
      { changeType: 'token', clients: 33 },
    ],
    reachesBack: windowHours <= 720,
    durationMs: 12,
  };
}
