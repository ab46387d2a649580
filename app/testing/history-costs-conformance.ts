/** What planning asks of the history must be answered alike on every store. */
import { describe, expect, it } from 'vitest';
import { anomalies } from '../history/anomalies.ts';
import { pastDurations } from '../history/past-durations.ts';
import type { ExecutionRecord, HistoryEvent } from '../history/records.ts';
import { queryTrends } from '../history/trends.ts';
import { usualCosts } from '../history/usual-costs.ts';
import { instantFromMs } from '../model/instant.ts';
import { executionEvent, sampleExecution, sampleRun } from './history-events.ts';
import { type StoreMaker, suiteStores, tell } from './history-store.ts';

const nowMs = Date.parse('2026-11-20T15:30:00Z');
const hourMs = 3_600_000;
const query = { databaseName: 'client_activity', queryName: 'Get all email changes' };

const dayMs = 24 * hourMs;

/** Runs the tests against a store from `maker`. */
export function describeUsualCosts(name: string, maker: StoreMaker): void {
  const { newStore } = suiteStores(maker);

  describe(`usual costs in ${name}`, () => {
    it('are the medians of the last 25 answers; what failed, is old or belongs to another query does not count', async () => {
      const store = await newStore();
      const answers = Array.from({ length: 30 }, (_, index) =>
        sampleExecution({
          executionId: `a${String(index)}`,
          // The five oldest of thirty took far longer.
          executionTime: index < 25 ? 1 + index / 100 : 500,
          totalRows: 1000 + index,
          responseMetadata: { bytes: 4000 + index, ...(index % 2 === 0 ? { statements: 3 } : {}) },
          startedAt: instantFromMs(nowMs - (index + 1) * hourMs),
        }),
      );
      const others = [
        sampleExecution({ executionId: 'failed', status: 'failed', executionTime: 900, startedAt: instantFromMs(nowMs - 1000) }),
        sampleExecution({ executionId: 'other', queryName: 'Another', executionTime: 900, startedAt: instantFromMs(nowMs - 1000) }),
        sampleExecution({ executionId: 'old', queryName: 'Old', startedAt: instantFromMs(nowMs - 61 * 24 * hourMs) }),
      ];
      await tell(store, [...answers, ...others].map(executionEvent));
      const queries = [query, { ...query, queryName: 'Old' }, { ...query, queryName: 'Never run' }];
      expect(await usualCosts(store.db, { queries, days: 60, sampleData: false }, nowMs)).toEqual([
        { ...query, n: 25, durationMs: 1120, rows: 1012, bytes: 4012, statements: 3 },
      ]);
    });
  });

  describe(`runs over the sample databases in ${name}`, () => {
    const sampleOf = (index: number, change: Partial<ExecutionRecord> = {}): HistoryEvent =>
      executionEvent(
        sampleExecution({ executionId: `sample ${String(index)}`, runId: 'sample', executionTime: 0.001, totalRows: 1, ...change }),
      );
    const daysAgo = (days: number): string => instantFromMs(nowMs - days * dayMs);
    const samples = (count: number): readonly HistoryEvent[] => [
      { kind: 'run', record: sampleRun({ runId: 'sample', sampleData: true }) },
      ...Array.from({ length: count }, (_, index) => sampleOf(index, { startedAt: daysAgo(index + 2) })),
    ];

    it('are no measure for a real database of the same name: neither what it usually takes, nor its 95th percentile', async () => {
      const store = await newStore();
      const real = Array.from({ length: 20 }, (_, index) =>
        executionEvent(
          sampleExecution({
            executionId: `real ${String(index)}`,
            runId: `run ${String(index)}`,
            executionTime: index + 1,
            startedAt: daysAgo(index + 1),
          }),
        ),
      );
      await tell(store, [...samples(40), ...real]);
      const costs = (sampleData: boolean) => usualCosts(store.db, { queries: [query], days: 60, sampleData }, nowMs);
      expect(await costs(false)).toMatchObject([{ n: 20, durationMs: 10_000 }]);
      expect(await costs(true)).toMatchObject([{ n: 25, durationMs: 1 }]);
      const past = { ...query, before: daysAgo(0), days: 90, exceptRun: '', sampleData: false };
      expect(await pastDurations(store.db, past)).toEqual({ n: 20, p95: 19 });
      expect(await pastDurations(store.db, { ...past, sampleData: true })).toEqual({ n: 40, p95: 0.001 });
      // What came after the run, the run itself and what is too old do not count.
      expect(await pastDurations(store.db, { ...past, before: daysAgo(5), exceptRun: 'run 5', days: 10 })).toEqual({ n: 9, p95: 15 });
      expect(await pastDurations(store.db, { ...past, queryName: 'Never run' })).toEqual({ n: 0, p95: null });
    });

    it('are in no trend and no anomaly', async () => {
      const store = await newStore();
      const real = Array.from({ length: 30 }, (_, index) =>
        executionEvent(
          sampleExecution({
            executionId: `real ${String(index)}`,
            runId: 'real',
            executionTime: 1 + (index % 3) / 10,
            startedAt: daysAgo(index + 2),
          }),
        ),
      );
      const days = { scope: {}, days: 60 };
      const unusual = { days: 1, baselineDays: 56, zone: 'UTC' };
      await tell(store, real);
      const [trends, anomaly] = [await queryTrends(store.db, days, nowMs), await anomalies(store.db, unusual, nowMs)];
      expect(trends).toMatchObject([{ days: 30, executions: 30 }]);
      await tell(store, [
        ...samples(40),
        // Beside real answers of a day, on days without any, and now: far slower than ever before, by somebody new.
        sampleOf(100, { startedAt: daysAgo(0.01), executionTime: 500, totalRows: 1_000_000, userId: 'NEW' }),
      ]);
      expect(await queryTrends(store.db, days, nowMs)).toEqual(trends);
      expect(await queryTrends(store.db, { ...days, scope: { userId: 'NEW' } }, nowMs)).toEqual([]);
      expect(await anomalies(store.db, unusual, nowMs)).toEqual(anomaly);
    });

    it('make neither a user nor a query known: what runs over a real database for the first time is new', async () => {
      const store = await newStore();
      const real = (id: string, days: number, change: Partial<ExecutionRecord> = {}): HistoryEvent =>
        executionEvent(sampleExecution({ executionId: id, runId: 'real', startedAt: daysAgo(days), ...change }));
      await tell(store, [
        ...samples(1),
        real('usual', 10),
        // One of both kinds: what is taken off for the one must not take the other with it.
        real('both', 12, { queryName: 'Both' }),
        sampleOf(201, { startedAt: daysAgo(12), queryName: 'Both' }),
        // Only ever over the sample databases: on a day of the kept sums, on the first day of the recent ones, and by somebody else.
        sampleOf(202, { startedAt: daysAgo(20), queryName: 'Payments' }),
        sampleOf(203, { startedAt: instantFromMs(nowMs - dayMs - 60_000), queryName: 'Logons' }),
        sampleOf(204, { startedAt: daysAgo(20), userId: 'TRIED' }),
        real('now 1', 0.1, { queryName: 'Payments' }),
        real('now 2', 0.1, { queryName: 'Logons' }),
        real('now 3', 0.1, { queryName: 'Both' }),
        real('now 4', 0.1, { userId: 'TRIED' }),
      ]);
      const found = await anomalies(store.db, { days: 1, baselineDays: 56, zone: 'UTC' }, nowMs);
      expect(found.map(({ kind, executionId }) => `${kind} ${executionId}`)).toEqual([
        'new-query now 1',
        'new-query now 2',
        'new-user now 4',
      ]);
    });
  });
}
