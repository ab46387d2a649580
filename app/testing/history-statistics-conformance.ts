/** What the statistics of the history must say on every store. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anomalies } from '../history/anomalies.ts';
import { errorPatterns } from '../history/error-patterns.ts';
import { executionStatuses } from '../history/records.ts';
import { dailySeries } from '../history/series.ts';
import { slowestQueries } from '../history/slowest-queries.ts';
import { groupedStatistics, statistics } from '../history/statistics.ts';
import type { Scope } from '../model/history-figures.ts';
import type { Store } from '../history/store.ts';
import { instantFromMs } from '../model/instant.ts';
import { executionEvent, openExecution, sampleExecution } from './history-events.ts';
import { countOf, endedIn, summaryOf } from './history-reference.ts';
import { scriptedExecutions } from './history-script.ts';
import { tell } from './history-store.ts';

const nowMs = Date.parse('2026-11-20T15:30:00Z');
const dayMs = 86_400_000;

/** Runs the tests of statistics, series and anomalies; `newStore` gives an empty store and sees to its end. */
export function describeHistoryStatistics(name: string, newStore: () => Promise<Store>): void {
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
