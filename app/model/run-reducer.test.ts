import { describe, expect, it } from 'vitest';
import { samplePlan, samplePlannedSource } from '../testing/builders.ts';
import { failure } from './failure.ts';
import {
  coverageOf,
  databaseStatusOf,
  hasRows,
  initialRunState,
  isEnded,
  reduceRun,
  sourceOf,
  statusOfOutcome,
  unansweredSources,
} from './run-reducer.ts';
import type { RunEvent, RunState, SourceOutcome, SourceState } from './run.ts';

const at = (second: number): string => `2026-11-20T14:00:0${String(second)}.000000Z`;
const plan = samplePlan(4);
const [first = '', second = '', third = '', fourth = ''] = plan.sources.map(({ id }) => id);
const completed: SourceOutcome = { kind: 'completed', rows: 5, bytes: 50, nullIds: 0, nullTimes: 0 };
const lost = failure('db.connection-lost', { vendorCode: 'ORA-03113' });
const behind = failure('db.replica-behind');

const reduce = (events: readonly RunEvent[], from: RunState = initialRunState(plan, at(0))): RunState => events.reduce(reduceRun, from);
const ended = (source: string, outcome: SourceOutcome): RunEvent => ({ kind: 'source-ended', at: at(5), source, outcome });
const moved = (source: string, status: 'waiting' | 'connecting' | 'running' | 'retrying', attempt = 1): RunEvent => ({
  ...{ kind: 'source-state', at: at(1), source, status, attempt },
});

describe('a run', () => {
  it('begins with every source waiting, also where it begins by its event', () => {
    const state = reduceRun(initialRunState(samplePlan(1), at(3)), { kind: 'run-started', at: at(0), plan });
    expect(state).toEqual(initialRunState(plan, at(0)));
    expect(Object.values(state.sources).map(({ status }) => status)).toEqual(Array(4).fill('waiting'));
  });

  it('ends with its outcome, and with why where the run as a whole failed', () => {
    const state = reduce([{ kind: 'run-ended', at: at(9), outcome: 'succeeded' }]);
    expect(state).toMatchObject({ status: 'ended', endedAt: at(9), outcome: 'succeeded' });
    expect(state).not.toHaveProperty('failure');
    expect(reduce([{ kind: 'run-ended', at: at(9), outcome: 'failed', failure: lost }]).failure).toBe(lost);
  });

  it('that is completed forgets its end, and of the sources asked again everything but their place in the plan', () => {
    const over = reduce([
      ended(first, completed),
      ended(second, { kind: 'failed', failure: lost }),
      { kind: 'run-ended', at: at(6), outcome: 'partial', failure: lost },
      { kind: 'run-resumed', at: at(7), sources: [second] },
    ]);
    expect([over.status, over.outcome, over.endedAt, over.failure]).toEqual(['running', undefined, undefined, undefined]);
    expect(sourceOf(over, first).outcome).toBe(completed);
    expect(sourceOf(over, second)).toEqual(sourceOf(initialRunState(plan, at(0)), second));
  });

  it('says how far its evaluation is until that ends or is given up', () => {
    const evaluating: RunEvent = { kind: 'evaluating', at: at(2), progress: { step: 2, of: 5, what: 'groups', percent: 40 } };
    const merge = { confirmed: 1, undetermined: 0 } as unknown as Extract<RunEvent, { kind: 'merged' }>['merge'];
    expect(reduce([evaluating]).evaluation).toEqual({ step: 2, of: 5, what: 'groups', percent: 40 });
    expect(reduce([evaluating, { kind: 'merged', at: at(3), merge }])).not.toHaveProperty('evaluation');
    expect(reduce([evaluating, { kind: 'run-ended', at: at(3), outcome: 'cancelled' }])).not.toHaveProperty('evaluation');
  });

  it('keeps its figures and its warnings', () => {
    const merge = { confirmed: 1, undetermined: 0 } as unknown as Extract<RunEvent, { kind: 'merged' }>['merge'];
    expect(reduce([{ kind: 'merged', at: at(2), merge }]).merge).toBe(merge);
    const warning = { kind: 'warned', at: at(2), message: 'x' } as unknown as RunEvent;
    expect(reduce([warning, warning]).warnings).toHaveLength(2);
  });

  it('breaks loudly on an event that nobody knows, an unknown source or database, and a source that has ended', () => {
    expect(() => reduce([{ kind: 'nonsense' } as never])).toThrow();
    expect(() => reduce([moved('nowhere/query', 'running')])).toThrow('no source');
    expect(() => reduce([{ kind: 'database-process', at: at(1), database: 'nowhere' }])).toThrow('no database');
    expect(() => reduce([ended(first, completed), ended(first, completed)])).toThrow('has ended already');
    expect(() => reduce([ended(first, completed), moved(first, 'running')])).toThrow('has ended already');
    expect(() => statusOfOutcome({ kind: 'nonsense' } as never)).toThrow();
  });
});

describe('a source', () => {
  it('keeps when it began through all its attempts, and drops the rows of an attempt with the next one', () => {
    const progress: RunEvent = { kind: 'source-progress', at: at(2), source: first, rows: 9, bytes: 90, rowsPerSecond: 3 };
    const state = reduce([moved(first, 'waiting', 0), { ...moved(first, 'connecting'), endpoint: 'a' } as RunEvent, progress]);
    expect(sourceOf(state, first)).toMatchObject({ startedAt: at(1), endpoint: 'a', rows: 9, rowsPerSecond: 3 });
    const next = reduce([{ ...moved(first, 'retrying', 2), at: at(4) }], state);
    expect(sourceOf(next, first)).toMatchObject({ startedAt: at(1), endpoint: 'a', rows: 0, bytes: 0, attempt: 2 });
    expect(sourceOf(reduce([moved(first, 'waiting', 0)]), first)).not.toHaveProperty('startedAt');
  });

  it('keeps every attempt with what is known of it, and its cost', () => {
    const attempt = { attempt: 1, endpoint: 'a', startedAt: at(1), at: at(2), outcome: 'success' } as const;
    const failed = { ...attempt, outcome: 'failed', failure: lost, lagMs: 5, retryAt: at(3) } as const;
    const cost = { statements: 1 } as unknown as SourceState['cost'];
    const state = reduce([
      { kind: 'attempt-ended', source: first, ...failed },
      { kind: 'attempt-ended', source: first, ...attempt },
      { kind: 'source-progress', at: at(3), source: first, rows: 1, bytes: 1, rowsPerSecond: 1, cost },
    ]);
    expect(sourceOf(state, first).attempts).toEqual([failed, attempt]);
    expect(sourceOf(state, first).cost).toBe(cost);
    const paid = reduce([{ kind: 'source-ended', at: at(4), source: second, outcome: completed, cost }]);
    expect(sourceOf(paid, second).cost).toBe(cost);
  });

  it('that ends while it waits to try again has made the attempts that were made, not the one to come', () => {
    const failed = (attempt: number): RunEvent => {
      return { ...{ kind: 'attempt-ended', source: first, attempt, endpoint: 'a' }, ...{ startedAt: at(1), at: at(2), outcome: 'failed' } };
    };
    const waiting: RunEvent = { kind: 'source-state', at: at(3), source: first, status: 'retrying', attempt: 4 };
    const cancelled = ended(first, { kind: 'cancelled', confirmed: true, note: 'It was waiting to try again after 3 attempts.' });
    expect(sourceOf(reduce([failed(3), waiting]), first).attempt).toBe(4);
    expect(sourceOf(reduce([failed(3), waiting, cancelled]), first).attempt).toBe(3);
    expect(sourceOf(reduce([waiting, cancelled]), first).attempt).toBe(3);
    expect(sourceOf(reduce([moved(first, 'running', 3), cancelled]), first).attempt).toBe(3);
  });

  it('has rows only where they count as evidence', () => {
    const partial: SourceOutcome = { ...completed, kind: 'partial', knownUntil: at(1), failure: behind };
    const budget: SourceOutcome = { kind: 'budget', rows: 7, failure: failure('budget.exceeded') };
    const state = reduce([ended(first, completed), ended(second, partial), ended(third, budget)]);
    expect([first, second, third].map((id) => [sourceOf(state, id).rows, hasRows(sourceOf(state, id).outcome)])).toEqual([
      [5, true],
      [5, true],
      [0, false],
    ]);
    expect([isEnded(sourceOf(state, third)), isEnded(sourceOf(state, fourth)), hasRows(undefined)]).toEqual([true, false, false]);
  });

  it('shows as failed however it failed', () => {
    const kinds = ['completed', 'cancelled', 'failed', 'timeout', 'skipped', 'partial', 'budget'] as const;
    expect(kinds.map((kind) => statusOfOutcome({ kind } as SourceOutcome))).toEqual([
      ...['completed', 'cancelled', 'failed', 'failed', 'failed', 'failed', 'failed'],
    ]);
  });
});

describe('a cancel', () => {
  it('of everything marks what has not ended; of one database only its sources', () => {
    const all = reduce([ended(first, completed), { kind: 'cancel-requested', at: at(2), by: 'analyst' }]);
    expect([all.status, sourceOf(all, first).cancelling, sourceOf(all, second).cancelling]).toEqual(['cancelling', false, true]);
    const one = reduce([{ kind: 'cancel-requested', at: at(2), database: 'database_2', by: 'analyst' }]);
    expect([one.status, sourceOf(one, first).cancelling, sourceOf(one, second).cancelling]).toEqual(['running', false, true]);
  });
});

describe('a database', () => {
  const of = (...statuses: SourceState['status'][]): string => databaseStatusOf(statuses.map((status) => ({ status }) as SourceState));

  it('shows what still moves before what has ended, and failure before success', () => {
    expect(of()).toBe('waiting');
    expect(of('completed', 'failed')).toBe('failed');
    expect(of('completed', 'cancelled')).toBe('cancelled');
    expect(of('completed', 'connecting', 'waiting')).toBe('connecting');
    expect(of('retrying', 'waiting')).toBe('retrying');
    expect(of('running', 'waiting')).toBe('running');
    expect(of('waiting', 'waiting')).toBe('waiting');
    expect(of('waiting', 'completed')).toBe('running');
  });

  it('keeps its process and what was said of it', () => {
    const state = reduce([
      { kind: 'database-process', at: at(1), database: 'database_1', processId: 7 },
      { kind: 'database-process', at: at(2), database: 'database_1', note: 'It ended.' },
    ]);
    expect(state.databases.database_1).toMatchObject({ processId: 7, note: 'It ended.' });
  });
});

describe('coverage', () => {
  it('names every source without a whole answer, with the reason and the vendor’s code where there is one', () => {
    const state = reduce([
      ended(first, { kind: 'failed', failure: lost }),
      ended(second, { kind: 'timeout', failure: failure('query.timeout') }),
      ended(third, { kind: 'cancelled', confirmed: true, note: 'Cancelled.' }),
    ]);
    const { expected, answered, ratio, missing } = coverageOf(state);
    expect([expected, answered, ratio]).toEqual([4, 0, 0]);
    expect(missing.map(({ source, reason, code }) => [source, reason, code])).toEqual([
      [first, 'failed', 'ORA-03113'],
      [second, 'timeout', 'query.timeout'],
      [third, 'cancelled', undefined],
      [fourth, 'running', undefined],
    ]);
    expect(unansweredSources(state)).toEqual([first, second, third, fourth]);
    expect(unansweredSources(reduce([ended(first, completed)]))).toEqual([second, third, fourth]);
  });

  it('of an answer in part leaves open only the time after what it knows', () => {
    const knownUntil = '2026-11-20T10:00:00.000000Z';
    const late = reduce([ended(first, { ...completed, kind: 'partial', knownUntil, failure: behind })]);
    expect(coverageOf(late).missing[0]).toMatchObject({ reason: 'partial', window: { from: knownUntil, to: plan.window.to } });
    const early = reduce([ended(first, { ...completed, kind: 'partial', knownUntil: '2020-01-01T00:00:00.000000Z', failure: behind })]);
    expect(coverageOf(early).missing[0]?.window).toEqual(plan.window);
  });

  it('counts what nobody was asked, and of nothing asked it is nothing', () => {
    const two = samplePlan(4, { sources: [samplePlannedSource({ database: 'database_1', changeType: 'email' })] });
    const unasked = coverageOf(initialRunState(two, at(0))).missing.filter(({ database }) => database === '');
    expect(unasked.map(({ reason }) => reason)).toEqual(['skipped', 'skipped', 'skipped']);
    const rule = { ...plan.rule, sources: [], detections: [] };
    const none = coverageOf(initialRunState({ ...plan, databases: [], sources: [], changeTypes: [], rule }, at(0)));
    expect([none.expected, none.ratio]).toEqual([0, 0]);
  });
});
