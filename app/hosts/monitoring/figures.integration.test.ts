import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../model/failure.ts';
import { healthReport } from './health-report.ts';
import { startTestApp, type TestApp } from '../../testing/test-app.ts';

const row = "SELECT '1' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date";
const queries = (tokenSql: string) => [
  { name: 'email', changeType: 'email', sql: row },
  { name: 'token', changeType: 'token', sql: tokenSql },
];

describe('the figures', () => {
  let shared: string;
  const open: TestApp[] = [];
  beforeEach(async () => {
    shared = await mkdtemp(join(tmpdir(), 'cam-figures-'));
  });
  afterEach(async () => {
    for (const started of open.splice(0)) await started.close();
    await rm(shared, { recursive: true, force: true });
  });
  const start = async (sql: string): Promise<TestApp> => {
    const settings = { history: { directory: join(shared, 'history') }, results: { directory: join(shared, 'results') } };
    const started = await startTestApp([{ name: 'one', driver: 'duckdb', queries: queries(sql) }], settings);
    open.push(started);
    return started;
  };

  it('say when an endpoint last answered whoever asked it, also after they were reset', async () => {
    const { app } = await start(row);
    expect(healthReport(await app.metrics.status(), 0).endpoints).toMatchObject([{ attempts: 0, last_success_at: null }]);
    await app.checks.check();
    const [checked] = healthReport(await app.metrics.status(), 0).endpoints;
    expect(checked).toMatchObject({ attempts: 0, last_success_at: expect.stringMatching(/^20/) as string });
    expect(healthReport(await app.metrics.reset(), 0).endpoints).toMatchObject([
      { attempts: 0, last_success_at: checked?.last_success_at },
    ]);
  });

  it('are degraded while records of the history are in memory alone, were lost or were refused', async () => {
    const status = await (await start(row)).app.metrics.status();
    const reportOf = (change: Partial<typeof status.history>) =>
      healthReport({ ...status, history: { ...status.history, store: 'ready', ...change } }, 0);
    expect(reportOf({})).toMatchObject({ status: 'ok', reasons: [] });
    expect(reportOf({ unwritten: 14, failure: failure('disk.error') })).toMatchObject({
      status: 'degraded',
      reasons: ['The journal of the history cannot be written: 14 of its records are in memory alone.'],
    });
    expect(reportOf({ lost: 2, rejected: 1 }).reasons).toEqual([
      '2 records of the history were lost.',
      '1 records of the history were refused by its store.',
    ]);
  });

  it('count a kept run that another program completes', async () => {
    const file = join(shared, 'tokens.csv');
    const sql = `SELECT user_id, CAST(change_date AS TIMESTAMP) AS change_date FROM read_csv('${file}')`;
    const first = await start(sql);
    const { plan } = await first.run();
    await first.app.close();
    open.pop();
    await writeFile(file, 'user_id,change_date\n1,2026-11-20 13:00:00\n');
    const second = await start(sql);
    await second.app.runs.open(plan.runId);
    await second.app.runs.resume(plan.runId);
    expect((await second.app.metrics.status()).inFlight).toMatchObject({ runs: 1 });
    await second.app.runs.get(plan.runId).ended;
    const { figures, inFlight } = await second.app.metrics.status();
    expect(inFlight).toEqual({ runs: 0, sources: 0, waiting: 0 });
    // Two kinds of change have no source here, so that the run stays partial. The first program has a folder of figures of its own.
    expect(figures.runs).toMatchObject({ partial: 1 });
    expect(figures.databases.one).toMatchObject({ sources: 1, missing: 0, rows: 1 });
  });
});
