import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure } from '../../app/model/failure.ts';
import { initialRunState, reduceRun } from '../../app/model/run-reducer.ts';
import type { RunEvent, RunState, SourceOutcome } from '../../app/model/run.ts';
import { samplePlan } from '../../app/testing/builders.ts';
import { configOf, oracleDatabases, planOf } from '../testing/fake-plan.ts';
import { FakeRun } from '../testing/fake-run.ts';
import { english } from '../texts/texts.ts';
import { canComplete, missingToName, verdictOf } from './verdict.ts';

const lastEvent = '2026-11-20T13:00:00.000000Z';
const startedMs = Date.UTC(2026, 10, 20, 13, 5);

function newRun(): FakeRun {
  const plan = planOf('run-1', configOf(oracleDatabases, false), { lastEvent, windowHours: 24, strict: false, nowMs: startedMs });
  return new FakeRun(plan, startedMs, () => undefined);
}

const completed: SourceOutcome = { kind: 'completed', rows: 10, bytes: 800, nullIds: 0, nullTimes: 0 };
const outcome = fc.constantFrom<SourceOutcome | null>(
  completed,
  completed,
  null,
  { kind: 'failed', failure: failure('db.unreachable') },
  { kind: 'timeout', failure: failure('query.timeout') },
  { kind: 'skipped', failure: failure('parent.failed') },
  { kind: 'cancelled', confirmed: false, note: 'Cancelled.' },
);

const fourOutcomes = fc.oneof(
  fc.tuple(outcome, outcome, outcome, outcome),
  fc.constant([completed, completed, completed, completed] as const),
);
const clients = fc.constantFrom(0, 0, 1, 3);
const seldom = fc.constantFrom(true, false, false);

/**
 * Any state a run of four sources can be in, also ones that only a mistake elsewhere could make (those that the engine makes are in
 * completeness.test.ts). Whatever a complete answer needs is chosen often, else there would be none among them.
 */
const anyState: fc.Arbitrary<RunState> = fc
  .record({
    outcomes: fourOutcomes,
    merges: fc.array(fc.record({ confirmed: clients, undetermined: clients }), { maxLength: 2 }),
    mergeEarly: fc.boolean(),
    isEnded: seldom.map((goesOn) => !goesOn),
    cancels: seldom,
    fails: seldom,
    runOutcome: fc.constantFrom('succeeded', 'succeeded', 'partial', 'failed', 'cancelled'),
  })
  .map(({ outcomes, merges, mergeEarly, isEnded, cancels, fails, runOutcome }) => {
    const run = newRun();
    if (mergeEarly) run.merge(0, 0);
    for (const [place, each] of outcomes.entries()) if (each !== null) run.end(run.id(place), each);
    for (const { confirmed, undetermined } of merges) run.merge(confirmed, undetermined);
    if (cancels) run.emit({ kind: 'cancel-requested', by: 'AB12345' });
    if (isEnded) run.emit({ kind: 'run-ended', outcome: runOutcome, ...(fails ? { failure: failure('engine.crashed') } : {}) });
    return run.state;
  });

const wordsOf = (state: RunState): string => {
  const verdict = verdictOf(state);
  const rule = english.run.rule(state.plan.rule, state.plan.windowHours);
  return `${english.verdict.headline(verdict)} ${english.verdict.ground(verdict, rule)}`;
};

const saysNobody = /\bno client|nobody|none\b|\b0 clients|not a single|every source answered/i;

describe('verdictOf', () => {
  it('says that nobody qualifies only when every source answered, every answer is merged and nothing failed', () => {
    let seen = 0;
    fc.assert(
      fc.property(anyState, (state) => {
        if (verdictOf(state).kind !== 'none-found') return;
        seen += 1;
        const sources = Object.values(state.sources);
        expect(sources.every((source) => source.outcome?.kind === 'completed')).toBe(true);
        expect(sources.every((source) => state.merge?.sources.includes(source.source.id))).toBe(true);
        expect([state.status, state.outcome, state.failure]).toEqual(['ended', 'succeeded', undefined]);
        expect([state.merge?.confirmed, state.merge?.undetermined]).toEqual([0, 0]);
      }),
      { numRuns: 4000 },
    );
    expect(seen).toBeGreaterThan(10);
  });

  it('says that there are no others only when every source answered, every answer is merged and nothing failed', () => {
    const seen = { complete: 0, incomplete: 0 };
    fc.assert(
      fc.property(anyState, (state) => {
        const verdict = verdictOf(state);
        if (verdict.kind !== 'found') return;
        seen[verdict.isComplete ? 'complete' : 'incomplete'] += 1;
        const sources = Object.values(state.sources);
        const isWhole =
          sources.every(({ source, outcome: own }) => own?.kind === 'completed' && state.merge?.sources.includes(source.id) === true) &&
          state.outcome === 'succeeded' &&
          state.failure === undefined &&
          state.merge?.undetermined === 0;
        expect(verdict.isComplete).toBe(isWhole);
      }),
      { numRuns: 4000 },
    );
    expect(seen.complete).toBeGreaterThan(10);
    expect(seen.incomplete).toBeGreaterThan(10);
  });

  it('never lets its words sound as if nobody qualified, or as if it were complete, while anything is missing', () => {
    const seen = { running: 0, unknown: 0, found: 0 };
    fc.assert(
      fc.property(anyState, (state) => {
        const verdict = verdictOf(state);
        if (verdict.kind === 'idle' || verdict.kind === 'none-found' || (verdict.kind === 'found' && verdict.isComplete)) return;
        seen[verdict.kind] += 1;
        expect(wordsOf(state)).not.toMatch(saysNobody);
      }),
      { numRuns: 2000 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10);
  });

  it.each([
    [0, 0, 0, '. Every source answered.'],
    [3, 0, 0, 'by the rows that could take part. Every source answered, but 3 rows without an id or a time could not take part.'],
    [0, 1, 0, 'by the ids as they are written. Every source answered, but 1 client may qualify whose ids are not written alike.'],
    [0, 0, 2, '. Every source answered.'],
    [1, 0, 2, 'Every source answered, but 1 row without an id or a time could not take part.'],
    [1, 5, 2, 'without an id or a time could not take part and 5 clients may qualify whose ids are not written alike.'],
  ])('says that %d rows could not take part, %d clients are not written alike, %d confirmed', (nullIds, alike, confirmed, words) => {
    const at = '2026-11-20T14:00:00.000000Z';
    const plan = samplePlan(4);
    const ids = plan.sources.map(({ id }) => id);
    const events: RunEvent[] = [
      ...ids.map((source, place): RunEvent => {
        const outcome = { kind: 'completed', rows: 5, bytes: 50, nullIds: place === 0 ? nullIds : 0, nullTimes: 0 } as const;
        return { kind: 'source-ended', at, source, outcome };
      }),
      {
        kind: 'merged',
        at,
        merge: {
          ...{ sources: ids, confirmed, undetermined: 0, clientsInWindow: 0, eventsInWindow: 0, rows: 0, durationMs: 1 },
          rule: { skipped: 0, alike, suppressed: [], expired: [] },
        },
      },
      { kind: 'run-ended', at, outcome: 'succeeded' },
    ];
    expect(wordsOf(events.reduce(reduceRun, initialRunState(plan, at)))).toContain(words);
  });

  it('names every source without an answer once the run has ended, with a reason, and offers to complete the run', () => {
    const seen = { none: 0, some: 0 };
    fc.assert(
      fc.property(anyState, (state) => {
        if (state.status !== 'ended') return;
        const verdict = verdictOf(state);
        const unanswered = Object.values(state.sources).filter((source) => source.outcome?.kind !== 'completed');
        seen[unanswered.length > 0 ? 'some' : 'none'] += 1;
        expect(missingToName(verdict).map((missing) => missing.source)).toEqual(unanswered.map((source) => source.source.id));
        expect(missingToName(verdict).every((missing) => english.verdict.missingReason(missing) !== '' && missing.message !== '')).toBe(
          true,
        );
        expect(canComplete(verdict)).toBe(unanswered.length > 0);
      }),
      { numRuns: 1000 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10);
  });

  it('reports confirmed clients whatever is missing, and then says that there may be more', () => {
    let missing = 0;
    fc.assert(
      fc.property(anyState, (state) => {
        const confirmed = state.merge?.confirmed ?? 0;
        if (state.status !== 'ended' || confirmed === 0) return;
        const verdict = verdictOf(state);
        expect(verdict.kind).toBe('found');
        expect(wordsOf(state)).toContain(`${String(confirmed)} client`);
        const isMissing = Object.values(state.sources).some((source) => source.outcome?.kind !== 'completed');
        if (isMissing) missing += 1;
        if (isMissing) expect(verdict.kind === 'found' && verdict.isComplete).toBe(false);
      }),
      { numRuns: 1000 },
    );
    expect(missing).toBeGreaterThan(10);
  });

  it('tells a complete answer of nobody in plain words', () => {
    const run = newRun();
    for (const place of [0, 1, 2, 3]) run.complete(run.id(place), 10);
    run.merge(0, 0);
    run.finish();
    expect(wordsOf(run.state)).toBe(
      'No client qualifies Nobody made all four changes (password, e-mail, phone and token) within 24\u00a0h. Every source answered.',
    );
  });

  it('does not take a merge made before the last answer for the answer', () => {
    const run = newRun();
    for (const place of [0, 1, 2]) run.complete(run.id(place), 10);
    run.merge(0, 0);
    run.complete(run.id(3), 10);
    run.emit({ kind: 'run-ended', outcome: 'succeeded' });
    expect(verdictOf(run.state)).toMatchObject({ kind: 'unknown', gap: { kind: 'not-merged' } });
  });

  it('says idle without a run', () => {
    expect(verdictOf(null)).toEqual({ kind: 'idle' });
    expect(missingToName({ kind: 'idle' })).toEqual([]);
  });
});
