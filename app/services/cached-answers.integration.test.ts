import { readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceOf } from '../model/run-reducer.ts';
import { startTestApp, type TestApp } from '../testing/test-app.ts';

let shared: string;
const open: TestApp[] = [];

beforeEach(async () => {
  shared = await mkdtemp(join(tmpdir(), 'cam-cached-'));
  changes('1');
});
afterEach(async () => {
  for (const started of open.splice(0)) await started.close();
  await rm(shared, { recursive: true, force: true });
});

/** What the database holds. */
function changes(...clients: readonly string[]): void {
  const rows = clients.map((client) => `${client},2026-11-20 13:00:00`);
  writeFileSync(join(shared, 'changes.csv'), `user_id,change_date\n${rows.join('\n')}\n`);
}

async function start(cacheMs: number | undefined, sid = 'AB12345', end = ''): Promise<TestApp> {
  const sql = `SELECT CAST(user_id AS VARCHAR) AS user_id, CAST(change_date AS TIMESTAMP) AS change_date FROM read_csv('${join(shared, 'changes.csv')}')${end}`;
  const more = cacheMs === undefined ? {} : { cache_ms: cacheMs };
  const started = await startTestApp([{ name: 'one', driver: 'duckdb', queries: [{ name: 'emails', changeType: 'email', sql, more }] }], {
    user_settings: { sid },
    history: { directory: join(shared, 'history') },
    results: { directory: join(shared, 'results') },
  });
  open.push(started);
  return started;
}

async function runOnce(test: TestApp, lastEvent?: string) {
  const state = await test.run(lastEvent === undefined ? {} : { lastEvent });
  await test.app.results.kept(state.plan.runId);
  return { state, runId: state.plan.runId, outcome: sourceOf(state, 'one/emails').outcome };
}

const hour = 3_600_000;

describe('an answer that was given before', () => {
  it('is used again where the query allows it, also by another program, and everything says so', async () => {
    const first = await runOnce(await start(hour));
    changes('1', '2');
    const test = await start(hour);
    const { runId, outcome, state } = await runOnce(test);
    expect(outcome).toMatchObject({ kind: 'completed', rows: 1, cachedFrom: { runId: first.runId, endpoint: ':memory:' } });
    expect(outcome).toMatchObject({ note: expect.stringContaining('No database was asked') as string });
    expect(test.processes.filter(({ entry }) => entry === 'worker')).toEqual([]);
    const metadata = test.app.reports.metadata(runId);
    expect(metadata.sources[0]?.cachedFrom?.runId).toBe(first.runId);
    expect(metadata.notes.join()).toContain(`gave to the run ${first.runId}`);
    expect(test.app.reports.note(runId).text).toContain('No database was asked');
    const page = await test.app.handlers['result.page']({
      runId,
      request: { table: { kind: 'source', source: 'one/emails' }, offset: 0, limit: 10, filters: [] },
    });
    expect(page.rows.map(([client]) => client)).toEqual(['1']);
    await test.app.history.recorded();
    const record = await test.app.history.ask('run', { runId });
    expect(record?.executions[0]?.execution).toMatchObject({
      status: 'success',
      executionTime: null,
      attempts: 0,
      responseMetadata: { cachedFrom: { runId: first.runId } },
    });
    // Used once more it is still the first one's answer, so it does not get younger by being used.
    expect((await runOnce(test)).outcome).toMatchObject({ cachedFrom: { runId: first.runId } });
    expect(state.outcome).toBe('partial');
  });

  it('is told in the evidence of a client as what it is: who gave it, to which run, and when, never as read now', async () => {
    const first = await runOnce(await start(hour));
    const test = await start(hour);
    const { runId, outcome } = await runOnce(test);
    const cachedFrom = outcome?.kind === 'completed' ? outcome.cachedFrom : undefined;
    const { sources } = await test.app.handlers['evidence.client']({ runId, client: '1', limit: 10 });
    expect(sources).toMatchObject([{ attempt: 0, endpoint: ':memory:', readAt: cachedFrom?.at, cachedFrom: { runId: first.runId } }]);
    expect(cachedFrom!.at < first.state.endedAt!).toBe(true);
    const { text } = await test.app.handlers['evidence.text']({ runId, client: '1' });
    expect(text).toContain(`no database was asked: answer to run ${first.runId} from :memory:, read ${cachedFrom!.at.slice(0, 10)}`);
    expect(text).not.toContain('attempt');
  });

  it('is not used where the query does not allow it, where it is too old, and where it was asked before the last event time', async () => {
    await runOnce(await start(hour));
    changes('1', '2');
    expect((await runOnce(await start(undefined))).outcome).toMatchObject({ rows: 2 });
    changes('1', '2', '3');
    expect((await runOnce(await start(1))).outcome).toMatchObject({ rows: 3 });
    changes('1', '2', '3', '4');
    const now = await runOnce(await start(hour), 'now');
    expect(now.outcome).toMatchObject({ rows: 4 });
    expect(now.outcome).not.toHaveProperty('cachedFrom');
  });

  it('is not used for another statement or another person', async () => {
    await runOnce(await start(hour));
    changes('1', '2');
    expect((await runOnce(await start(hour, 'AB12345', ' WHERE true'))).outcome).toMatchObject({ rows: 2 });
    expect((await runOnce(await start(hour, 'CD67890'))).outcome).toMatchObject({ rows: 2 });
  });

  it('is not used when its file is damaged: the database is asked', async () => {
    const { runId } = await runOnce(await start(hour));
    const directory = join(shared, 'results', runId);
    const [file = ''] = readdirSync(directory).filter((name) => name.endsWith('.parquet'));
    writeFileSync(join(directory, file), 'nothing');
    const { outcome } = await runOnce(await start(hour));
    expect(outcome).toMatchObject({ kind: 'completed', rows: 1 });
    expect(outcome).not.toHaveProperty('cachedFrom');
  });
});
