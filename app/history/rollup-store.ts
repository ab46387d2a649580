/** The sums of days in the store. */
import { sql, type Transaction } from 'kysely';
import type { NewExecutionRow } from './rows.ts';
import { allUsers, rollupDeltas } from './rollups.ts';
import type { DailyRow, DurationRow, HistorySchema } from './schema.ts';
import { chunks } from './upsert.ts';

/** Adds executions that have ended to the sums of their days. */
export async function addToRollups(trx: Transaction<HistorySchema>, ended: readonly NewExecutionRow[]): Promise<void> {
  const { daily, durations } = rollupDeltas(ended);
  for (const rows of chunks(daily)) {
    await trx
      .insertInto('execution_daily')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['user_id', 'day', 'database_name', 'database_type', 'query_name', 'status']).doUpdateSet({
          executions: sql`execution_daily.executions + excluded.executions`,
          timed: sql`execution_daily.timed + excluded.timed`,
          sum_us: sql`execution_daily.sum_us + excluded.sum_us`,
          // A NULL compares as neither greater nor less, so a day without durations keeps what it is given.
          max_us: sql`CASE WHEN execution_daily.max_us >= excluded.max_us THEN execution_daily.max_us
            ELSE coalesce(excluded.max_us, execution_daily.max_us) END`,
          total_rows: sql`execution_daily.total_rows + excluded.total_rows`,
        }),
      )
      .execute();
  }
  for (const rows of chunks(durations)) {
    await trx
      .insertInto('execution_durations')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['user_id', 'day', 'database_name', 'database_type', 'status', 'duration_bucket'])
          .doUpdateSet({ executions: sql`execution_durations.executions + excluded.executions` }),
      )
      .execute();
  }
}

/** Takes executions that were deleted out of the sums of their days. */
export async function removeFromRollups(trx: Transaction<HistorySchema>, deleted: readonly NewExecutionRow[]): Promise<void> {
  const { daily, durations } = rollupDeltas(deleted);
  for (const row of daily) {
    await trx
      .updateTable('execution_daily')
      .set({
        executions: sql`executions - ${row.executions}`,
        timed: sql`timed - ${row.timed}`,
        sum_us: sql`sum_us - ${row.sum_us}`,
        total_rows: sql`total_rows - ${row.total_rows}`,
      })
      .where((eb) => eb.and(keyOf(row)))
      .where('query_name', '=', row.query_name)
      .execute();
    // The greatest duration may have been among them, and the next one is in no sum.
    await trx
      .updateTable('execution_daily')
      .set({ max_us: sql`(${greatestOf(row)})` })
      .where((eb) => eb.and(keyOf(row)))
      .where('query_name', '=', row.query_name)
      .where('executions', '>', 0)
      .where('max_us', '<=', row.max_us ?? -1)
      .execute();
    await trx
      .deleteFrom('execution_daily')
      .where((eb) => eb.and(keyOf(row)))
      .where('query_name', '=', row.query_name)
      .where('executions', '<=', 0)
      .execute();
  }
  for (const row of durations) {
    await trx
      .updateTable('execution_durations')
      .set({ executions: sql`executions - ${row.executions}` })
      .where((eb) => eb.and(keyOf(row)))
      .where('duration_bucket', '=', row.duration_bucket)
      .execute();
    await trx
      .deleteFrom('execution_durations')
      .where((eb) => eb.and(keyOf(row)))
      .where('duration_bucket', '=', row.duration_bucket)
      .where('executions', '<=', 0)
      .execute();
  }
}

function keyOf({ user_id, day, database_name, database_type, status }: DailyRow | DurationRow) {
  return { user_id, day, database_name, database_type, status };
}

function greatestOf(row: DailyRow) {
  // Instants of a day begin with the day and a T; U comes next.
  const isOfUser = row.user_id === allUsers ? sql`` : sql` AND user_id = ${row.user_id}`;
  return sql`SELECT max(execution_us) FROM query_executions
    WHERE started_at >= ${`${row.day}T`} AND started_at < ${`${row.day}U`} AND status = ${row.status}
      AND database_name = ${row.database_name} AND database_type = ${row.database_type} AND query_name = ${row.query_name}${isOfUser}`;
}
