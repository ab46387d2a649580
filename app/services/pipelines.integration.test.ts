import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sourceOf } from '../model/run-reducer.ts';
import type { RunState } from '../model/run.ts';
import { type FakeScriptInput, fakeSql } from '../testing/fake-script.ts';
import { type DuckDbBackend, duckDbBackend } from '../testing/oracle-wire/duckdb-backend.ts';
import { type OracleListener, startOracleListener } from '../testing/oracle-wire/listener.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres-server.ts';
import { startTestApp, type TestApp, type TestDatabase, type TestQuery } from '../testing/test-app.ts';

const logons = `CREATE TABLE logons (client VARCHAR(20), account BIGINT, at_moment TIMESTAMP, host VARCHAR(20));
  INSERT INTO logons SELECT 'c' || n, n, TIMESTAMP '2026-11-20 13:00:00', 'host ' || n FROM generate_series(1, 500) AS s(n);
  INSERT INTO logons VALUES ('c7', 7, TIMESTAMP '2026-11-20 13:05:00', 'host 7'), ('c7', 7, TIMESTAMP '2026-11-20 13:05:00', 'host 7')`;

let postgres: TestPostgres;
let backend: DuckDbBackend;
let oracle: OracleListener;
const open: TestApp[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  for (const sql of logons.split(';\n')) await postgres.sql(sql);
  backend = await duckDbBackend({
    setUp: logons.split(';\n').map((sql) => sql.replace('generate_series(1, 500) AS s(n)', 'range(1, 501) AS s(n)')),
  });
  oracle = await startOracleListener({ users: { reader: 'tiger' }, execute: backend.execute });
});
afterEach(async () => {
  for (const started of open.splice(0)) await started.close();
});
afterAll(async () => {
  await oracle.close();
  backend.close();
  await postgres.stop();
});

const environment = { PG_PASSWORD: 'p@ss word', ORA_PASSWORD: 'tiger' };

async function start(databases: readonly TestDatabase[], settings: Readonly<Record<string, unknown>> = {}): Promise<TestApp> {
  const started = await startTestApp(databases, settings, { environment });
  open.push(started);
  return started;
}

/** Changes of clients `c1`, `c2`, …; the ids as texts and as numbers. */
const parent = (count: number, more = ''): TestDatabase => ({
  ...{ name: 'first', driver: 'duckdb' },
  queries: [
    {
      ...{ name: 'changes', changeType: 'email' },
      sql: `SELECT 'c' || n AS user_id, n AS account, TIMESTAMP '2026-11-20 13:00:00' AS change_date FROM range(1, ${String(count + 1)}) AS t(n)${more}`,
    },
  ],
});

const child = (sql: string, binds: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}): TestQuery => ({
  ...{ name: 'logons', changeType: 'none', sql },
  more: { binds, ...more },
});

const from = (column: string, more = {}): Readonly<Record<string, unknown>> => ({ from: 'changes', column, ...more });

const onPostgres = (...queries: TestQuery[]): TestDatabase => {
  const { host, port, database, user } = postgres.admin;
  return {
    name: 'second',
    driver: 'postgres',
    server: { host, port, database, user, password_env: 'PG_PASSWORD' },
    queries,
    more: { tls: false },
  };
};

const onOracle = (...queries: TestQuery[]): TestDatabase => ({
  ...{ name: 'third', driver: 'oracle', queries },
  server: { host: oracle.host, port: oracle.port, service_name: 'TESTDB', user: 'reader', password_env: 'ORA_PASSWORD' },
});

const onDuckdb = (...queries: TestQuery[]): TestDatabase => ({
  ...{ name: 'fourth', driver: 'duckdb' },
  queries: queries.map((query) => ({
    ...query,
    sql: query.sql.replace(
      'FROM logons',
      `FROM (SELECT 'c' || n AS client, n AS account, TIMESTAMP '2026-11-20 13:00:00' AS at_moment, 'host ' || n AS host FROM range(1, 501) AS s(n)
         UNION ALL SELECT 'c7', 7, TIMESTAMP '2026-11-20 13:05:00', 'host 7' FROM range(2)) AS logons`,
    ),
  })),
});

async function rowsOf({ app }: TestApp, { plan }: RunState, source: string): Promise<(string | null)[][]> {
  const request = { table: { kind: 'source' as const, source }, offset: 0, limit: 1000, filters: [] };
  return (await app.handlers['result.page']({ runId: plan.runId, request })).rows.map((row) => [...row]);
}

const outcome = (state: RunState, source: string): unknown => sourceOf(state, source).outcome;

describe('a query that takes its values from another one', () => {
  const places = [
    ['postgres', 'second', onPostgres],
    ['oracle, over the wire', 'third', onOracle],
    ['duckdb', 'fourth', onDuckdb],
  ] as const;

  it.each(places)(
    'asks %s for texts and for numbers in as many statements as the list needs, and finds each row once',
    async (_, name, on) => {
      const texts = child('SELECT client, host FROM logons WHERE client IN (:ids)', { ids: from('user_id') }, { chunk: 30 });
      const numbers = {
        ...child('SELECT client, host FROM logons WHERE account IN (:ids)', { ids: from('ACCOUNT') }, { chunk: 100 }),
        name: 'by number',
      };
      const test = await start([parent(100), on(texts, numbers)]);
      const state = await test.run();
      expect(outcome(state, `${name}/logons`)).toMatchObject({ kind: 'completed', rows: 102 });
      expect(outcome(state, `${name}/by number`)).toMatchObject({ kind: 'completed', rows: 102 });
      const rows = await rowsOf(test, state, `${name}/logons`);
      // Two rows of one statement that are alike are two rows.
      expect(rows.filter(([client]) => client === 'c7')).toEqual(Array.from({ length: 3 }, () => ['c7', 'host 7']));
      expect(new Set(rows.map(([client]) => client)).size).toBe(100);
      expect(sourceOf(state, `${name}/logons`).cost).toMatchObject({ statements: 4, rows: 102 });
      expect(sourceOf(state, `${name}/by number`).cost).toMatchObject({ statements: 1, rows: 102 });
      const folder = join(test.folder, 'data', 'spool');
      const left = readdirSync(folder, { recursive: true, encoding: 'utf8' });
      expect(left.filter((file) => file.includes('.jsonl'))).toEqual([]);
    },
  );

  it.each(places)('counts a row once that two parts of a list give %s', async (_, name, on) => {
    const either = child(
      "SELECT client, host FROM logons WHERE client IN (:ids) OR host = 'host 400' ORDER BY client",
      { ids: from('user_id') },
      { chunk: 5 },
    );
    const test = await start([parent(20), on(either)]);
    const state = await test.run();
    const rows = await rowsOf(test, state, `${name}/logons`);
    expect(rows.filter(([client]) => client === 'c400')).toHaveLength(1);
    expect(rows.filter(([client]) => client === 'c7')).toHaveLength(3);
    expect(outcome(state, `${name}/logons`)).toMatchObject({ rows: 23 });
  });

  it('asks with the values of all databases that have the query, and with two lists in every combination', async () => {
    const other = { ...parent(10), name: 'other' };
    const sql = 'SELECT client FROM logons WHERE client IN (:ids) AND account IN (:numbers)';
    const both = child(sql, { ids: from('user_id'), numbers: { from: 'first/changes', column: 'account' } }, { chunk: 3 });
    const state = await (await start([parent(5), other, onPostgres(both)])).run();
    // c1 … c5 by both lists; 4 parts of the ten ids, 2 of the five numbers.
    expect(outcome(state, 'second/logons')).toMatchObject({ kind: 'completed', rows: 5 });
    expect(sourceOf(state, 'second/logons').cost.statements).toBe(8);
  });

  it('has nothing to ask where the list is empty: the answer is whole, no process is started, and what hangs on it is empty too', async () => {
    const next = {
      ...child('SELECT client FROM logons WHERE client IN (:ids)', { ids: { from: 'logons', column: 'client' } }),
      name: 'next',
    };
    const first = child('SELECT client FROM logons WHERE client IN (:ids)', { ids: from('user_id') });
    const test = await start([parent(0), onPostgres(first, next)]);
    const state = await test.run();
    expect(outcome(state, 'second/logons')).toMatchObject({
      ...{ kind: 'completed', rows: 0 },
      note: 'Nothing was asked: the list :ids is empty.',
    });
    expect(outcome(state, 'second/next')).toMatchObject({ kind: 'completed', rows: 0 });
    expect(test.processes.map(({ name }) => name)).not.toContain('second');
    expect(await rowsOf(test, state, 'second/logons')).toEqual([]);
  });

  it('is asked all the same with an empty list that is one of several reasons for a row', async () => {
    const either = child("SELECT client FROM logons WHERE client IN (:ids) OR host = 'host 400'", { ids: from('user_id') });
    const state = await (await start([parent(0), onPostgres(either)])).run();
    expect(outcome(state, 'second/logons')).toMatchObject({ kind: 'completed', rows: 1 });
  });

  it('is skipped, and missing, when the other one fails, is cancelled or has no such column', async () => {
    const query = child('SELECT client FROM logons WHERE client IN (:ids)', { ids: from('user_id') });
    const next = {
      ...child('SELECT client FROM logons WHERE client IN (:ids)', { ids: { from: 'logons', column: 'client' } }),
      name: 'next',
    };
    const failing = await start([parent(5, " WHERE n < 'x'"), onPostgres(query, next)], { query: { retries: 0 } });
    const state = await failing.run();
    expect(outcome(state, 'second/logons')).toMatchObject({ kind: 'skipped', failure: { code: 'parent.failed' } });
    expect(JSON.stringify(outcome(state, 'second/logons'))).toContain('It takes values from first/changes, which failed: ');
    expect(outcome(state, 'second/next')).toMatchObject({ kind: 'skipped', failure: { code: 'parent.failed' } });
    expect(state.outcome).toBe('failed');
    const wrong = child('SELECT client FROM logons WHERE client IN (:ids)', { ids: from('client_number') });
    const unknown = await (await start([parent(5), onPostgres(wrong)])).run();
    expect(outcome(unknown, 'second/logons')).toMatchObject({ kind: 'failed', failure: { code: 'sql.columns' } });
    expect(unknown.outcome).toBe('partial');
  });

  it('is asked again with the other one when the run is completed', async () => {
    const script: FakeScriptInput = { statement: { execute: { then: 'fail', code: 'db.error' } } };
    const columns = [
      { name: 'user_id', kind: 'text' as const, values: ['c1'] },
      { name: 'change_date', kind: 'timestamp' as const },
    ];
    const flaky: TestDatabase = {
      ...{ name: 'first', driver: 'fake', script },
      queries: [{ name: 'changes', changeType: 'email', sql: fakeSql({ columns, rows: 1 }) }],
    };
    const query = child('SELECT client FROM logons WHERE client IN (:ids)', { ids: from('user_id') });
    const test = await start([flaky, onPostgres(query)]);
    const state = await test.run();
    expect(outcome(state, 'second/logons')).toMatchObject({ kind: 'skipped' });
    const run = test.app.runs.get(state.plan.runId);
    expect(run.resume()).toEqual(['first/changes', 'second/logons']);
    await run.ended;
    expect(outcome(run.state, 'second/logons')).toMatchObject({ kind: 'skipped', failure: { code: 'parent.failed' } });
  });

  it('does not wait for ever where one place is to be had for databases that wait for each other', async () => {
    const back: TestQuery = {
      ...{ name: 'back', changeType: 'none', sql: 'SELECT * FROM (VALUES (1)) AS t(x) WHERE x IN (:ids)' },
      more: { binds: { ids: { from: 'logons', column: 'account' } } },
    };
    const first = parent(3);
    const query = child('SELECT account FROM logons WHERE client IN (:ids)', { ids: from('user_id') });
    const state = await (
      await start([{ ...first, queries: [...first.queries, back] }, onPostgres(query)], { query: { max_fanout: 1 } })
    ).run();
    expect(Object.values(state.sources).map((source) => source.outcome?.kind)).toEqual(['completed', 'completed', 'completed']);
    expect(outcome(state, 'first/back')).toMatchObject({ rows: 1 });
  });

  it('lets its statements wait for the rate limit of its database, and that wait does not eat into its time limit', async () => {
    const query = child('SELECT client FROM logons WHERE client IN (:ids)', { ids: from('user_id') }, { chunk: 10, timeout_ms: 2_000 });
    const limited = { ...onPostgres(query), more: { tls: false, rate_limit: { queries: 2, per_ms: 1_500 } } };
    const test = await start([parent(60), limited]);
    const state = await test.run();
    expect(outcome(state, 'second/logons')).toMatchObject({ kind: 'completed', rows: 62 });
    expect(sourceOf(state, 'second/logons').cost.statements).toBe(6);
    const { startedAt, endedAt } = sourceOf(state, 'second/logons');
    expect(Date.parse(endedAt ?? '') - Date.parse(startedAt ?? '')).toBeGreaterThan(2_000);
  });
});
