/** The kept sums of days, for whatever is computed from them. */
import { type Kysely, sql } from 'kysely';
import { periodOf } from './period.ts';
import type { ExecutionStatus } from './records.ts';
import { allUsers } from './rollups.ts';
import type { HistorySchema } from './schema.ts';
import type { Scope } from '../model/history-figures.ts';

/** Which executions on which days. */
export interface DailyRequest {
  readonly scope: Scope;
  /** The last so many times 24 hours; the UTC day in which they begin counts as a whole. */
  readonly days: number;
}

/** Ends whose duration tells how long a query takes. */
export const answered: readonly ExecutionStatus[] = ['success', 'partial'];
/** These, and those whose duration tells how long was waited. */
export const answeredOrTimedOut: readonly ExecutionStatus[] = ['success', 'partial', 'timeout'];

/** Sums to be selected from {@link dailyRows}. */
export const dailySums = [
  sql<number>`cast(sum(executions) as bigint)`.as('executions'),
  sql<number>`cast(sum(timed) as bigint)`.as('timed'),
  sql<number>`cast(sum(sum_us) as bigint)`.as('sum_us'),
  sql<number | null>`max(max_us)`.as('max_us'),
  sql<number>`cast(sum(total_rows) as bigint)`.as('total_rows'),
] as const;

/** Spans of months begin with an M and so sort behind all days. */
const firstMonth = 'M';

/** The rows of the days, to be grouped and summed. */
export function dailyRows(db: Kysely<HistorySchema>, request: DailyRequest, nowMs: number) {
  const { userId, databaseName, databaseType, queryName } = request.scope;
  return db
    .selectFrom('execution_totals')
    .where('user_id', '=', userId ?? allUsers)
    .where('span', '>=', periodOf(request.days, nowMs).firstDay)
    .where('span', '<', firstMonth)
    .$if(databaseName !== undefined, (query) => query.where('database_name', '=', databaseName ?? ''))
    .$if(databaseType !== undefined, (query) => query.where('database_type', '=', databaseType ?? ''))
    .$if(queryName !== undefined, (query) => query.where('query_name', '=', queryName ?? ''));
}

/** The sum of the values. */
export function added(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
