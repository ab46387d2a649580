import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import type { HistoryState } from '../model/history.ts';
import { fakeSql } from '../testing/fake-script.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres-server.ts';
import { startTestApp, type TestApp, type TestDatabase } from '../testing/test-app.ts';

const columns = [
  { name: 'user_id', kind: 'text' as const },
  { name: 'change_date', kind: 'timestamp' as const },
];

const databases: readonly TestDatabase[] = [
  {
    name: 'client_activity',
    driver: 'duckdb',
    queries: [
      { name: 'emails', changeType: 'email', sql: "SELECT '1' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date" },
      { name: 'phones', changeType: 'phone', sql: 'SELECT * FROM no_such_table' },
    ],
  },
  {
    name: 'account_activity',
    driver: 'fake',
    queries: [{ name: 'passwords', changeType: 'password', sql: fakeSql({ columns, rows: 7 }) }],
  },
];

const open: TestApp[] = [];
let server: TestPostgres | undefined;
afterEach(async () => {
  for (const started of open.splice(0)) await started.close();
  await server?.stop();
  server = undefined;
});

const start = async (...args: Parameters<typeof startTestApp>): Promise<TestApp> => {
  const started = await startTestApp(...args);
  open.push(started);
  return started;
};

async function stateWith({ app }: TestApp, matches: (state: HistoryState) => boolean): Promise<HistoryState> {
  if (matches(app.history.state)) return app.history.state;
  return new Promise((resolve) => {
    const stop = app.history.changed.on((state) => {
      if (!matches(state)) return;
      stop();
      resolve(state);
    });
  });
}

describe('a run of the program', () => {
  it('stands in the history with every execution, its end, its rows, its text and its endpoint', async () => {
    const test = await start(databases, { user_settings: { sid: 'AB12345' } });
    const { plan } = await test.run();
    await test.app.history.recorded();
    const found = await test.app.history.ask('run', { runId: plan.runId });
    expect(found?.run).toMatchObject({ userId: 'AB12345', outcome: 'partial', expectedSources: 4, answeredSources: 2 });
    const byName = new Map(found?.executions.map(({ execution }) => [execution.queryName, execution]));
    expect(byName.get('passwords')).toMatchObject({ status: 'success', totalRows: 7, databaseType: 'fake', attempts: 1 });
    expect(byName.get('emails')).toMatchObject({ status: 'success', totalRows: 1, endpoint: ':memory:', queryComplexity: 1 });
    expect(byName.get('phones')).toMatchObject({ status: 'failed', totalRows: null, queryText: 'SELECT * FROM no_such_table' });
    expect(byName.get('phones')?.errorMessage).toContain('no_such_table');
  });

  it('says that it runs, for whoever asks meanwhile', async () => {
    const hanging = fakeSql({ columns, execute: { then: 'hang' } });
    const test = await start([{ name: 'slow', driver: 'fake', queries: [{ name: 'passwords', changeType: 'password', sql: hanging }] }]);
    const { runId } = await test.app.runs.start({ lastEvent: 'now', strict: false });
    await test.app.history.recorded();
    expect(await test.app.history.ask('running', null)).toMatchObject([{ run: { runId, outcome: null } }]);
    test.app.runs.cancel(runId);
    await test.app.runs.get(runId).ended;
    await test.app.history.recorded();
    expect(await test.app.history.ask('running', null)).toEqual([]);
    expect(await test.app.history.ask('runs', { limit: 10, offset: 0 })).toMatchObject({
      runs: [{ runId, outcome: 'cancelled', cancelledBy: 'X123456' }],
    });
  });
});

describe('a plan', () => {
  it('knows what its sources usually take, and says which budget that is above', async () => {
    const test = await start(databases, { budget: { run: { rows: { soft: 5 } } } });
    expect((await test.app.runs.plan({ lastEvent: 'now', strict: false })).estimate).toBeUndefined();
    await test.run();
    await test.app.history.recorded();
    const { estimate, notes } = await test.app.runs.plan({ lastEvent: 'now', strict: false });
    expect(estimate).toMatchObject({ known: 2, of: 3 });
    expect(notes).toContain('The run usually takes 8 rows, which is above the soft limit of 5 rows.');
    const { runId } = await test.app.runs.start({ lastEvent: 'now', strict: false });
    expect(test.app.runs.get(runId).plan.estimate).toEqual(estimate);
    await test.app.runs.get(runId).ended;
  });
});

describe('a history that cannot be kept', () => {
  it('does not hold up a run when its folder is none, and says what to do', async () => {
    const test = await start(databases, { history: { directory: 'settings.yaml' } });
    expect((await test.run()).outcome).toBe('partial');
    const state = await stateWith(test, ({ lost }) => lost > 0);
    expect(state).toMatchObject({ store: 'unavailable', failure: { code: 'history.unavailable' } });
    expect(state.failure?.message).toContain('cannot be written');
    await expect(test.app.history.ask('running', null)).rejects.toThrow('cannot be written');
  });

  it('lets records wait in the journal while another program holds the file, and puts them in afterwards', async () => {
    const test = await start(databases, { history: { directory: 'records' } });
    await stateWith(test, ({ store }) => store === 'ready');
    const other = new DatabaseSync(join(test.folder, 'records', 'history.sqlite'));
    other.exec('BEGIN IMMEDIATE');
    const { plan, outcome } = await test.run();
    expect(outcome).toBe('partial');
    const waiting = await stateWith(test, ({ unwritten }) => unwritten === 0);
    expect(waiting.lost).toBe(0);
    expect(waiting.waiting).toBeGreaterThan(0);
    other.exec('ROLLBACK');
    other.close();
    await test.app.history.recorded();
    expect(await test.app.history.ask('run', { runId: plan.runId })).toMatchObject({ run: { outcome: 'partial' } });
  });

  it('is unavailable while its file is none of ours, and a run goes on', async () => {
    const folder = await start(databases);
    const directory = join(folder.folder, 'other');
    await mkdir(directory);
    writeFileSync(join(directory, 'history.sqlite'), 'this is no database, and it is long enough to be looked at'.repeat(100));
    const test = await start(databases, { history: { directory } });
    await stateWith(test, ({ store }) => store === 'unavailable');
    expect((await test.run()).outcome).toBe('partial');
    expect(test.app.history.state).toMatchObject({ lost: 0, failure: { code: 'history.unavailable' } });
  });
});

describe("a team's history in PostgreSQL", () => {
  it('is entered with the password of the named variable', async () => {
    server = await startPostgres();
    const { host, port, user, database, password } = server.admin;
    const settings = { history: { url: `postgres://${user}@${host}:${String(port)}/${database}`, password_env: 'TEAM_PASSWORD' } };
    const test = await start(databases, settings, { environment: { TEAM_PASSWORD: password } });
    const { plan } = await test.run();
    await test.app.history.recorded();
    const rows = await server.sql<{ run_id: string; outcome: string }>('SELECT run_id, outcome FROM query_runs');
    expect(rows).toEqual([{ run_id: plan.runId, outcome: 'partial' }]);
  });

  it('waits for a password that is not there, and names the variable', async () => {
    const settings = { history: { url: 'postgres://cam@127.0.0.1:9/cam', password_env: 'TEAM_PASSWORD' } };
    const test = await start(databases, settings);
    const state = await stateWith(test, ({ store }) => store === 'unavailable');
    expect(state.failure?.message).toContain('TEAM_PASSWORD is not set');
    expect((await test.run()).outcome).toBe('partial');
    expect(test.app.history.state.lost).toBe(0);
  });
});
