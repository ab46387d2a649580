import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunState } from '../model/run.ts';
import { startTestApp, type TestApp, type TestDatabase } from '../testing/test-app.ts';

let shared: string;
const open: TestApp[] = [];

beforeEach(async () => {
  shared = await mkdtemp(join(tmpdir(), 'cam-shared-'));
});
afterEach(async () => {
  for (const started of open.splice(0)) await started.close();
  await rm(shared, { recursive: true, force: true });
});

/** Client 1 has all four changes; `token` reads a file that may be there or not. */
function databases(tokenSql: string): TestDatabase[] {
  const row = "SELECT '1' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date";
  return (['password', 'email', 'phone', 'token'] as const).map((type) => ({
    name: `db_${type}`,
    driver: 'duckdb',
    queries: [{ name: type, changeType: type, sql: type === 'token' ? tokenSql : row }],
  }));
}

const tokenFrom = () => `SELECT user_id, CAST(change_date AS TIMESTAMP) AS change_date FROM read_csv('${join(shared, 'tokens.csv')}')`;

async function start(tokenSql = tokenFrom(), settings: Readonly<Record<string, unknown>> = {}): Promise<TestApp> {
  const started = await startTestApp(databases(tokenSql), {
    history: { directory: join(shared, 'history') },
    results: { directory: join(shared, 'results'), ...settings },
  });
  open.push(started);
  return started;
}

async function stop(test: TestApp): Promise<void> {
  open.splice(open.indexOf(test), 1);
  await test.close();
}

async function rows({ app }: TestApp, { plan }: Pick<RunState, 'plan'>, kind: 'confirmed' | 'undetermined'): Promise<number> {
  const request = { table: { kind }, offset: 0, limit: 10, filters: [] };
  return (await app.handlers['result.page']({ runId: plan.runId, request })).matching;
}

describe('the result of a run', () => {
  it('goes when its record has gone although the retention that deleted it was broken off, and not while a hold is set', async () => {
    const test = await start();
    const { results, history } = test.app;
    const lost = (await test.run()).plan.runId;
    await results.kept(lost);
    await history.recorded();
    const policy = { executionDays: { success: 0, failed: 0, error: 0 }, runDays: 0 };
    // Whoever asked has died before it could remove the result.
    expect((await history.ask('retain', { policy, isDryRun: false, by: 'X1' })).runIds).toEqual([lost]);
    const { plan } = await test.run();
    await results.kept(plan.runId);
    await history.recorded();
    const kept = async (): Promise<readonly string[]> => (await results.list()).map(({ runId }) => runId).toSorted();
    const both = [lost, plan.runId].toSorted();
    const later = '2999-01-01T00:00:00.000000Z';
    await results.forgetUnrecorded('2000-01-01T00:00:00.000000Z');
    expect(await kept()).toEqual(both);
    const { holdId } = await history.ask('setHold', { reason: 'case', by: 'X1' });
    await results.forgetUnrecorded(later);
    expect(await kept()).toEqual(both);
    await history.ask('releaseHold', { holdId, by: 'X1' });
    // One that is open is left alone until it is closed.
    await results.open(lost);
    await results.forgetUnrecorded(later);
    expect(await kept()).toEqual(both);
    await results.release(lost);
    await results.forgetUnrecorded(later);
    expect(await kept()).toEqual([plan.runId]);
  });

  it('is opened by a later program with the same tables and the same missing sources, and completed there', async () => {
    const first = await start();
    const state = await first.run();
    expect([state.outcome, await rows(first, state, 'confirmed'), await rows(first, state, 'undetermined')]).toEqual(['partial', 0, 1]);
    await stop(first);

    const second = await start();
    const { runId } = state.plan;
    expect(await second.app.handlers['results.list']({})).toMatchObject([{ runId, outcome: 'partial', answeredSources: 3 }]);
    const opened = await second.app.handlers['run.open']({ runId });
    expect(opened.state).toEqual(state);
    expect([await rows(second, state, 'confirmed'), await rows(second, state, 'undetermined')]).toEqual([0, 1]);
    expect(second.app.reports.metadata(runId).missing).toMatchObject([{ source: 'db_token/token', reason: 'failed' }]);

    writeFileSync(join(shared, 'tokens.csv'), 'user_id,change_date\n1,2026-11-20 12:00:00\n');
    expect(await second.app.handlers['run.resume']({ runId })).toEqual({ sources: ['db_token/token'] });
    expect(await second.app.runs.get(runId).ended).toBe('succeeded');
    expect(await rows(second, state, 'confirmed')).toBe(1);
    await second.app.history.recorded();
    const record = await second.app.history.ask('run', { runId });
    expect(record?.run).toMatchObject({ outcome: 'succeeded', resumes: 1 });
    expect(record?.executions.map(({ execution }) => execution.executionId).filter((id) => id.includes(':4:'))).toEqual([
      `${runId}:4:1`,
      `${runId}:4:2`,
    ]);
    await stop(second);

    const third = await start();
    expect((await third.app.handlers['run.open']({ runId })).state.outcome).toBe('succeeded');
    expect(await rows(third, state, 'confirmed')).toBe(1);
    expect(await third.app.handlers['run.resume']({ runId })).toEqual({ sources: [] });
  });

  it('cannot be completed with a query that is not what it was, nor while another program has it open', async () => {
    const first = await start();
    const { plan } = await first.run();
    await stop(first);
    const changed = await start("SELECT '2' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date");
    await changed.app.runs.open(plan.runId);
    await expect(changed.app.runs.resume(plan.runId)).rejects.toThrow('db_token/token is not configured as it was');
    // The same process stands for another one here: a marker of a process that lives.
    writeFileSync(join(shared, 'results', plan.runId, `open-${String(process.ppid)}`), '');
    await expect(changed.app.runs.resume(plan.runId)).rejects.toThrow('Another program has the result');
  });

  it('is refused with what is wrong when a file of it is damaged, and nothing of it is shown', async () => {
    const first = await start();
    const { plan } = await first.run();
    await stop(first);
    const directory = join(shared, 'results', plan.runId);
    const [file = ''] = readdirSync(directory).filter((name) => name.endsWith('.parquet'));
    rmSync(join(directory, file));
    const second = await start();
    await expect(second.app.runs.open(plan.runId)).rejects.toMatchObject({ failure: { code: 'result.damaged' } });
    expect(second.app.runs.list()).toEqual([]);
  });

  it('gives way to newer ones above the limit, but not while an audit hold is set', async () => {
    const test = await start(tokenFrom(), { keep_runs: 1 });
    const hold = await test.app.history.ask('setHold', { reason: 'case 7', by: 'auditor' });
    for (let run = 0; run < 2; run += 1) {
      const { plan } = await test.run();
      await test.app.results.kept(plan.runId);
    }
    expect(await test.app.results.list()).toHaveLength(2);
    await test.app.history.ask('releaseHold', { holdId: hold.holdId, by: 'auditor' });
    const { plan } = await test.run();
    await test.app.results.kept(plan.runId);
    expect(await test.app.results.list()).toMatchObject([{ runId: plan.runId }]);
  });

  it('is not kept where the settings say so', async () => {
    const test = await start(tokenFrom(), { keep_runs: 0 });
    const { plan } = await test.run();
    await test.app.results.kept(plan.runId);
    expect(await test.app.results.list()).toEqual([]);
  });
});
