/** Whether the rule of a run has been evaluated over everything that answered. Until then nothing may be said of anybody. */
import { CamError, failure } from './failure.ts';
import { runConfidence } from './run-confidence.ts';
import { coverageOf, hasRows } from './run-reducer.ts';
import type { RunRecord } from './history.ts';
import type { MergeSummary, RunState, SourceState } from './run.ts';

type RecordedAnswer = Pick<RunRecord, 'answeredSources' | 'expectedSources'> & { readonly outcome: string | null };

/**
 * Whether the run has ended and its figures are made of every answer. A run that ended before its last evaluation was done has
 * figures of fewer answers, or none. A strict run that fails because sources are missing has been evaluated.
 */
export function isEvaluated(state: RunState): boolean {
  const { status, merge, outcome, failure } = state;
  if (status !== 'ended' || merge === undefined) return false;
  if (failure !== undefined && failure.code !== 'run.incomplete') return false;
  // One that failed with nothing missing failed in merging.
  if (outcome === 'failed' && coverageOf(state).missing.length === 0) return false;
  const merged = new Set(merge.sources);
  return answersOf(state).every(({ source }) => merged.has(source.id));
}

/** Whether the run has ended and its last evaluation has not: what was merged before is of fewer answers, and is not to be shown. */
export function isBrokenOff(state: RunState): boolean {
  return state.status === 'ended' && !isEvaluated(state);
}

/** The figures of a run that may be told: so far while it goes on, and none once it has ended without its last evaluation. */
export function figuresOfRun(state: RunState): MergeSummary | undefined {
  return isBrokenOff(state) ? undefined : state.merge;
}

/** The refusal of whatever needs a report where there is none. */
export function notEvaluated(): CamError {
  const message = 'The rule of this run has not been evaluated to its end: whom it finds is not known.';
  return new CamError(failure('run.not-evaluated', { message, action: 'Wait for the end of the run, or evaluate it again.' }));
}

/** Whether "Evaluate again" can help: the run has ended, the rule was not evaluated to its end, and there are answers. */
export function canEvaluate(state: RunState): boolean {
  return isBrokenOff(state) && answersOf(state).length > 0;
}

/** How sure the answer of a run is, 0..1: not at all where it has ended without its rule having been evaluated. */
export function confidenceOfRun(state: RunState): number {
  return isBrokenOff(state) ? 0 : runConfidence(state.plan, coverageOf(state));
}

function answersOf({ sources }: RunState): readonly SourceState[] {
  return Object.values(sources).filter(({ outcome }) => hasRows(outcome));
}

/** {@link isBrokenOff} of a recorded run, whose record may have the figures that were merged before: one that failed as a whole was not evaluated. */
export function isRecordBrokenOff({ errorCode }: Pick<RunRecord, 'errorCode'>): boolean {
  return errorCode !== null && errorCode !== 'run.incomplete';
}

/** Whether the counts of a recorded run are those of a whole answer; of any other they are what is known at least. */
export function isWholeAnswer({ outcome, answeredSources, expectedSources }: RecordedAnswer): boolean {
  return outcome === 'succeeded' && answeredSources >= expectedSources;
}
