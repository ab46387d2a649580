/** Which queries take longest. */
import { type Kysely, sql } from 'kysely';
import { answeredOrTimedOut, type DailyRequest, dailyRows, dailySums } from './daily-rows.ts';
import { percentileOfQuery } from './percentiles.ts';
import { periodOf } from './period.ts';
import type { HistorySchema } from './schema.ts';
import type { SlowQuery } from '../model/history-figures.ts';

export type { SlowQuery } from '../model/history-figures.ts';

/** What is asked. */
export interface SlowQueryRequest extends DailyRequest {
  /** By what they are compared; `total` is the sum of all durations. */
  readonly by: 'average' | 'maximum' | 'total';
  readonly limit: number;
}

interface Sums {
  readonly timed: number;
  readonly sum_us: number;
  readonly max_us: number | null;
}

const measures: Readonly<Record<SlowQueryRequest['by'], (sums: Sums) => number>> = {
  average: (sums) => sums.sum_us / sums.timed,
  maximum: (sums) => sums.max_us ?? 0,
  total: (sums) => sums.sum_us,
};

/** The slowest first. */
export async function slowestQueries(db: Kysely<HistorySchema>, request: SlowQueryRequest, nowMs: number): Promise<readonly SlowQuery[]> {
  const measure = measures[request.by];
  const rows = await dailyRows(db, request, nowMs)
    .select(['database_name', 'query_name', ...dailySums])
    .select(sql<number>`cast(sum(CASE WHEN status = 'timeout' THEN timed ELSE 0 END) as bigint)`.as('timeouts'))
    .where('status', 'in', answeredOrTimedOut)
    .where('timed', '>', 0)
    .groupBy(['database_name', 'query_name'])
    .orderBy('database_name')
    .orderBy('query_name')
    .execute();
  const ranked = rows.sort((a, b) => measure(b) - measure(a)).slice(0, request.limit);
  const slow: SlowQuery[] = [];
  for (const row of ranked) {
    const { database_name: databaseName, query_name: queryName } = row;
    const scope = { ...request.scope, databaseName, queryName };
    const p95 = await percentileOfQuery(db, scope, wholeDays(request.days, nowMs), answeredOrTimedOut, row.timed, 95);
    slow.push({
      databaseName,
      queryName,
      n: row.timed,
      timeouts: row.timeouts,
      average: row.sum_us / row.timed / 1_000_000,
      maximum: (row.max_us ?? 0) / 1_000_000,
      p95: (p95 ?? row.max_us ?? 0) / 1_000_000,
    });
  }
  return slow;
}

/** The days that the sums are of: from the beginning of the first one. */
function wholeDays(days: number, nowMs: number) {
  const period = periodOf(days, nowMs);
  return { ...period, from: `${period.firstDay}T00:00:00.000000Z` };
}
