/** What executions add to the sums of their days and months; see sql/history, step 2. */
import type { NewExecutionRow } from './rows.ts';
import type { TotalsRow, DurationRow } from './schema.ts';

/** `user_id` of the sums over all users. */
export const allUsers = '';

/** What is added to the sums, one row for each key, in the order of the keys (so that two writers never lock in different orders). */
export interface RollupDeltas {
  readonly totals: readonly TotalsRow[];
  readonly durations: readonly DurationRow[];
}

/** The sums of executions that have ended. */
export function rollupDeltas(ended: readonly NewExecutionRow[]): RollupDeltas {
  const totals = new Map<string, TotalsRow>();
  const durations = new Map<string, DurationRow>();
  for (const row of ended) {
    for (const user of [allUsers, row.user_id]) {
      for (const span of [dayOf(row.started_at), monthOf(row.started_at)]) {
        addTotals(totals, user, span, row);
        addDuration(durations, user, span, row);
      }
    }
  }
  return { totals: inKeyOrder(totals), durations: inKeyOrder(durations) };
}

/** The UTC day of an instant: `YYYY-MM-DD`. */
export function dayOf(instant: string): string {
  return instant.slice(0, 10);
}

/** The span of the month of an instant or a day: `MYYYY-MM`. It sorts behind all days. */
export function monthOf(instant: string): string {
  return `M${instant.slice(0, 7)}`;
}

function addTotals(sums: Map<string, TotalsRow>, user: string, span: string, row: NewExecutionRow): void {
  const key = keyOf(user, span, row, row.query_name);
  const us = row.execution_us ?? null;
  const sum = sums.get(key);
  if (sum === undefined) {
    sums.set(key, {
      user_id: user,
      span,
      database_name: row.database_name,
      database_type: row.database_type,
      query_name: row.query_name,
      status: row.status ?? '',
      executions: 1,
      timed: us === null ? 0 : 1,
      sum_us: us ?? 0,
      max_us: us,
      total_rows: row.total_rows ?? 0,
    });
    return;
  }
  sum.executions += 1;
  sum.timed += us === null ? 0 : 1;
  sum.sum_us += us ?? 0;
  sum.max_us = us === null ? sum.max_us : Math.max(us, sum.max_us ?? 0);
  sum.total_rows += row.total_rows ?? 0;
}

function addDuration(sums: Map<string, DurationRow>, user: string, span: string, row: NewExecutionRow): void {
  const bucket = row.duration_bucket ?? null;
  if (bucket === null) return;
  const key = keyOf(user, span, row, String(bucket));
  const sum = sums.get(key);
  if (sum !== undefined) {
    sum.executions += 1;
    return;
  }
  const { database_name: databaseName, database_type: databaseType, status } = row;
  sums.set(key, {
    user_id: user,
    span,
    database_name: databaseName,
    database_type: databaseType,
    status: status ?? '',
    duration_bucket: bucket,
    executions: 1,
  });
}

function keyOf(user: string, span: string, row: NewExecutionRow, last: string): string {
  return `${user}\n${span}\n${row.database_name}\n${row.database_type}\n${row.status ?? ''}\n${last}`;
}

function inKeyOrder<T>(sums: ReadonlyMap<string, T>): readonly T[] {
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
