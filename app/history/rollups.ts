/** What executions add to the sums of their days; see sql/history, step 2. */
import type { NewExecutionRow } from './rows.ts';
import type { DailyRow, DurationRow } from './schema.ts';

/** `user_id` of the sums over all users. */
export const allUsers = '';

/** What is added to the sums, one row for each key, in the order of the keys (so that two writers never lock in different orders). */
export interface RollupDeltas {
  readonly daily: readonly DailyRow[];
  readonly durations: readonly DurationRow[];
}

/** The sums of executions that have ended. */
export function rollupDeltas(ended: readonly NewExecutionRow[]): RollupDeltas {
  const daily = new Map<string, DailyRow>();
  const durations = new Map<string, DurationRow>();
  for (const row of ended) {
    for (const user of [allUsers, row.user_id]) {
      addDaily(daily, user, row);
      addDuration(durations, user, row);
    }
  }
  return { daily: inKeyOrder(daily), durations: inKeyOrder(durations) };
}

/** The UTC day of an instant: `YYYY-MM-DD`. */
export function dayOf(instant: string): string {
  return instant.slice(0, 10);
}

function addDaily(sums: Map<string, DailyRow>, user: string, row: NewExecutionRow): void {
  const key = keyOf(user, row, row.query_name);
  const sum = sums.get(key) ?? {
    user_id: user,
    day: dayOf(row.started_at),
    database_name: row.database_name,
    database_type: row.database_type,
    query_name: row.query_name,
    status: row.status ?? '',
    executions: 0,
    timed: 0,
    sum_us: 0,
    max_us: null,
    total_rows: 0,
  };
  const us = row.execution_us ?? null;
  sums.set(key, {
    ...sum,
    executions: sum.executions + 1,
    timed: sum.timed + (us === null ? 0 : 1),
    sum_us: sum.sum_us + (us ?? 0),
    max_us: us === null ? sum.max_us : Math.max(us, sum.max_us ?? 0),
    total_rows: sum.total_rows + (row.total_rows ?? 0),
  });
}

function addDuration(sums: Map<string, DurationRow>, user: string, row: NewExecutionRow): void {
  const bucket = row.duration_bucket ?? null;
  if (bucket === null) return;
  const key = keyOf(user, row, String(bucket));
  const sum = sums.get(key) ?? {
    user_id: user,
    day: dayOf(row.started_at),
    database_name: row.database_name,
    database_type: row.database_type,
    status: row.status ?? '',
    duration_bucket: bucket,
    executions: 0,
  };
  sums.set(key, { ...sum, executions: sum.executions + 1 });
}

function keyOf(user: string, row: NewExecutionRow, last: string): string {
  return [user, dayOf(row.started_at), row.database_name, row.database_type, row.status ?? '', last].join('\n');
}

function inKeyOrder<T>(sums: ReadonlyMap<string, T>): readonly T[] {
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
