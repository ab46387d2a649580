import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { coverageOf, sourceOf } from '../model/run-reducer.ts';
import type { RunState } from '../model/run.ts';
import type { TableRef } from '../model/table.ts';
import { fakeSql } from '../testing/fake-script.ts';
import { startTestApp, type TestApp, type TestDatabase } from '../testing/test-app.ts';

const types = ['password', 'email', 'phone', 'token'] as const;

/** One database per change type; clients 1 and 2 have all four changes at 13:00, client 3 only those of the first three. */
function fourDatabases(change: Partial<Record<(typeof types)[number], Partial<TestDatabase>>> = {}): TestDatabase[] {
  return types.map((type) => {
    const ids = type === 'token' ? ['1', '2'] : ['1', '2', '3'];
    const values = ids.map((id) => `('${id}', TIMESTAMP '2026-11-20 13:00:00')`).join(', ');
    return {
      name: `db_${type}`,
      driver: 'duckdb',
      queries: [{ name: type, changeType: type, sql: `SELECT * FROM (VALUES ${values}) AS t(user_id, change_date)` }],
      ...change[type],
    };
  });
}

const fake = (what: Parameters<typeof fakeSql>[0], script: TestDatabase['script'] = {}): Partial<TestDatabase> => ({
  driver: 'fake',
  script,
  queries: [
    {
      name: 'token',
      changeType: 'token',
      sql: fakeSql({
        columns: [
          { name: 'user_id', kind: 'text' },
          { name: 'change_date', kind: 'timestamp' },
        ],
        ...what,
      }),
    },
  ],
});

const open: TestApp[] = [];
const start = async (...args: Parameters<typeof startTestApp>): Promise<TestApp> => {
  const started = await startTestApp(...args);
  open.push(started);
  return started;
};
afterEach(async () => {
  for (const started of open.splice(0)) await started.close();
});

async function ids({ app }: TestApp, state: RunState, kind: 'confirmed' | 'undetermined'): Promise<string[]> {
  const table: TableRef = { kind };
  const page = await app.handlers['result.page']({ runId: state.plan.runId, request: { table, offset: 0, limit: 100, filters: [] } });
  return page.rows.map((row) => row[0] ?? 'NULL');
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a run over four databases', () => {
  it('confirms who has all four changes when every source has answered', async () => {
    const test = await start(fourDatabases());
    const state = await test.run();
    expect(state.outcome).toBe('succeeded');
    expect(await ids(test, state, 'confirmed')).toEqual(['1', '2']);
    expect(await ids(test, state, 'undetermined')).toEqual([]);
    expect(test.app.reports.metadata(state.plan.runId).headline).toContain('2');
  });

  it('uses the engine that was started ahead of it, and no other', async () => {
    const test = await start(fourDatabases());
    const engines = (): number => test.processes.filter(({ entry }) => entry === 'engine').length;
    expect(engines()).toBe(0);
    test.app.warmUp();
    expect(engines()).toBe(1);
    expect((await test.run()).outcome).toBe('succeeded');
    expect(engines()).toBe(1);
  });

  it('never says that nobody is concerned while a source is missing', async () => {
    const test = await start(fourDatabases({ token: fake({ execute: { then: 'fail', code: 'db.unreachable' } }) }));
    const state = await test.run();
    expect(state.outcome).toBe('partial');
    expect(await ids(test, state, 'confirmed')).toEqual([]);
    expect(await ids(test, state, 'undetermined')).toEqual(['1', '2', '3']);
    const { headline, missing } = test.app.reports.metadata(state.plan.runId);
    expect(missing.map((source) => source.source)).toEqual(['db_token/token']);
    expect(headline).not.toMatch(/no client|none|nobody/i);
    expect(test.app.reports.note(state.plan.runId).text).toContain('db_token/token');
    expect(test.app.reports.mailDraft(state.plan.runId).body).toContain('db_token/token');
  });

  it('fails when it is strict and a source is missing, and names the source', async () => {
    const test = await start(fourDatabases({ token: fake({ execute: { then: 'fail', code: 'db.auth' } }) }));
    const state = await test.run({ strict: true });
    expect(state.outcome).toBe('failed');
    expect(state.failure).toMatchObject({ code: 'run.incomplete', message: expect.stringContaining('db_token/token') as string });
  });

  it('drops rows without an id or a time and counts them', async () => {
    const sql =
      "SELECT * FROM (VALUES ('1', TIMESTAMP '2026-11-20 13:00:00'), (NULL, TIMESTAMP '2026-11-20 13:00:00'), ('2', NULL)) AS t(user_id, change_date)";
    const test = await start(fourDatabases({ token: { queries: [{ name: 'token', changeType: 'token', sql }] } }));
    const state = await test.run();
    expect(sourceOf(state, 'db_token/token').outcome).toMatchObject({ kind: 'completed', rows: 3, nullIds: 1, nullTimes: 1 });
    expect(await ids(test, state, 'confirmed')).toEqual(['1']);
  });

  it('is complete with empty results, and then says so', async () => {
    const sql = 'SELECT 1 AS user_id, current_timestamp AS change_date WHERE false';
    const test = await start(fourDatabases({ token: { queries: [{ name: 'token', changeType: 'token', sql }] } }));
    const state = await test.run();
    expect(state.outcome).toBe('succeeded');
    expect([await ids(test, state, 'confirmed'), await ids(test, state, 'undetermined')]).toEqual([[], []]);
  });

  it('ends a source with a clear message when its id column cannot be told', async () => {
    const sql = "SELECT '1' AS user_id, '1' AS client_id, current_timestamp AS change_date";
    const test = await start(fourDatabases({ token: { queries: [{ name: 'token', changeType: 'token', sql }] } }));
    const state = await test.run();
    expect(sourceOf(state, 'db_token/token').outcome).toMatchObject({
      kind: 'failed',
      failure: { code: 'sql.columns', message: expect.stringContaining('user_id, client_id') as string },
    });
  });

  it('looks at the window of a T that is a year ago', async () => {
    const test = await start(fourDatabases());
    const state = await test.run({ lastEvent: '2025-11-20T14:00:00Z' });
    expect(state.plan.notes.join(' ')).toContain('more than 30 days ago');
    expect(state.outcome).toBe('succeeded');
    expect(await ids(test, state, 'confirmed')).toEqual([]);
  });

  it('leaves no process, no file and no temporary folder behind when the program ends', async () => {
    const test = await startTestApp(fourDatabases());
    await test.run();
    await test.app.close();
    await Promise.all(test.processes.map(({ process }) => process.exited));
    const spool = join(test.folder, 'data', 'spool');
    expect(existsSync(spool) ? readdirSync(spool) : []).toEqual([]);
    await test.close();
  });
});

describe('cancel', () => {
  it('ends every source as cancelled, keeps no row of them and says what is not known', async () => {
    const endless = fake({ rows: 10_000_000, batchRows: 100, fetch: { delayMs: 20 } });
    const test = await start(fourDatabases({ token: endless }));
    const { runId } = await test.app.runs.start({ lastEvent: '2026-11-20T14:00:00Z', strict: false });
    const run = test.app.runs.get(runId);
    await until(() => sourceOf(run.state, 'db_token/token').rows > 0 && coverageOf(run.state).answered === 3);
    test.app.runs.cancel(runId);
    expect(run.state.status).toBe('cancelling');
    expect(await run.ended).toBe('cancelled');
    expect(sourceOf(run.state, 'db_token/token').outcome).toMatchObject({ kind: 'cancelled', confirmed: true });
    expect(await ids(test, run.state, 'undetermined')).toEqual(['1', '2', '3']);
  });

  it('of one database leaves the others alone', async () => {
    const test = await start(fourDatabases({ token: fake({ execute: { then: 'hang' } }) }));
    const { runId } = await test.app.runs.start({ lastEvent: '2026-11-20T14:00:00Z', strict: false });
    const run = test.app.runs.get(runId);
    await until(() => sourceOf(run.state, 'db_token/token').status === 'running' && coverageOf(run.state).answered === 3);
    test.app.runs.cancel(runId, 'db_token');
    expect(await run.ended).toBe('partial');
  });

  it('kills the process of a database that does not listen, after the grace period, and says that the server has not confirmed', async () => {
    const deaf = fake({ execute: { then: 'hang', ignoreAbort: true } }, { close: { then: 'hang' } });
    const test = await start(fourDatabases({ token: deaf }), { query: { cancel_grace_ms: 200 } });
    const { runId } = await test.app.runs.start({ lastEvent: '2026-11-20T14:00:00Z', strict: false });
    const run = test.app.runs.get(runId);
    await until(() => sourceOf(run.state, 'db_token/token').status === 'running');
    test.app.runs.cancel(runId);
    await run.ended;
    expect(sourceOf(run.state, 'db_token/token').outcome).toMatchObject({ kind: 'cancelled', confirmed: false });
    const worker = test.processes.find(({ name }) => name === 'db_token');
    expect(await worker?.process.exited).toBeDefined();
  });
});

describe('bad luck', () => {
  it('a worker that is killed in the middle of a query fails its sources, and completing the run asks only those again', async () => {
    const test = await start(fourDatabases({ token: fake({ execute: { delayMs: 300 }, rows: 0 }) }));
    const { runId } = await test.app.runs.start({ lastEvent: '2026-11-20T14:00:00Z', strict: false });
    const run = test.app.runs.get(runId);
    await until(() => sourceOf(run.state, 'db_token/token').status === 'running');
    test.processes.find(({ name }) => name === 'db_token')?.process.kill();
    expect(await run.ended).toBe('partial');
    expect(sourceOf(run.state, 'db_token/token').outcome).toMatchObject({ kind: 'failed', failure: { code: 'worker.crashed' } });
    const before = test.processes.length;
    expect(await test.app.runs.resume(runId)).toEqual(['db_token/token']);
    expect(await run.ended).toBe('succeeded');
    expect(test.processes.slice(before).map(({ name }) => name)).toEqual(['db_token']);
    expect(coverageOf(run.state).missing).toEqual([]);
  });

  it('an engine that is killed comes back with everything that had been answered', async () => {
    const test = await start(fourDatabases());
    const state = await test.run();
    const engine = test.processes.find(({ entry }) => entry === 'engine');
    engine?.process.kill();
    await engine?.process.exited;
    expect(await ids(test, state, 'confirmed')).toEqual(['1', '2']);
  });

  it('a window that opens during a run sees the same as one that was there from the beginning', async () => {
    const test = await start(fourDatabases({ token: fake({ rows: 50, batchRows: 1, fetch: { delayMs: 10 } }) }));
    const early: number[] = [];
    const stop = test.app.subscribe((event, payload) => {
      if (event === 'run.event') early.push((payload as { readonly seq: number }).seq);
    });
    const { runId } = await test.app.runs.start({ lastEvent: '2026-11-20T14:00:00Z', strict: false });
    const run = test.app.runs.get(runId);
    await until(() => sourceOf(run.state, 'db_token/token').rows > 5);
    const { seq } = test.app.runs.snapshot(runId);
    await run.ended;
    stop();
    expect(early).toEqual(Array.from({ length: early.length }, (_, index) => index + 1));
    expect(early.length).toBeGreaterThan(seq);
  });
});
