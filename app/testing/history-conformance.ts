/** What the history must do on every store. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anomalies } from '../history/anomalies.ts';
import { verifyChain } from '../history/audit-trail.ts';
import { errorPatterns } from '../history/error-patterns.ts';
import { executionDetail, executionPage, runDetail, runningRuns, runPage } from '../history/executions.ts';
import { executionStatuses, type ExecutionRecord } from '../history/records.ts';
import { dailySeries } from '../history/series.ts';
import { endSession, registerSession } from '../history/session-store.ts';
import { slowestQueries } from '../history/slowest-queries.ts';
import { groupedStatistics, statistics } from '../history/statistics.ts';
import type { Scope } from '../model/history-figures.ts';
import type { Store } from '../history/store.ts';
import { instantFromMs } from '../model/instant.ts';
import { executionEvent, openExecution, sampleAttempt, sampleExecution, sampleRun } from './history-events.ts';
import { countOf, endedIn, summaryOf } from './history-reference.ts';
import { scriptedExecutions } from './history-script.ts';
import { openTestStore, type StoreMaker, tell, testSession } from './history-store.ts';

const nowMs = Date.parse('2026-11-20T15:30:00Z');
const dayMs = 86_400_000;

/** Runs the tests against stores from `maker`. */
export function describeHistoryStore(name: string, maker: StoreMaker): void {
  const stores: Store[] = [];
  const newStore = async (): Promise<Store> => {
    const store = await openTestStore(await maker.newLocation());
    stores.push(store);
    return store;
  };

  afterAll(async () => {
    for (const store of stores) await store.close();
    await maker.dispose();
  });

  describe(`records in ${name}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await newStore();
    });

    it('come back as they were told, with every attempt', async () => {
      const record = sampleExecution({ executionId: 'told', errorMessage: 'ORA-00942: “Tabelle” 🗝', attempts: 2, totalRows: 2 ** 40 });
      const attempts = [
        sampleAttempt(record, { status: 'failed', errorCode: 'ORA-03113', completedAt: '2026-11-20T14:00:00.500000Z' }),
        sampleAttempt(record, { attempt: 2, startedAt: '2026-11-20T14:00:00.700000Z' }),
      ];
      const run = sampleRun({ runId: 'told-run' });
      await tell(store, [
        { kind: 'run', record: run },
        { kind: 'execution', record: { ...record, runId: 'told-run' }, attempts },
      ]);
      const told = await executionDetail(store.db, 'told');
      expect(told).toEqual({ execution: { ...record, runId: 'told-run', id: expect.any(Number) as number }, attempts });
      const detail = await runDetail(store.db, 'told-run');
      expect(detail?.run).toEqual({ ...run, id: expect.any(Number) as number });
      expect(detail?.executions).toEqual([told]);
      expect(await executionDetail(store.db, 'nobody')).toBeUndefined();
      expect(await runDetail(store.db, 'nobody')).toBeUndefined();
    });

    it('change nothing when they are told again, and the first end stands', async () => {
      const open = openExecution({ executionId: 'again', runId: 'again-run' });
      const ended = sampleExecution({ executionId: 'again', runId: 'again-run' });
      await tell(store, [executionEvent(open)]);
      await tell(store, [executionEvent(ended)]);
      const before = await verifyChain(store.db);
      await tell(store, [executionEvent(open), executionEvent(ended), executionEvent({ ...ended, status: 'failed' })]);
      await tell(store, [executionEvent({ ...ended, status: 'cancelled' })]);
      expect((await executionDetail(store.db, 'again'))?.execution.status).toBe('success');
      expect(await verifyChain(store.db)).toEqual(before);
      const { total } = await executionPage(store.db, { runId: 'again-run' }, { limit: 10, offset: 0 });
      expect(total).toBe(1);
    });

    it('take texts that no database can store, made storable', async () => {
      await tell(store, [
        executionEvent(sampleExecution({ executionId: 'odd', errorMessage: 'a\0b\ud800c', responseMetadata: { 'x\0': '\0' } })),
      ]);
      const odd = await executionDetail(store.db, 'odd');
      expect(odd?.execution.errorMessage).toBe('a\uFFFDb\uFFFDc');
      expect(odd?.execution.responseMetadata).toEqual({ 'x\uFFFD': '\uFFFD' });
      expect(await verifyChain(store.db)).toMatchObject({ isIntact: true });
    });

    it('of a run that went on after its end are ended again', async () => {
      const run = sampleRun({ runId: 'resumed', outcome: 'partial' });
      await tell(store, [{ kind: 'run', record: run }]);
      const goesOn = { ...run, resumes: 1, outcome: null, completedAt: null };
      await tell(store, [{ kind: 'run', record: goesOn }]);
      expect((await runningRuns(store.db)).map((running) => running.run.runId)).toEqual(['resumed']);
      expect(await verifyChain(store.db)).toMatchObject({ isIntact: true });
      await tell(store, [{ kind: 'run', record: { ...goesOn, outcome: 'succeeded', completedAt: '2026-11-20T15:00:00.000000Z' } }]);
      expect((await runDetail(store.db, 'resumed'))?.run.outcome).toBe('succeeded');
      expect(await runningRuns(store.db)).toEqual([]);
      const verdict = await verifyChain(store.db);
      expect(verdict).toMatchObject({ isIntact: true });
      // All of it told again, as after a loss of the place in the journal.
      for (const record of [{ ...run, outcome: null, completedAt: null }, run, goesOn]) await tell(store, [{ kind: 'run', record }]);
      expect((await runDetail(store.db, 'resumed'))?.run.outcome).toBe('succeeded');
      expect(await verifyChain(store.db)).toEqual(verdict);
    });
  });

  describe(`a session in ${name} whose program died`, () => {
    it('has what it left open ended as interrupted, at the last moment it was heard of, and nothing of others', async () => {
      const store = await newStore();
      const dead = { ...testSession, id: '77-dead' };
      const run = sampleRun({ runId: 'dead-run', outcome: null, completedAt: null });
      const open = openExecution({ executionId: 'dead:1:1', runId: 'dead-run', startedAt: '2026-11-20T14:00:00.000000Z' });
      await tell(store, [{ kind: 'run', record: run }, executionEvent(open)], Date.parse('2026-11-20T14:07:00Z'), dead);
      await tell(store, [executionEvent(openExecution({ executionId: 'alive:1:1', runId: 'alive-run' }))]);

      expect(await endSession(store, dead.id, nowMs)).toEqual({ interrupted: 2 });

      const detail = await runDetail(store.db, 'dead-run');
      expect(detail?.run).toMatchObject({ outcome: 'interrupted', completedAt: '2026-11-20T14:07:00.000000Z' });
      expect(detail?.executions).toMatchObject([
        {
          execution: { status: 'interrupted', completedAt: '2026-11-20T14:07:00.000000Z', executionTime: null, errorCode: 'interrupted' },
          attempts: [{ status: 'interrupted', completedAt: '2026-11-20T14:07:00.000000Z' }],
        },
      ]);
      expect((await executionDetail(store.db, 'alive:1:1'))?.execution.status).toBeNull();
      expect(await endSession(store, dead.id, nowMs)).toEqual({ interrupted: 0 });
      expect(await verifyChain(store.db)).toMatchObject({ isIntact: true });
    });

    it('is taken up where its journal was left', async () => {
      const store = await newStore();
      await tell(store, [executionEvent(sampleExecution())]);
      expect(await registerSession(store, testSession, nowMs)).toEqual({ segment: 1, bytes: 1 });
      expect(await registerSession(store, { ...testSession, id: '2-new' }, nowMs)).toEqual({ segment: 0, bytes: 0 });
    });
  });

  describe(`pages in ${name}`, () => {
    it('hold what the filters say, newest first, and meet without gap or double', async () => {
      const store = await newStore();
      const records = [...scriptedExecutions({ seed: 5, executions: 400, endMs: nowMs, days: 20, users: 4, queries: 6 })];
      // Many at the same moment: the order must still be one.
      const crowded = records.map((record, index) => (index % 3 === 0 ? { ...record, startedAt: records[0]?.startedAt ?? '' } : record));
      await tell(store, crowded.map(executionEvent));
      const user = 'X100001';
      for (const filter of [
        {},
        { userId: user },
        { userId: user, status: 'success' as const },
        { userId: user, databaseType: 'oracle' },
        { databaseName: 'database_2', status: 'timeout' as const },
      ]) {
        const expected = crowded
          .map((record, index) => ({ record, index }))
          .filter(({ record }) => Object.entries(filter).every(([key, value]) => record[key as keyof ExecutionRecord] === value))
          .sort((a, b) =>
            a.record.startedAt === b.record.startedAt ? b.index - a.index : a.record.startedAt < b.record.startedAt ? 1 : -1,
          )
          .map(({ record }) => record.executionId);
        const seen: string[] = [];
        for (let offset = 0; offset < expected.length + 7; offset += 7) {
          const page = await executionPage(store.db, filter, { limit: 7, offset });
          expect(page.total).toBe(expected.length);
          seen.push(...page.executions.map((execution) => execution.executionId));
        }
        expect(seen).toEqual(expected);
      }
    });

    it('of runs are filtered by user, outcome and time', async () => {
      const store = await newStore();
      const runs = ['a', 'b', 'c', 'd'].map((runId, index) =>
        sampleRun({
          runId,
          userId: index < 2 ? 'one' : 'two',
          outcome: index % 2 === 0 ? 'failed' : 'succeeded',
          startedAt: instantFromMs(nowMs + index),
        }),
      );
      await tell(
        store,
        runs.map((record) => ({ kind: 'run', record })),
      );
      const ids = async (filter: Parameters<typeof runPage>[1]): Promise<readonly string[]> =>
        (await runPage(store.db, filter, { limit: 10, offset: 0 })).runs.map((run) => run.runId);
      expect(await ids({})).toEqual(['d', 'c', 'b', 'a']);
      expect(await ids({ userId: 'one', outcome: 'failed' })).toEqual(['a']);
      expect(await ids({ from: instantFromMs(nowMs + 1), to: instantFromMs(nowMs + 3) })).toEqual(['c', 'b']);
    });

    it('are searched by parts of names, the beginning of a run or an error code, and signs of patterns stand for themselves', async () => {
      const store = await newStore();
      const executions = [
        sampleExecution({ executionId: 'e1', runId: 'run-a', queryName: 'Get all E-mails', databaseName: 'client_activity' }),
        sampleExecution({ executionId: 'e2', runId: 'run-b', queryName: '100% of it', databaseName: 'account', errorCode: 'ORA-01017' }),
        openExecution({ executionId: 'e3', runId: 'run-b', queryName: 'still new', databaseName: 'account' }),
      ];
      await tell(store, [
        { kind: 'run', record: sampleRun({ runId: 'run-a', rule: 'Four changes' }) },
        {
          kind: 'run',
          record: sampleRun({ runId: 'run-b', rule: 'tokens_only', conversationId: 'INC-4711', startedAt: instantFromMs(nowMs) }),
        },
        ...executions.map(executionEvent),
      ]);
      const executionsOf = async (search: string): Promise<readonly string[]> =>
        (await executionPage(store.db, { search }, { limit: 10, offset: 0 })).executions.map((each) => each.executionId).sort();
      const runsOf = async (search: string): Promise<readonly string[]> =>
        (await runPage(store.db, { search }, { limit: 10, offset: 0 })).runs.map((run) => run.runId);
      expect(await executionsOf('E-MAIL')).toEqual(['e1']);
      expect(await executionsOf('client_')).toEqual(['e1']);
      expect(await executionsOf('ora-01')).toEqual(['e2']);
      expect(await executionsOf('RUN-B')).toEqual(['e2', 'e3']);
      expect(await executionsOf('new')).toEqual(['e3']);
      expect(await executionsOf('%')).toEqual(['e2']);
      expect(await executionsOf('nothing')).toEqual([]);
      expect(await runsOf('CHANGES')).toEqual(['run-a']);
      expect(await runsOf('inc-47')).toEqual(['run-b']);
      expect(await runsOf('account')).toEqual(['run-b']);
      expect(await runsOf('s_o')).toEqual(['run-b']);
      expect(await runsOf('_')).toEqual(['run-b', 'run-a']);
      expect(await runsOf('run-a')).toEqual(['run-a']);
      expect(await runsOf("' OR 1=1 --")).toEqual([]);
    });
  });

  describe(`statistics in ${name}`, () => {
    it('of percentiles with and without timeouts differ as computed by hand', async () => {
      const store = await newStore();
      const seconds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
      const answered = seconds.map((executionTime, index) => sampleExecution({ executionId: `s${String(index)}`, executionTime }));
      const timeouts = [11, 12].map((index) =>
        sampleExecution({ executionId: `t${String(index)}`, status: 'timeout', executionTime: 300 }),
      );
      const others = [sampleExecution({ executionId: 'f', status: 'failed', executionTime: 0.01 }), openExecution({ executionId: 'o' })];
      await tell(store, [...answered, ...timeouts, ...others].map(executionEvent));
      const found = await statistics(store.db, { scope: {}, days: 30, withPercentiles: true }, nowMs);
      expect(found.withoutTimeouts).toEqual({ n: 10, average: 5.5, maximum: 10, p50: 5, p95: 10, p99: 10 });
      expect(found.withTimeouts).toEqual({ n: 12, average: 655 / 12, maximum: 300, p50: 6, p95: 300, p99: 300 });
      expect(found).toMatchObject({ total: 13, successRate: 10 / 13, byStatus: { success: 10, timeout: 2, failed: 1 } });
      const view = await store.db
        .$extendTables<{ execution_analytics: Record<string, unknown> }>()
        .selectFrom('execution_analytics')
        .selectAll()
        .where('status', '=', 'success')
        .execute();
      expect(view).toEqual([
        {
          day: '2026-11-20',
          user_id: 'X123456',
          database_type: 'oracle',
          status: 'success',
          executions: 10,
          timed_executions: 10,
          avg_execution_time: 5.5,
          max_execution_time: 10,
          p50_execution_time: 5,
          p95_execution_time: 10,
          p99_execution_time: 10,
          total_rows: 1000,
        },
      ]);
    });

    it('agree with a plain reference over random histories', async () => {
      const scopes: readonly Scope[] = [
        {},
        { userId: 'X100000' },
        { databaseName: 'database_1' },
        { databaseType: 'postgres' },
        { userId: 'X100001', databaseName: 'database_0' },
        { queryName: 'query 2' },
      ];
      await fc.assert(
        fc.asyncProperty(
          fc.nat(),
          fc.integer({ min: 1, max: 120 }),
          fc.integer({ min: 1, max: 12 }),
          fc.nat(dayMs),
          async (seed, executions, days, ageMs) => {
            const store = await newStore();
            const records = [...scriptedExecutions({ seed, executions, endMs: nowMs, days: 10, users: 3, queries: 4 })];
            const half = Math.floor(records.length / 2);
            await tell(store, records.slice(0, half).map(executionEvent));
            await tell(store, records.slice(half).map(executionEvent));
            const at = nowMs - ageMs;
            for (const scope of scopes) {
              const ended = endedIn(records, scope, days, at);
              const found = await statistics(store.db, { scope, days, withPercentiles: true }, at);
              expect(found.total).toBe(ended.length);
              expect(found.byStatus).toEqual(Object.fromEntries(executionStatuses.map((status) => [status, countOf(ended, status)])));
              expect(found.totalRows).toBe(ended.reduce((sum, record) => sum + (record.totalRows ?? 0), 0));
              expect(found.withoutTimeouts).toEqual(summaryOf(ended, ['success', 'partial']));
              expect(found.withTimeouts).toEqual(summaryOf(ended, ['success', 'partial', 'timeout']));
            }
            const grouped = await groupedStatistics(store.db, { scope: {}, days, groupBy: 'user', withPercentiles: true }, at);
            const users = [...new Set(endedIn(records, {}, days, at).map((record) => record.userId))].sort();
            expect(grouped.map((group) => group.scope.userId)).toEqual(users);
            for (const group of grouped) {
              expect(group.statistics).toEqual(await statistics(store.db, { scope: group.scope, days, withPercentiles: true }, at));
            }
          },
        ),
        { numRuns: 15 },
      );
    });

    it('are empty, not zero, where nothing has ended', async () => {
      const store = await newStore();
      await tell(store, [executionEvent(openExecution())]);
      const nothing = { n: 0, average: null, maximum: null, p50: null, p95: null, p99: null };
      expect(await statistics(store.db, { scope: {}, days: 7, withPercentiles: true }, nowMs)).toMatchObject({
        total: 0,
        successRate: null,
        withoutTimeouts: nothing,
        withTimeouts: nothing,
      });
      expect(await dailySeries(store.db, { scope: {}, days: 7 }, nowMs)).toEqual([]);
      expect(await errorPatterns(store.db, { scope: {}, days: 7, limit: 5 }, nowMs)).toEqual([]);
      expect(await slowestQueries(store.db, { scope: {}, days: 7, by: 'average', limit: 5 }, nowMs)).toEqual([]);
    });

    it('tell the slowest queries, the days and the errors as the records have them', async () => {
      const store = await newStore();
      const records = [...scriptedExecutions({ seed: 11, executions: 600, endMs: nowMs, days: 6, users: 5, queries: 5 })];
      await tell(store, records.map(executionEvent));
      const [slowest] = await slowestQueries(store.db, { scope: {}, days: 30, by: 'average', limit: 3 }, nowMs);
      const queries = [...new Set(records.map((record) => record.queryName))];
      const averages = queries.map((queryName) => ({
        queryName,
        ...summaryOf(endedIn(records, { queryName }, 30, nowMs), ['success', 'partial', 'timeout']),
      }));
      const [expected] = averages.sort((a, b) => (b.average ?? 0) - (a.average ?? 0));
      expect(slowest).toMatchObject({
        queryName: expected?.queryName,
        n: expected?.n,
        average: expected?.average,
        maximum: expected?.maximum,
        p95: expected?.p95,
      });

      const days = await dailySeries(store.db, { scope: {}, days: 30 }, nowMs);
      expect(days.map((day) => day.day)).toEqual([...new Set(records.map((record) => record.startedAt.slice(0, 10)))].sort());
      expect(days.reduce((sum, day) => sum + day.total, 0)).toBe(600);

      const patterns = await errorPatterns(store.db, { scope: {}, days: 30, limit: 100 }, nowMs);
      const failed = records.filter((record) => record.errorCode !== null);
      expect(patterns.reduce((sum, pattern) => sum + pattern.executions, 0)).toBe(failed.length);
      for (const pattern of patterns) {
        const alike = failed.filter((record) => record.errorCode === pattern.errorCode && record.errorType === pattern.errorType);
        expect(pattern.executions).toBe(alike.length);
        expect(pattern.lastExecutionId).toBe(alike.at(-1)?.executionId);
        expect(pattern.databases).toEqual([...new Set(alike.map((record) => record.databaseName))].sort());
      }
    });

    it('find an execution that takes far longer than at that hour of other weeks, and say why', async () => {
      const store = await newStore();
      const usual = Array.from({ length: 40 }, (_, day) =>
        sampleExecution({
          executionId: `u${String(day)}`,
          executionTime: 1 + (day % 5) / 10,
          startedAt: instantFromMs(nowMs - (day + 2) * dayMs),
        }),
      );
      const odd = sampleExecution({ executionId: 'odd', executionTime: 42, startedAt: instantFromMs(nowMs - 1000) });
      const same = sampleExecution({ executionId: 'same', executionTime: 1.3, startedAt: instantFromMs(nowMs - 2000) });
      await tell(store, [...usual, odd, same].map(executionEvent));
      const found = await anomalies(store.db, { days: 1, baselineDays: 56, zone: 'Europe/Berlin' }, nowMs);
      expect(found).toMatchObject([{ kind: 'duration', executionId: 'odd', userId: 'X123456' }]);
      // Before the clocks were set back on 25 October, this moment of the day was another hour.
      expect(found[0]?.reason).toMatch(/took 42\.0 s; at this hour of the day it took 1\.2\d s \(median of 25 executions, score \d+\.\d\)/);
    });
  });
}
