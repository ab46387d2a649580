/** A chain of steps on one connection (`same_session`), on PostgreSQL, Oracle over the wire and DuckDB, over real processes. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sourceOf } from '../model/run-reducer.ts';
import type { RunState } from '../model/run.ts';
import { type DuckDbBackend, duckDbBackend } from '../testing/oracle-wire/duckdb-backend.ts';
import { type OracleListener, startOracleListener } from '../testing/oracle-wire/listener.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres-server.ts';
import { startTestApp, type TestApp, type TestDatabase, type TestQuery } from '../testing/test-app.ts';

let postgres: TestPostgres;
let backend: DuckDbBackend;
let oracle: OracleListener;
/** Statements that the listener had executed before the test. */
let earlier = 0;
const open: TestApp[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  await postgres.sql('CREATE TABLE nap AS SELECT 60 AS seconds');
  backend = await duckDbBackend({ setUp: [] });
  oracle = await startOracleListener({ users: { reader: 'tiger' }, execute: backend.execute });
});
afterEach(async () => {
  oracle.clearFaults();
  earlier = oracle.statements().length;
  await postgres.sql('UPDATE nap SET seconds = 60');
  for (const started of open.splice(0)) await started.close();
});
afterAll(async () => {
  expect(oracle.problems()).toEqual([]);
  await oracle.close();
  backend.close();
  await postgres.stop();
});

/** One kind of server, and what can be seen and done on its side. */
interface Place {
  readonly name: string;
  readonly server: () => Partial<TestDatabase>;
  /** Ends every statement of a step; `slow` makes it take longer than any test waits. */
  readonly from: (slow: boolean) => string;
  /** A column that tells the connection; where the server itself can tell it, another way is used. */
  readonly connection: string;
  /** Connections of the program on the server now. */
  readonly connections: () => Promise<number>;
  /** By step, the connections on which it has run, in order. */
  readonly ranOn: (test: TestApp, state: RunState, step: string) => Promise<readonly string[]>;
  /** Whether the slow step is at work, what makes it quick from the next attempt on, and what cuts the program's connections; absent where there is no line to lose. */
  readonly line?: { readonly isBusy: () => Promise<boolean>; readonly wake: () => Promise<void>; readonly cut: () => Promise<void> };
}

/** What a step said in its own row. */
async function told({ app }: TestApp, { plan }: RunState, step: string): Promise<readonly string[]> {
  const request = { table: { kind: 'source' as const, source: `steps/${step}` }, offset: 0, limit: 10, filters: [] };
  return (await app.handlers['result.page']({ runId: plan.runId, request })).rows.map((row) => String(row[2]));
}

const programs = "FROM pg_stat_activity WHERE application_name ~ '^(cam:|client-activity-monitor)'";
const onPostgres: Place = {
  name: 'PostgreSQL',
  server: () => {
    const { host, port, database, user } = postgres.admin;
    return { driver: 'postgres', server: { host, port, database, user, password_env: 'PG_PASSWORD' }, more: { tls: false } };
  },
  from: (slow) => (slow ? 'FROM (SELECT pg_sleep(seconds) FROM nap) AS slept' : 'FROM (VALUES (1)) AS once(n)'),
  connection: 'pg_backend_pid()',
  connections: async () => Number((await postgres.sql<{ n: string }>(`SELECT count(*) AS n ${programs}`))[0]?.n),
  ranOn: told,
  line: {
    isBusy: async () => (await postgres.sql(`SELECT 1 ${programs} AND wait_event = 'PgSleep'`)).length > 0,
    wake: async () => {
      await postgres.sql('UPDATE nap SET seconds = 0');
    },
    cut: async () => {
      await postgres.sql(`SELECT pg_terminate_backend(pid) ${programs}`);
    },
  },
};

const onOracle: Place = {
  name: 'Oracle, over the wire',
  server: () => ({
    driver: 'oracle',
    server: { host: oracle.host, port: oracle.port, service_name: 'TESTDB', user: 'reader', password_env: 'ORA_PASSWORD' },
  }),
  from: (slow) => {
    if (slow) oracle.setFault({ kind: 'delay', stage: 'execute', ms: 60_000, matching: "'slow'" });
    return slow ? "FROM (SELECT 'slow' AS n FROM dual)" : 'FROM dual';
  },
  connection: '0',
  connections: () => Promise.resolve(oracle.sessions().length),
  ranOn: (_, __, step) =>
    Promise.resolve(
      oracle
        .statements()
        .slice(earlier)
        .flatMap(({ sql, session }) => (sql.includes(`'step ${step}'`) ? [String(session.id)] : [])),
    ),
  line: {
    isBusy: () => Promise.resolve(oracle.sessions().some(({ running }) => running?.includes("'slow'") === true)),
    wake: () => Promise.resolve(oracle.clearFaults()),
    cut: () => Promise.resolve(oracle.dropSessions('rst')),
  },
};

const onDuckDb: Place = {
  name: 'DuckDB',
  server: () => ({ driver: 'duckdb' }),
  from: (slow) => (slow ? 'FROM range(1000000) AS a(n), range(1000000) AS b(m) WHERE a.n * b.m = -1' : 'FROM range(1) AS a(n)'),
  connection: 'current_connection_id()',
  connections: () => Promise.resolve(0),
  ranOn: told,
};

const places = [onPostgres, onOracle, onDuckDb];

interface StepOptions {
  readonly after?: string;
  readonly slow?: boolean;
  readonly broken?: boolean;
  /** Further settings of the query. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** A step that gives one row: a client, its time, and the connection. */
function step(place: Place, name: string, { after, slow = false, broken = false, more = {} }: StepOptions = {}): TestQuery {
  const text = `SELECT 'c1' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date, ${place.connection} AS told, 'step ${name}' AS step ${place.from(slow)}`;
  const rows = `SELECT * FROM (${text}) chained`;
  const sql = `${after === undefined ? rows : `${rows} WHERE user_id IN (:ids)`}${broken ? ' AND no_such_column = 1' : ''}`;
  const binds = after === undefined ? {} : { binds: { ids: { from: after, column: 'user_id' } }, same_session: true };
  return { name, sql, changeType: 'none', more: { ...binds, ...more } };
}

async function start(place: Place, steps: readonly TestQuery[], query: Readonly<Record<string, unknown>> = { retries: 0 }) {
  const first: TestQuery = {
    name: 'email',
    changeType: 'email',
    sql: "SELECT 'c1' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date",
  };
  const databases: TestDatabase[] = [
    { name: 'other', driver: 'duckdb', queries: [first] },
    { name: 'steps', driver: 'duckdb', ...place.server(), queries: steps },
  ];
  const environment = { PG_PASSWORD: 'p@ss word', ORA_PASSWORD: 'tiger' };
  const test = await startTestApp(databases, { query }, { environment });
  open.push(test);
  return test;
}

async function begin(test: TestApp) {
  const { runId } = await test.app.runs.start({ lastEvent: '2026-11-20T14:00:00Z', strict: false });
  return test.app.runs.get(runId);
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(10);
}

const outcome = (state: RunState, name: string): unknown => sourceOf(state, `steps/${name}`).outcome;
const statusOf = (state: RunState, name: string): string => sourceOf(state, `steps/${name}`).status;

describe.each(places)('a chain of steps on one connection of $name', (place) => {
  const chain = (change: StepOptions = {}): TestQuery[] => [
    step(place, 'one'),
    step(place, 'two', { after: 'one', ...change }),
    step(place, 'three', { after: 'two' }),
  ];

  it('runs on it step after step, while a query of its own has another one', async () => {
    const test = await start(place, [...chain(), step(place, 'beside')]);
    const state = await test.run();
    for (const name of ['one', 'two', 'three', 'beside']) expect(outcome(state, name)).toMatchObject({ kind: 'completed', rows: 1 });
    const one = await place.ranOn(test, state, 'one');
    expect(one).toHaveLength(1);
    expect(await place.ranOn(test, state, 'two')).toEqual(one);
    expect(await place.ranOn(test, state, 'three')).toEqual(one);
    expect(await place.ranOn(test, state, 'beside')).not.toEqual(one);
    const times = ['one', 'two', 'three'].map((name) => sourceOf(state, `steps/${name}`));
    for (const [index, { startedAt }] of times.slice(1).entries()) expect((startedAt ?? '') >= (times[index]?.endedAt ?? '?')).toBe(true);
    await until(async () => (await place.connections()) === 0);
  });

  it.skipIf(place.line === undefined)('has ended it when its last step has ended, while a query of its own goes on', async () => {
    const test = await start(place, [...chain(), step(place, 'beside', { slow: true })]);
    const run = await begin(test);
    await until(() => statusOf(run.state, 'three') === 'completed' && statusOf(run.state, 'beside') === 'running');
    await until(async () => (await place.connections()) === 1);
    expect(statusOf(run.state, 'beside')).toBe('running');
    test.app.runs.cancel(run.state.plan.runId);
    await run.ended;
  });

  it('skips what hangs on a step that failed, and another step goes on with the same connection', async () => {
    const steps = [...chain({ broken: true }), step(place, 'four', { after: 'one' })];
    const test = await start(place, steps);
    const state = await test.run();
    expect(outcome(state, 'two')).toMatchObject({ kind: 'failed' });
    expect(outcome(state, 'three')).toMatchObject({ kind: 'skipped', failure: { code: 'parent.failed' } });
    expect(outcome(state, 'four')).toMatchObject({ kind: 'completed', rows: 1 });
    expect(await place.ranOn(test, state, 'four')).toEqual(await place.ranOn(test, state, 'one'));
    await until(async () => (await place.connections()) === 0);
  });

  it('ends by a cancel in the middle, confirmed by the server, and leaves nothing there', async () => {
    const test = await start(place, chain({ slow: true }));
    const run = await begin(test);
    await until(() => statusOf(run.state, 'two') === 'running');
    test.app.runs.cancel(run.state.plan.runId, 'steps');
    await run.ended;
    expect(outcome(run.state, 'one')).toMatchObject({ kind: 'completed', rows: 1 });
    expect(outcome(run.state, 'two')).toMatchObject({ kind: 'cancelled', confirmed: true });
    expect(['cancelled', 'skipped']).toContain(sourceOf(run.state, 'steps/three').outcome?.kind);
    await until(async () => (await place.connections()) === 0);
  });

  it('keeps its connection when one step is over its time limit, for those that do not hang on it', async () => {
    const slow = step(place, 'two', { after: 'one', slow: true, more: { timeout_ms: 400 } });
    const steps = [step(place, 'one'), slow, step(place, 'three', { after: 'two' }), step(place, 'four', { after: 'one' })];
    const test = await start(place, steps);
    const state = await test.run();
    expect(outcome(state, 'two')).toMatchObject({ kind: 'timeout' });
    expect(outcome(state, 'three')).toMatchObject({ kind: 'skipped' });
    expect(outcome(state, 'four')).toMatchObject({ kind: 'completed', rows: 1 });
    expect(await place.ranOn(test, state, 'four')).toEqual(await place.ranOn(test, state, 'one'));
    await until(async () => (await place.connections()) === 0);
  });
});

describe.each(places.flatMap(({ line, ...place }) => (line === undefined ? [] : [{ ...place, line }])))(
  'a chain of steps on one connection of $name',
  (place) => {
    const slowChain = (): TestQuery[] => [
      step(place, 'one'),
      step(place, 'two', { after: 'one', slow: true }),
      step(place, 'three', { after: 'two' }),
    ];

    it('that loses its connection in the middle goes on with a new one, on which all that follows runs', async () => {
      const test = await start(place, slowChain(), { retries: 1, retry_delays_ms: [10] });
      const run = await begin(test);
      await until(place.line.isBusy);
      await place.line.wake();
      await place.line.cut();
      await run.ended;
      const [first, second] = sourceOf(run.state, 'steps/two').attempts;
      expect(first).toMatchObject({ outcome: 'failed' });
      expect(first?.failure?.code).toMatch(/^db\.(connection-lost|session-killed)$/);
      expect(second).toMatchObject({ outcome: 'success' });
      const ranOn = async (name: string): Promise<string | undefined> => (await place.ranOn(test, run.state, name)).at(-1);
      const [one, two, three] = [await ranOn('one'), await ranOn('two'), await ranOn('three')];
      expect(two).not.toBe(one);
      expect(three).toBe(two);
      await until(async () => (await place.connections()) === 0);
    });

    it('is whole when it is completed after a cancel: what answered is kept, what follows shares a new connection', async () => {
      const test = await start(place, slowChain());
      const run = await begin(test);
      await until(place.line.isBusy);
      test.app.runs.cancel(run.state.plan.runId, 'steps');
      await run.ended;
      await place.line.wake();
      expect(run.resume()).toEqual(['steps/two', 'steps/three']);
      await run.ended;
      expect(run.state.outcome).toBe('partial');
      for (const name of ['one', 'two', 'three']) expect(outcome(run.state, name)).toMatchObject({ kind: 'completed', rows: 1 });
      const last = async (name: string): Promise<string | undefined> => (await place.ranOn(test, run.state, name)).at(-1);
      expect(await last('three')).toBe(await last('two'));
      await until(async () => (await place.connections()) === 0);
    });
  },
);
