/** The sums of days and months in the store. */
import { sql, type Transaction } from 'kysely';
import type { NewExecutionRow } from './rows.ts';
import { allUsers, rollupDeltas } from './rollups.ts';
import type { TotalsRow, DurationRow, HistorySchema } from './schema.ts';
import type { Store } from './store.ts';

/** Adds executions that have ended to the sums. */
export async function addToRollups(
  { bulk }: Pick<Store, 'bulk'>,
  trx: Transaction<HistorySchema>,
  ended: readonly NewExecutionRow[],
): Promise<void> {
  const { totals, durations } = rollupDeltas(ended);
  await bulk.insert(trx, 'totals', totals, (rows) =>
    trx
      .insertInto('execution_totals')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['user_id', 'span', 'database_name', 'database_type', 'query_name', 'status']).doUpdateSet({
          executions: sql`execution_totals.executions + excluded.executions`,
          timed: sql`execution_totals.timed + excluded.timed`,
          sum_us: sql`execution_totals.sum_us + excluded.sum_us`,
          // A NULL compares as neither greater nor less, so a sum without durations keeps what it is given.
          max_us: sql`CASE WHEN execution_totals.max_us >= excluded.max_us THEN execution_totals.max_us
            ELSE coalesce(excluded.max_us, execution_totals.max_us) END`,
          total_rows: sql`execution_totals.total_rows + excluded.total_rows`,
        }),
      ),
  );
  await bulk.insert(trx, 'durations', durations, (rows) =>
    trx
      .insertInto('execution_durations')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['user_id', 'span', 'database_name', 'database_type', 'status', 'duration_bucket'])
          .doUpdateSet({ executions: sql`execution_durations.executions + excluded.executions` }),
      ),
  );
}

/** Takes executions that were deleted out of the sums. */
export async function removeFromRollups(trx: Transaction<HistorySchema>, deleted: readonly NewExecutionRow[]): Promise<void> {
  const { totals, durations } = rollupDeltas(deleted);
  for (const row of totals) {
    await trx
      .updateTable('execution_totals')
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
      .updateTable('execution_totals')
      .set({ max_us: sql`(${greatestOf(row)})` })
      .where((eb) => eb.and(keyOf(row)))
      .where('query_name', '=', row.query_name)
      .where('executions', '>', 0)
      .where('max_us', '<=', row.max_us ?? -1)
      .execute();
    await trx
      .deleteFrom('execution_totals')
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

function keyOf({ user_id, span, database_name, database_type, status }: TotalsRow | DurationRow) {
  return { user_id, span, database_name, database_type, status };
}

function greatestOf(row: TotalsRow) {
  const isOfUser = row.user_id === allUsers ? sql`` : sql` AND user_id = ${row.user_id}`;
  const start = row.span.replace('M', '');
  // Every instant of the span begins with it, and a tilde comes after all that can follow.
  return sql`SELECT max(execution_us) FROM query_executions
    WHERE started_at >= ${start} AND started_at < ${`${start}~`} AND status = ${row.status}
      AND database_name = ${row.database_name} AND database_type = ${row.database_type} AND query_name = ${row.query_name}${isOfUser}`;
}
