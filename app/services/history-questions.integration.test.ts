import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { dispatch } from '../contract/dispatch.ts';
import type { MethodInput, MethodName, MethodOutput } from '../contract/methods.ts';
import { openHistory } from '../history/history.ts';
import type { HistoryEvent } from '../history/records.ts';
import { type CheckProgress, countedOf } from '../model/history-audit.ts';
import { instantFromMs } from '../model/instant.ts';
import { executionEvent, sampleExecution, sampleRun } from '../testing/history-events.ts';
import { startTestApp, type TestApp, type TestDatabase } from '../testing/test-app.ts';

const databases: readonly TestDatabase[] = [
  {
    name: 'client_activity',
    driver: 'duckdb',
    queries: [
      { name: 'emails', changeType: 'email', sql: "SELECT '1' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date" },
      { name: 'phones', changeType: 'phone', sql: 'SELECT * FROM no_such_table' },
    ],
  },
];

const open: TestApp[] = [];
afterEach(async () => {
  for (const started of open.splice(0)) await started.close();
});

async function start(configured = databases): Promise<TestApp> {
  const test = await startTestApp(configured, { user_settings: { sid: 'AB12345' }, query: { retries: 0 } });
  open.push(test);
  return test;
}

async function call<K extends MethodName>({ app }: TestApp, method: K, input: MethodInput<K>): Promise<MethodOutput<K>> {
  const reply = await dispatch(app.handlers, method, input);
  if (!reply.ok) throw new Error(`${reply.error.message} ${reply.error.detail ?? ''}`);
  return reply.value as MethodOutput<K>;
}

const longAgo = '2020-01-01T00:00:00.000000Z';

async function recordedRun(test: TestApp): Promise<string> {
  const { plan } = await test.run();
  await test.app.history.recorded();
  return plan.runId;
}

/** Another program that keeps the same history: answers of the query that took no time at all. */
async function recordElsewhere({ folder }: TestApp, answers: number, events: readonly HistoryEvent[] = []): Promise<void> {
  const directory = join(folder, 'data', 'history');
  const other = await openHistory({
    location: { kind: 'sqlite', file: join(directory, 'history.sqlite') },
    directory: join(directory, 'journal'),
    migrationsDirectory: fileURLToPath(new URL('../../sql/history', import.meta.url)),
    host: 'another-machine',
    clock: systemClock,
    logger: silentLogger,
  });
  const now = instantFromMs(Date.now());
  for (let number = 0; number < answers; number += 1) {
    const executionId = `past-${String(number)}`;
    const names = { runId: 'past', databaseName: 'client_activity', queryName: 'emails' };
    void other.record(executionEvent(sampleExecution({ executionId, ...names, executionTime: 0, startedAt: now, completedAt: now })));
  }
  for (const event of events) void other.record(event);
  await other.recorded();
  await other.close();
}

describe('the history through the contract', () => {
  it('lists runs and executions without plans and texts, and gives one of them in full', async () => {
    const test = await start();
    const runId = await recordedRun(test);
    const runs = await call(test, 'history.runs', { limit: 10, offset: 0, search: 'client_act' });
    expect(runs).toMatchObject({ total: 1, runs: [{ runId, userId: 'AB12345', outcome: 'partial', databases: ['client_activity'] }] });
    expect(runs.runs[0]).not.toHaveProperty('plan');
    const executions = await call(test, 'history.executions', { limit: 10, offset: 0, status: 'failed' });
    expect(executions).toMatchObject({ total: 1, executions: [{ runId, queryName: 'phones' }] });
    expect(executions.executions[0]).not.toHaveProperty('queryText');
    const [failed] = executions.executions;
    const detail = await call(test, 'history.execution', { executionId: failed!.executionId });
    expect(detail).toMatchObject({ execution: { queryText: 'SELECT * FROM no_such_table' }, attempts: [{ attempt: 1, status: 'failed' }] });
    const run = await call(test, 'history.run', { runId });
    expect(run?.run.plan.databases).toHaveLength(1);
    expect(await call(test, 'history.run', { runId: 'another' })).toBeNull();
    expect(await call(test, 'history.running', {})).toEqual([]);
    await expect(call(test, 'history.comparison', { runId: 'another' })).rejects.toThrow('The history has no run another.');
  });

  it('compares a run with the one before that asked the same, and judges a source only by a past that is long enough', async () => {
    const test = await start();
    const first = await recordedRun(test);
    expect(await call(test, 'history.comparison', { runId: first })).toMatchObject({ previous: null, slower: [], judged: 0, unjudged: 1 });
    const second = await recordedRun(test);
    expect((await call(test, 'history.comparison', { runId: second })).previous).toMatchObject({ runId: first, outcome: 'partial' });
    await recordElsewhere(test, 400);
    // What came after a run, and the run itself, are not its past.
    expect(await call(test, 'history.comparison', { runId: second })).toMatchObject({ judged: 0, unjudged: 1 });
    const third = await recordedRun(test);
    const found = await call(test, 'history.comparison', { runId: third });
    expect(found).toMatchObject({ judged: 1, unjudged: 0, slower: [{ queryName: 'emails', p95: 0, n: 402 }] });
  });

  it('deletes for good only what was counted, never under a hold, and notes it in the name of whoever asked', async () => {
    const test = await start();
    await recordedRun(test);
    const old = executionEvent(sampleExecution({ executionId: 'old:1:1', runId: 'old', startedAt: longAgo, completedAt: longAgo }));
    await recordElsewhere(test, 0, [old, { kind: 'run', record: sampleRun({ runId: 'old', startedAt: longAgo, completedAt: longAgo }) }]);
    const ages = { executionDays: { success: 30 }, runDays: 30 };
    const preview = await call(test, 'history.retentionPreview', ages);
    expect(preview).toMatchObject({ isDryRun: true, executions: { success: 1 }, runCount: 1 });
    await expect(call(test, 'history.deleteOld', { ...ages, counted: { executions: 2, runs: 1 } })).rejects.toThrow(
      'By now 1 executions and 1 runs would be deleted, not 2 and 1. Nothing was deleted.',
    );
    const hold = await call(test, 'history.setHold', { reason: 'case 4711' });
    await expect(call(test, 'history.deleteOld', { ...ages, counted: countedOf(preview) })).rejects.toThrow('case 4711');
    expect(await call(test, 'history.execution', { executionId: 'old:1:1' })).not.toBeNull();
    await call(test, 'history.releaseHold', { holdId: hold.holdId });
    const deleted = await call(test, 'history.deleteOld', { ...ages, counted: countedOf(preview) });
    expect(deleted).toEqual({ isDryRun: false, executions: { success: 1 }, runIds: ['old'], runCount: 1 });
    expect(await call(test, 'history.execution', { executionId: 'old:1:1' })).toBeNull();
    expect(await call(test, 'history.verifyChain', {})).toMatchObject({ isIntact: true });
  });

  it('tells how far a check of the chain is, and a check that was stopped says nothing of the chain', async () => {
    const test = await start();
    await recordElsewhere(test, 12_000);
    const told: CheckProgress[] = [];
    const stop = test.app.subscribe((event, payload) => {
      if (event === 'history.checking') told.push(payload as CheckProgress);
    });
    expect(await call(test, 'history.verifyChain', { checkId: 'whole' })).toMatchObject({ isIntact: true, entries: 12_000 });
    expect(told).toEqual([0, 5000, 10_000].map((entries) => ({ checkId: 'whole', entries, of: 12_000 })));
    const stopped = call(test, 'history.verifyChain', { checkId: 'stopped' });
    await expect(call(test, 'history.verifyChain', { checkId: 'stopped' })).rejects.toThrow('There is a check stopped already.');
    await call(test, 'history.stopCheck', { checkId: 'stopped' });
    expect(await stopped).toBeNull();
    await call(test, 'history.stopCheck', { checkId: 'stopped' });
    stop();
  });

  it('holds are set and released under the name of whoever asks, and a dry run deletes nothing', async () => {
    const test = await start();
    await recordedRun(test);
    const hold = await call(test, 'history.setHold', { reason: ' case 4711 ' });
    expect(hold).toMatchObject({ reason: 'case 4711', setBy: 'AB12345', releasedAt: null });
    const preview = await call(test, 'history.retentionPreview', { executionDays: { success: 1, failed: 3660 }, runDays: 1 });
    expect(preview).toEqual({ isDryRun: true, executions: { success: 0, failed: 0 }, runIds: [], runCount: 0 });
    expect(await call(test, 'history.releaseHold', { holdId: hold.holdId })).toMatchObject({ releasedBy: 'AB12345' });
    await expect(call(test, 'history.releaseHold', { holdId: hold.holdId })).rejects.toThrow('There is no hold');
  });

  it('writes the trail into the report folder, never over a file, and the chain is intact', async () => {
    const test = await start();
    await recordedRun(test);
    const verdict = await call(test, 'history.verifyChain', {});
    expect(verdict).toMatchObject({ isIntact: true, entries: 3 });
    const first = await call(test, 'history.exportTrail', { format: 'jsonl' });
    const second = await call(test, 'history.exportTrail', { format: 'jsonl' });
    expect(dirname(first.path)).toBe(test.app.config.current().settings.reportOutputDir);
    expect(second.path).not.toBe(first.path);
    expect(first).toMatchObject({ entries: 3, head: verdict?.head });
    expect(readFileSync(first.path, 'utf8').trim().split('\n')).toHaveLength(3);
    expect(test.app.reports.hasExported(first.path)).toBe(true);
    expect(test.app.reports.hasExported(join(dirname(first.path), 'another.jsonl'))).toBe(false);
  });

  it('answers figures, and refuses what is out of its limits with the field named', async () => {
    const test = await start();
    await recordedRun(test);
    const scope = { databaseName: 'client_activity' };
    expect(await call(test, 'history.statistics', { scope, days: 1, withPercentiles: true })).toMatchObject({
      total: 2,
      byStatus: { success: 1, failed: 1 },
    });
    expect(await call(test, 'history.groupedStatistics', { scope, days: 1, groupBy: 'user', withPercentiles: false })).toMatchObject([
      { scope: { userId: 'AB12345' }, statistics: { total: 2 } },
    ]);
    expect(await call(test, 'history.dailySeries', { scope, days: 1 })).toMatchObject([{ total: 2 }]);
    expect(await call(test, 'history.slowestQueries', { scope, days: 1, by: 'total', limit: 5 })).toMatchObject([{ queryName: 'emails' }]);
    expect(await call(test, 'history.errorPatterns', { scope, days: 1, limit: 5 })).toMatchObject([{ executions: 1 }]);
    expect(await call(test, 'history.queryTrends', { scope, days: 1 })).toMatchObject([{ direction: 'unknown' }]);
    expect(await call(test, 'history.anomalies', { days: 1, baselineDays: 56, zone: 'Europe/Berlin' })).toEqual([]);
    const wrong: readonly (readonly [MethodName, unknown, string])[] = [
      ['history.runs', { limit: 1001, offset: 0 }, 'limit'],
      ['history.runs', { limit: 1, offset: -1 }, 'offset'],
      ['history.runs', { limit: 1, offset: 0, from: '2026-11-20' }, 'from'],
      ['history.statistics', { scope: {}, days: 3661, withPercentiles: false }, 'days'],
      ['history.anomalies', { days: 1, baselineDays: 1, zone: 'Nowhere/Town' }, 'zone'],
      ['history.setHold', { reason: '  ' }, 'reason'],
      ['history.exportTrail', { format: 'jsonl', path: '/etc/passwd' }, 'path'],
    ];
    for (const [method, input, field] of wrong) {
      const reply = await dispatch(test.app.handlers, method, input);
      expect(reply).toMatchObject({ ok: false, error: { code: 'request.invalid' } });
      expect(JSON.stringify(reply)).toContain(field);
    }
  });
});
