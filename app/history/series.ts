/** The history day by day. */
import type { Kysely } from 'kysely';
import { added, answered, type DailyRequest, dailyRows, dailySums } from './daily-rows.ts';
import { type ExecutionStatus, executionStatuses } from './records.ts';
import type { HistorySchema } from './schema.ts';
import type { DayOfHistory } from '../model/history-figures.ts';

export type { DayOfHistory } from '../model/history-figures.ts';

/** The days in order. */
export async function dailySeries(db: Kysely<HistorySchema>, request: DailyRequest, nowMs: number): Promise<readonly DayOfHistory[]> {
  const rows = await dailyRows(db, request, nowMs)
    .select(['span', 'status', ...dailySums])
    .groupBy(['span', 'status'])
    .orderBy('span')
    .execute();
  return [...Map.groupBy(rows, (row) => row.span)].map(([day, parts]) => {
    const counts = new Map(parts.map((part) => [part.status, part.executions]));
    const total = added(parts.map((part) => part.executions));
    const timed = parts.filter((part) => answered.some((status) => status === part.status) && part.timed > 0);
    const n = added(timed.map((part) => part.timed));
    const byStatus = Object.fromEntries(executionStatuses.map((status) => [status, counts.get(status) ?? 0]));
    return {
      day,
      total,
      byStatus: byStatus as Record<ExecutionStatus, number>,
      successRate: (counts.get('success') ?? 0) / total,
      average: n === 0 ? null : added(timed.map((part) => part.sum_us)) / n / 1_000_000,
      maximum: n === 0 ? null : Math.max(...timed.map((part) => part.max_us ?? 0)) / 1_000_000,
      totalRows: added(parts.map((part) => part.total_rows)),
    };
  });
}
