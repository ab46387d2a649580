import { describe, expect, it } from 'vitest';
import { samplePlan } from '../testing/builders.ts';
import { type ErrorCode } from './error-code.ts';
import { failure } from './failure.ts';
import { canEvaluate, confidenceOfRun, isEvaluated, isWholeAnswer } from './run-evaluation.ts';
import { initialRunState, reduceRun } from './run-reducer.ts';
import type { RunEvent, RunOutcomeKind, RunState, SourceOutcome } from './run.ts';

const at = '2026-11-20T14:00:00.000000Z';
const plan = samplePlan(4);
const ids = plan.sources.map(({ id }) => id);
const answer: SourceOutcome = { kind: 'completed', rows: 5, bytes: 50, nullIds: 0, nullTimes: 0 };
const lost: SourceOutcome = { kind: 'failed', failure: failure('db.connection-lost') };

/** A run whose sources ended so, merged over those sources, if at all. */
function ended(
  outcomes: readonly SourceOutcome[],
  merged: readonly string[] | undefined,
  outcome: RunOutcomeKind,
  why?: ErrorCode,
): RunState {
  const figures = { confirmed: 0, undetermined: 0, clientsInWindow: 0, eventsInWindow: 0, rows: 0, durationMs: 1 };
  const events: RunEvent[] = [
    ...outcomes.map((each, place): RunEvent => ({ kind: 'source-ended', at, source: ids[place] ?? '', outcome: each })),
    ...(merged === undefined ? [] : [{ kind: 'merged', at, merge: { ...figures, sources: merged } } as const]),
    { kind: 'run-ended', at, outcome, ...(why === undefined ? {} : { failure: failure(why) }) },
  ];
  return events.reduce(reduceRun, initialRunState(plan, at));
}

const all = [answer, answer, answer, answer];
const three = [answer, answer, answer, lost];

describe('a run', () => {
  it.each([
    ['has answered and was merged', ended(all, ids, 'succeeded'), true, false],
    ['lacks a source and was merged without it', ended(three, ids.slice(0, 3), 'partial'), true, false],
    ['is strict, lacks a source and was merged without it', ended(three, ids.slice(0, 3), 'failed', 'run.incomplete'), true, false],
    ['was merged over fewer answers', ended(all, ids.slice(0, 3), 'cancelled', 'run.not-evaluated'), false, true],
    ['was merged over all answers but one, and nobody says why', ended(all, ids.slice(0, 3), 'succeeded'), false, true],
    ['was never merged', ended(all, undefined, 'failed', 'engine.crashed'), false, true],
    ['failed although nothing is missing', ended(all, ids, 'failed'), false, true],
    ['has no answer at all and was not merged', ended([lost, lost, lost, lost], undefined, 'failed', 'engine.crashed'), false, false],
    ['goes on', initialRunState(plan, at), false, false],
  ])('that %s is evaluated, or can be evaluated again, accordingly', (_what, state, evaluated, again) => {
    expect([isEvaluated(state), canEvaluate(state)]).toEqual([evaluated, again]);
  });

  it('is not sure of anything while its rule is not evaluated, and of as much as has answered else', () => {
    expect(confidenceOfRun(ended(all, undefined, 'failed', 'engine.crashed'))).toBe(0);
    expect(confidenceOfRun(ended(all, ids, 'succeeded'))).toBe(1);
    expect(confidenceOfRun(ended(three, ids.slice(0, 3), 'partial'))).toBe(0.75);
  });

  it('that is recorded gives counts of a whole answer only where it succeeded with every source', () => {
    expect(isWholeAnswer({ outcome: 'succeeded', answeredSources: 4, expectedSources: 4 })).toBe(true);
    expect(isWholeAnswer({ outcome: 'failed', answeredSources: 4, expectedSources: 4 })).toBe(false);
    expect(isWholeAnswer({ outcome: null, answeredSources: 4, expectedSources: 4 })).toBe(false);
    expect(isWholeAnswer({ outcome: 'succeeded', answeredSources: 3, expectedSources: 4 })).toBe(false);
  });
});
