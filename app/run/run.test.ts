import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { abort } from '../base/abort.ts';
import { coverageOf, reduceRun, sourceOf, unansweredSources } from '../model/run-reducer.ts';
import type { RunPlan } from '../model/plan.ts';
import type { EndedAttempt, NumberedRunEvent, RunEvent, RunState, SourceOutcome } from '../model/run.ts';
import { failure } from '../model/failure.ts';
import { samplePlan } from '../testing/builders.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { EventLog } from './event-log.ts';
import { outcomeOf } from '../model/run-outcome.ts';
import { Slots } from './slots.ts';

const at = '2026-11-20T14:00:00.000000Z';
const signal = (): AbortSignal => new AbortController().signal;

describe('places', () => {
  it('are given out in the order in which they were asked for', async () => {
    const slots = new Slots(1);
    const order: number[] = [];
    const first = await slots.take(signal());
    const waiting = [1, 2, 3].map(async (number) => {
      const release = await slots.take(signal());
      order.push(number);
      release();
    });
    first();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
  });

  it('are not lost when a waiting one is aborted or a place is given back twice', async () => {
    const slots = new Slots(1);
    const release = await slots.take(signal());
    const controller = new AbortController();
    const aborted = slots.take(controller.signal);
    abort(controller, { kind: 'cancel', by: 'analyst' });
    await expect(aborted).rejects.toMatchObject({ reason: { kind: 'cancel' } });
    release();
    release();
    const second = await slots.take(signal());
    let isThirdIn = false;
    void slots.take(signal()).then(() => {
      isThirdIn = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isThirdIn).toBe(false);
    second();
  });

  it('are refused where their number makes no sense', () => {
    for (const capacity of [0, -1, 1.5, Number.NaN]) expect(() => new Slots(capacity)).toThrow(RangeError);
  });
});

describe('the event log', () => {
  const start = () => {
    const clock = new FakeClock(1000);
    const log = new EventLog(samplePlan(), at, clock);
    const events: NumberedRunEvent[] = [];
    log.on((event) => void events.push(event));
    const source = samplePlan().sources[0]!.id;
    const progress = (rows: number): void => {
      log.append({ kind: 'source-progress', at, source, rows, bytes: 0, rowsPerSecond: 0 });
    };
    return { clock, log, events, source, progress };
  };

  it('tells progress at most ten times a second and never loses the last figure', async () => {
    const { clock, log, events, progress, source } = start();
    log.append({ kind: 'source-state', at, source, status: 'running', attempt: 1 });
    for (let rows = 1; rows <= 1000; rows += 1) {
      progress(rows);
      if (rows % 100 === 0) await clock.advance(10);
    }
    await clock.advance(200);
    expect(events.filter(({ event }) => event.kind === 'source-progress').length).toBeLessThanOrEqual(3);
    expect(sourceOf(log.snapshot().state, source).rows).toBe(1000);
    expect(clock.pendingTimers).toBe(0);
  });

  it('drops progress that was held back when the source ends, so that nothing follows an end', async () => {
    const { clock, log, events, progress, source } = start();
    progress(1);
    progress(2);
    log.append({ kind: 'source-ended', at, source, outcome: { kind: 'completed', rows: 5, bytes: 1, nullIds: 0, nullTimes: 0 } });
    await clock.advance(1000);
    expect(events.map(({ event }) => event.kind)).toEqual(['source-progress', 'source-ended']);
    expect(events.map(({ seq }) => seq)).toEqual([2, 3]);
  });

  it('gives a snapshot from which the later events lead to the same state', () => {
    const { log, events, source } = start();
    const { state, seq } = log.snapshot();
    log.append({ kind: 'source-state', at, source, status: 'connecting', attempt: 1 });
    log.append({ kind: 'source-ended', at, source, outcome: { kind: 'failed', failure: failure('db.auth') } });
    const replayed = events.filter((event) => event.seq > seq).reduce((before, { event }) => reduceRun(before, event), state);
    expect(replayed).toEqual(log.snapshot().state);
  });
});

describe('a run', () => {
  const outcomes = {
    completed: { kind: 'completed', rows: 1, bytes: 1, nullIds: 0, nullTimes: 0 },
    failed: { kind: 'failed', failure: failure('db.unreachable') },
    timeout: { kind: 'timeout', failure: failure('query.timeout') },
    cancelled: { kind: 'cancelled', confirmed: true, note: 'asked' },
  } as const;
  /** A rule that needs no more types than the sources tell about. */
  const askedOnly = (count: number): RunPlan => {
    const { sources, changeTypes } = samplePlan(count);
    return samplePlan(count, { changeTypes: changeTypes.filter((type) => sources.some((source) => source.changeType === type)) });
  };
  const end = (kinds: readonly (keyof typeof outcomes)[], plan: RunPlan = askedOnly(kinds.length)) =>
    kinds.reduce(
      (state, kind, index) => reduceRun(state, { kind: 'source-ended', at, source: plan.sources[index]!.id, outcome: outcomes[kind] }),
      {
        ...new EventLog(plan, at, new FakeClock()).snapshot().state,
      },
    );

  it('succeeds only when every source has answered', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('completed', 'failed', 'timeout', 'cancelled'), { minLength: 1, maxLength: 8 }), (kinds) => {
        const state = end(kinds);
        const isComplete = kinds.every((kind) => kind === 'completed');
        expect(outcomeOf(state) === 'succeeded').toBe(isComplete);
        expect(coverageOf(state).missing.length).toBe(kinds.filter((kind) => kind !== 'completed').length);
        expect(coverageOf(state).ratio === 1).toBe(isComplete);
      }),
    );
  });

  it('is incomplete where no source tells about a change type of the rule: nobody was asked', () => {
    const state = end(['completed', 'completed', 'completed'], samplePlan(3));
    expect(outcomeOf(state)).toBe('partial');
    expect(coverageOf(state)).toMatchObject({ expected: 4, answered: 3, missing: [{ changeType: 'token', reason: 'skipped' }] });
    expect(unansweredSources(state)).toEqual([]);
  });

  it('with an answer in part or a reached budget is partial: neither counts as answered, and nothing is known after the last update', () => {
    const knownUntil = '2026-11-20T13:00:00.000000Z';
    const partial = (until: string): SourceOutcome => ({
      ...{ kind: 'partial', rows: 3, bytes: 30, nullIds: 0, nullTimes: 0 },
      ...{ knownUntil: until, failure: failure('db.replica-behind') },
    });
    const ended = (outcome: SourceOutcome): RunState => {
      const state = end(['completed'], askedOnly(2));
      return reduceRun(state, { kind: 'source-ended', at, source: state.plan.sources[1]!.id, outcome });
    };
    const state = ended(partial(knownUntil));
    const { window, sources } = state.plan;
    expect(coverageOf(state)).toMatchObject({ expected: 2, answered: 1, missing: [{ reason: 'partial', code: 'db.replica-behind' }] });
    expect(coverageOf(state).missing[0]?.window).toEqual({ from: knownUntil, to: window.to });
    expect(outcomeOf(state)).toBe('partial');
    expect(unansweredSources(state)).toEqual([sources[1]?.id]);
    expect(sourceOf(state, sources[1]!.id)).toMatchObject({ status: 'failed', rows: 3, bytes: 30 });
    // One that knows nothing of the window leaves all of it open, and no more than that.
    expect(coverageOf(ended(partial('2026-11-01T00:00:00.000000Z'))).missing[0]?.window).toEqual(window);
    const cut = ended({ kind: 'budget', rows: 5, failure: failure('budget.exceeded') });
    expect(coverageOf(cut)).toMatchObject({ answered: 1, missing: [{ reason: 'budget', code: 'budget.exceeded', window }] });
    expect(outcomeOf(cut)).toBe('partial');
  });

  it('of which every answer is in part has rows to show: it is partial, not failed', () => {
    const plan = askedOnly(1);
    const outcome: SourceOutcome = {
      ...{ kind: 'partial', rows: 0, bytes: 0, nullIds: 0, nullTimes: 0 },
      ...{ knownUntil: plan.window.from, failure: failure('db.replica-behind') },
    };
    const state = reduceRun(end([], plan), { kind: 'source-ended', at, source: plan.sources[0]!.id, outcome });
    expect(outcomeOf(state)).toBe('partial');
  });

  it('keeps every attempt of a source, and forgets them when the source is asked again', () => {
    const plan = askedOnly(1);
    const source = plan.sources[0]!.id;
    const attempt = (number: number, more: Partial<EndedAttempt>): RunEvent => ({
      kind: 'attempt-ended',
      ...{ source, attempt: number, endpoint: 'fake:a', startedAt: at, at, outcome: 'failed', ...more },
    });
    const failed = { failure: failure('db.unreachable'), retryAt: '2026-11-20T14:00:01.000000Z' };
    const state = [attempt(1, failed), attempt(2, { outcome: 'success' })].reduce(reduceRun, end([], plan));
    expect(sourceOf(state, source).attempts).toEqual([
      { attempt: 1, endpoint: 'fake:a', startedAt: at, at, outcome: 'failed', ...failed },
      { attempt: 2, endpoint: 'fake:a', startedAt: at, at, outcome: 'success' },
    ]);
    const ended = reduceRun(state, { kind: 'source-ended', at, source, outcome: outcomes.failed });
    expect(() => reduceRun(ended, attempt(3, {}))).toThrow(/has ended/);
    expect(sourceOf(reduceRun(ended, { kind: 'run-resumed', at, sources: [source] }), source).attempts).toEqual([]);
  });

  it('that was cancelled as a whole is cancelled, not partial and not failed', () => {
    const plan = samplePlan(2);
    const state = reduceRun(new EventLog(plan, at, new FakeClock()).snapshot().state, { kind: 'cancel-requested', at, by: 'analyst' });
    const ended = [outcomes.completed, outcomes.cancelled].reduce(
      (before, outcome, index) => reduceRun(before, { kind: 'source-ended', at, source: plan.sources[index]!.id, outcome }),
      state,
    );
    expect(outcomeOf(ended)).toBe('cancelled');
  });

  it('of which one database was cancelled is partial', () => {
    expect(outcomeOf(end(['completed', 'cancelled']))).toBe('partial');
  });

  it('refuses an event for a source that has ended', () => {
    const state = end(['completed']);
    const source = state.plan.sources[0]!.id;
    expect(() => reduceRun(state, { kind: 'source-state', at, source, status: 'running', attempt: 2 })).toThrow(/has ended/);
  });

  it('keeps what has answered when the missing sources are asked again', () => {
    const state = end(['completed', 'failed']);
    const resumed = reduceRun(state, { kind: 'run-resumed', at, sources: [state.plan.sources[1]!.id] });
    expect(resumed.status).toBe('running');
    expect(Object.values(resumed.sources).map((source) => source.status)).toEqual(['completed', 'waiting']);
  });
});
