import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import type { DatabaseConfig } from '../model/database.ts';
import { type Budget, unlimitedBudget } from '../model/policy.ts';
import { InFlight } from '../metrics/in-flight.ts';
import { RunMeter } from '../metrics/measurement.ts';
import type { NumberedRunEvent } from '../model/run.ts';
import { coverageOf, sourceOf } from '../model/run-reducer.ts';
import { sampleDatabasePolicy, sampleQuery, sampleQueryPolicy } from '../testing/builders.ts';
import { type FakeScriptInput, fakeSql } from '../testing/fake-script.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { buildRunStage, type RunStage } from '../testing/in-process-run.ts';
import { watchLeaks } from '../testing/leak-check.ts';
import { fakeDatabase } from '../testing/worker-builders.ts';
import type { EngineClient } from './ports.ts';
import type { Run } from './runner.ts';

const types = ['password', 'email', 'phone', 'token'] as const;
const once = { ...sampleQueryPolicy, retry: { retries: 0, delaysMs: [10], jitter: 0 } };
const budgetOf = (change: Partial<Budget>): Budget => ({ ...unlimitedBudget, ...change });

/** A database with one query that does what its script says. */
function database(number: number, script: FakeScriptInput = {}, change: Partial<DatabaseConfig> = {}): DatabaseConfig {
  const changeType = types[number % types.length] ?? 'email';
  return fakeDatabase(script, {
    name: `db_${String(number).padStart(3, '0')}`,
    queries: [sampleQuery({ name: changeType, changeType, sql: fakeSql({ rows: 20 }), policy: once })],
    ...change,
  });
}

/** When the run ended, on its clock, in milliseconds after the beginning. Real work (files, the merge) goes on between the steps of the clock. */
async function endOn(clock: FakeClock, run: Run, limitMs = 60_000, paceMs = 1): Promise<number> {
  const beginMs = clock.monotonicMs();
  let endedMs: number | undefined;
  void run.ended.then(() => {
    endedMs = clock.monotonicMs() - beginMs;
  });
  while (endedMs === undefined && clock.monotonicMs() - beginMs < limitMs) {
    await clock.advance(20);
    await sleep(paceMs);
  }
  if (endedMs === undefined) throw new Error('the run did not end');
  return endedMs;
}

const deadlineMs = 10_000;
const deaf: FakeScriptInput = { statement: { execute: { then: 'hang', ignoreAbort: true, ignoreCut: true } } };

describe('a run with a deadline', () => {
  const clock = new FakeClock(Date.UTC(2026, 10, 20, 14));
  let stage: RunStage;
  beforeAll(async () => {
    stage = await buildRunStage(clock);
  });
  afterAll(() => stage.close());

  const withEngine = (change: (call: EngineClient['call']) => EngineClient['call'], restarts: string[]): EngineClient => ({
    call: change((...input) => stage.engine.rpc.call(...input)),
    restart: () => restarts.push('restarted'),
  });

  it.each([
    ['a statement that nothing can end', deaf],
    ['a logon that nothing can end', { connect: { then: 'hang', ignoreAbort: true, ignoreCut: true } }],
    ['a connection that does not close', { close: { then: 'hang', ignoreAbort: true, ignoreCut: true } }],
    ['rows that do not come', { statement: { fetch: { then: 'hang', ignoreAbort: true, ignoreCut: true } } }],
  ] as const)('ends within 5 s of it in spite of %s', async (_, script) => {
    const run = stage.start([database(1, script), database(2)], { settings: { runDeadlineMs: deadlineMs } });
    expect(await endOn(clock, run)).toBeLessThanOrEqual(deadlineMs + 5_000);
    expect(['partial', 'succeeded', 'failed']).toContain(run.state.outcome);
    for (const { outcome } of Object.values(run.state.sources)) expect(['completed', 'timeout']).toContain(outcome?.kind);
    expect(stage.workers.live).toBe(0);
  });

  it('ends within 5 s of it also where a cancel may take a minute', async () => {
    const run = stage.start([database(1, deaf), database(2)], { settings: { runDeadlineMs: deadlineMs, cancelGraceMs: 60_000 } });
    expect(await endOn(clock, run)).toBeLessThanOrEqual(deadlineMs + 5_000);
    expect(sourceOf(run.state, 'db_001/email').outcome).toMatchObject({
      ...{ kind: 'timeout' },
      failure: { message: expect.stringContaining('did not confirm') as string },
    });
  });

  it.each(['open', 'attach', 'evaluate', 'values'] as const)(
    'ends within 5 s of it where the engine is deaf to %s, and ends the engine',
    async (method) => {
      const restarts: string[] = [];
      const engine = withEngine(
        (call) =>
          (called, ...rest) =>
            called === method ? new Promise(() => undefined) : call(called, ...rest),
        restarts,
      );
      const from = { from: 'email', column: 'USER_ID', distinct: true, isFilter: true, sources: ['db_001/email'] };
      const child = database(
        2,
        {},
        {
          queries: [
            sampleQuery({
              name: 'phone',
              changeType: 'phone',
              bindNames: ['ids'],
              bindsFrom: { ids: from },
              sql: fakeSql({ rows: 1 }, '* FROM t WHERE x IN (:ids)'),
              policy: once,
            }),
          ],
        },
      );
      const run = stage.start([database(1), child], { settings: { runDeadlineMs: deadlineMs }, engine });
      expect(await endOn(clock, run)).toBeLessThanOrEqual(deadlineMs + 5_000);
      const hasResult = method === 'attach' || method === 'values';
      expect(run.state.outcome === 'failed' && run.state.failure?.code === 'engine.crashed').toBe(!hasResult);
      expect(restarts).toHaveLength(hasResult ? 0 : 1);
      expect(Object.values(run.state.sources).every(({ outcome }) => outcome !== undefined)).toBe(true);
    },
  );

  it.each(['the engine is deaf', 'a statement cannot be stopped'])(
    'ends within 5 s of it also where a cancel came just before and %s',
    async (what) => {
      const engine = withEngine(
        (call) =>
          (called, ...rest) =>
            called === 'evaluate' && what.includes('engine') ? new Promise(() => undefined) : call(called, ...rest),
        [],
      );
      const settings = { runDeadlineMs: deadlineMs, cancelGraceMs: 60_000 };
      const run = stage.start([database(1, what.includes('engine') ? {} : deaf), database(2)], { settings, engine });
      clock.setTimer(deadlineMs - 1_000, () => {
        run.cancel('a test');
      });
      expect(await endOn(clock, run, 200_000)).toBeLessThanOrEqual(deadlineMs + 5_000);
    },
  );

  it('asks nothing more of a run that has ended: what was left behind is not heard', async () => {
    const run = stage.start([database(1, { statement: { execute: { delayMs: 20_000, ignoreAbort: true, ignoreCut: true } } })], {
      settings: { runDeadlineMs: deadlineMs },
    });
    await endOn(clock, run);
    const { state, seq } = run.log.snapshot();
    await clock.advance(60_000);
    expect(run.log.snapshot()).toEqual({ state, seq });
    expect(clock.pendingTimers).toBe(0);
  });

  it('over 200 databases, 5 % failing, 5 % slow and 2 % hanging, ends within it with everything that can be had, on 16 processes', async () => {
    const kindOf = (number: number): 'failing' | 'slow' | 'hanging' | 'healthy' => {
      if (number % 20 === 3) return 'failing';
      if (number % 20 === 7) return 'slow';
      return number % 50 === 11 ? 'hanging' : 'healthy';
    };
    const scripts: Readonly<Record<ReturnType<typeof kindOf>, FakeScriptInput>> = {
      failing: { statement: { execute: { then: 'fail', code: 'db.error' } } },
      slow: { statement: { execute: { delayMs: 5_000 } } },
      hanging: { statement: { execute: { then: 'hang', ignoreAbort: true } } },
      healthy: { statement: { execute: { delayMs: 200 } } },
    };
    const numbers = Array.from({ length: 200 }, (_, index) => index);
    const kinds = numbers.map(kindOf);
    // What nothing can end goes on in this process; a stage of its own has none of it.
    const own = await buildRunStage(clock);
    const run = own.start(
      numbers.map((number) => database(number, scripts[kindOf(number)])),
      { settings: { runDeadlineMs: 60_000, maxFanout: 16 } },
    );
    const endedMs = await endOn(clock, run, 120_000, 8);
    expect(endedMs).toBeLessThanOrEqual(65_000);
    const count = (wanted: string): number => kinds.filter((kind) => kind === wanted).length;
    expect([count('failing'), count('slow'), count('hanging')]).toEqual([10, 10, 4]);
    const { answered, expected, missing } = coverageOf(run.state);
    expect([answered, expected]).toEqual([186, 200]);
    const reasons = Map.groupBy(missing, ({ reason }) => reason);
    expect(reasons.get('failed')).toHaveLength(10);
    expect(reasons.get('timeout')).toHaveLength(4);
    expect(own.workers.most).toBe(16);
    expect(own.workers.live).toBe(0);
    expect([own.driver.activity.open, own.driver.activity.running]).toEqual([0, 0]);
    expect(clock.pendingTimers).toBe(0);
    await own.close();
  });
});

describe('the budget of a database and of a run', () => {
  const clock = new FakeClock(Date.UTC(2026, 10, 20, 14));
  let stage: RunStage;
  beforeAll(async () => {
    stage = await buildRunStage(clock);
  });
  afterAll(() => stage.close());

  /** Endless rows, 100 each 50 ms. */
  const endless = sampleQuery({
    name: 'endless',
    changeType: 'email',
    policy: once,
    sql: fakeSql({ rows: 1e9, batchRows: 100, fetch: { delayMs: 50 } }),
  });

  it('ends a source that passes it with all others together, names whose budget it was, and warned before', async () => {
    const small = sampleQuery({ name: 'small', changeType: 'phone', policy: once, sql: fakeSql({ rows: 100 }) });
    const policy = { ...sampleDatabasePolicy, budget: budgetOf({ rows: { soft: 500, hard: 1_000 } }) };
    const run = stage.start([database(1, {}, { policy, queries: [endless, small] }), database(2)]);
    await endOn(clock, run);
    const ended = sourceOf(run.state, 'db_001/endless');
    expect(ended.outcome).toMatchObject({ kind: 'budget', failure: { code: 'budget.exceeded' } });
    expect(ended.outcome?.kind === 'budget' && ended.outcome.failure.message).toMatch(
      /^The budget of the database, 1,000 rows, was reached at [\d,]+ rows of this query\.$/,
    );
    expect(ended.cost.rows).toBeGreaterThan(900);
    expect(sourceOf(run.state, 'db_001/small').outcome?.kind).toBe('completed');
    expect(sourceOf(run.state, 'db_002/phone').outcome?.kind).toBe('completed');
    expect(run.state.warnings).toMatchObject([
      { database: 'db_001', message: 'The database db_001 has passed its soft limit of 500 rows.' },
    ]);
    expect(coverageOf(run.state).missing.map(({ source, reason }) => [source, reason])).toContainEqual(['db_001/endless', 'budget']);
  });

  it('on statements refuses a source before it is sent, and on database seconds ends what works', async () => {
    const settings = (change: Partial<Budget>) => ({ policy: { partialConfidencePenalty: 1, budget: budgetOf(change) } });
    const refused = stage.start([database(1), database(2), database(3)], {
      settings: { ...settings({ statements: { hard: 2 } }), maxFanout: 1 },
    });
    await endOn(clock, refused);
    const kinds = Object.values(refused.state.sources).map(({ outcome }) => outcome?.kind);
    expect(kinds.toSorted()).toEqual(['budget', 'completed', 'completed']);
    const slow = stage.start([database(1, { statement: { execute: { then: 'hang' } } })], {
      settings: settings({ databaseSeconds: { hard: 3 } }),
    });
    expect(await endOn(clock, slow)).toBeLessThan(5_000);
    expect(sourceOf(slow.state, 'db_001/email').outcome).toMatchObject({
      ...{ kind: 'budget' },
      failure: { message: 'The budget of the run, 3 database seconds, was reached at 0 rows of this query.' },
    });
  });
});

/** So many runs with faults, in lanes of 20 at a time: with more of them a busy machine ends them by their deadline. `CAM_FAULT_RUNS` sets another number. */
const faultRuns = Number(process.env.CAM_FAULT_RUNS ?? 1000);

describe('many runs with faults', () => {
  /** The same numbers in every run of the test. */
  const randomOf = (seed: number): (() => number) => {
    let state = seed;
    return () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state / 2_147_483_648;
    };
  };
  const faults: readonly FakeScriptInput[] = [
    { connect: { then: 'fail', code: 'db.unreachable' } },
    { connect: { then: 'fail', code: 'db.auth' } },
    { statement: { execute: { then: 'fail', code: 'sql.denied' } } },
    { statement: { midway: { afterRows: 7, then: 'fail', code: 'db.connection-lost' } } },
    { statement: { fetch: { then: 'hang' } } },
    { statement: { execute: { then: 'hang', ignoreAbort: true } } },
    { connect: { then: 'hang' } },
    { close: { then: 'fail', code: 'db.error' } },
  ];

  it('leave no session, timer, handle, worker, temporary file, place or gauge behind', async () => {
    const checkLeaks = watchLeaks();
    const stage = await buildRunStage(systemClock);
    const random = randomOf(7);
    const ends = new Map<string, number>();
    const inFlight = new InFlight();
    const oneRun = async (): Promise<void> => {
      const databases = [0, 1, 2, 3].map((number) => database(number, random() < 0.2 ? faults[Math.floor(random() * faults.length)] : {}));
      const run = stage.start(databases, { settings: { runDeadlineMs: 700, cancelGraceMs: 100 } });
      const meter = new RunMeter();
      const count = (numbered: NumberedRunEvent): void => {
        for (const measurement of meter.take(numbered)) inFlight.take(measurement);
      };
      inFlight.begin();
      count({ runId: run.plan.runId, seq: 0, event: { kind: 'run-started', at: run.state.startedAt, plan: run.plan } });
      run.log.on(count);
      if (random() < 0.1) setTimeout(() => run.cancel('a test'), random() * 60);
      const outcome = await run.ended;
      ends.set(outcome, (ends.get(outcome) ?? 0) + 1);
      expect(Object.values(run.state.sources).every((source) => source.outcome !== undefined)).toBe(true);
      await stage.engine.rpc.call('close', { runId: run.plan.runId });
      run.log.dispose();
      const folder = join(stage.folder, run.plan.runId);
      const left = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
      expect(left.filter((file) => file.endsWith('.partial'))).toEqual([]);
      await rm(folder, { recursive: true, force: true });
    };
    const lanes = Array.from({ length: 20 }, async () => {
      for (let round = 0; round < faultRuns / 20; round++) await oneRun();
    });
    await Promise.all(lanes);
    expect([...ends.values()].reduce((sum, count) => sum + count, 0)).toBe(faultRuns);
    // Runs that all ended by their deadline would leave little behind.
    for (const outcome of ['succeeded', 'partial']) expect(ends.get(outcome) ?? 0).toBeGreaterThan(faultRuns / 20);
    expect(inFlight.now).toEqual({ runs: 0, sources: 0, waiting: 0 });
    expect(stage.workers.live).toBe(0);
    expect([stage.driver.activity.open, stage.driver.activity.running]).toEqual([0, 0]);
    expect(readdirSync(stage.folder)).toEqual([]);
    await stage.close();
    await checkLeaks();
  }, 600_000);
});
