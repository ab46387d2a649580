/** What planning asks of the history must be answered alike on every store. */
import { afterAll, describe, expect, it } from 'vitest';
import { usualCosts } from '../history/usual-costs.ts';
import { instantFromMs } from '../model/instant.ts';
import { executionEvent, sampleExecution } from './history-events.ts';
import { openTestStore, type StoreMaker, tell } from './history-store.ts';

const nowMs = Date.parse('2026-11-20T15:30:00Z');
const hourMs = 3_600_000;
const query = { databaseName: 'client_activity', queryName: 'Get all email changes' };

/** Runs the tests against a store from `maker`. */
export function describeUsualCosts(name: string, maker: StoreMaker): void {
  afterAll(() => maker.dispose());

  describe(`usual costs in ${name}`, () => {
    it('are the medians of the last 25 answers; what failed, is old or belongs to another query does not count', async () => {
      const store = await openTestStore(await maker.newLocation());
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
      expect(await usualCosts(store.db, { queries, days: 60 }, nowMs)).toEqual([
        { ...query, n: 25, durationMs: 1120, rows: 1012, bytes: 4012, statements: 3 },
      ]);
      await store.close();
    });
  });
}
