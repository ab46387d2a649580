/**
 * How executions went: counts, durations, rows. For everybody, a user, a database, a kind of database or a query, and divided
 * by any of them. Executions that still run are not counted: nobody knows yet how they end.
 */
import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import { added, answered, answeredOrTimedOut, dailySums } from './daily-rows.ts';
import { bucketCounts, percentileOfQuery, percentilesOf } from './percentiles.ts';
import { type Period, periodOf } from './period.ts';
import { type ExecutionStatus, executionStatuses } from './records.ts';
import { allUsers } from './rollups.ts';
import type { HistorySchema } from './schema.ts';
import type { DurationSummary, ExecutionStatistics, Grouping, Scope, StatisticsGroup } from '../model/history-figures.ts';

export type { DurationSummary, ExecutionStatistics, Grouping, StatisticsGroup } from '../model/history-figures.ts';

/** What is asked. */
export interface StatisticsRequest {
  readonly scope: Scope;
  /** The last so many times 24 hours. */
  readonly days: number;
  readonly groupBy?: Grouping;
  /** Percentiles cost more than the rest. Not for groups by query: see `slowestQueries`. */
  readonly withPercentiles: boolean;
}

/** A statistic over the scope as a whole. */
export async function statistics(
  db: Kysely<HistorySchema>,
  request: Omit<StatisticsRequest, 'groupBy'>,
  nowMs: number,
): Promise<ExecutionStatistics> {
  const period = periodOf(request.days, nowMs);
  const sums = await sumsOf(db, request.scope, undefined, period);
  return statisticsOf(db, request, request.scope, period, sums);
}

/** A statistic divided into parts, in the order of their names. */
export async function groupedStatistics(
  db: Kysely<HistorySchema>,
  request: StatisticsRequest & { readonly groupBy: Grouping },
  nowMs: number,
): Promise<readonly StatisticsGroup[]> {
  const period = periodOf(request.days, nowMs);
  const groups = new Map<string, { scope: Scope; sums: StatusSums[] }>();
  for (const sum of await sumsOf(db, request.scope, request.groupBy, period)) {
    const scope = partOf(sum, request.groupBy);
    const key = JSON.stringify(scope);
    const group = groups.get(key) ?? { scope, sums: [] };
    group.sums.push(sum);
    groups.set(key, group);
  }
  const parts: StatisticsGroup[] = [];
  for (const [, { scope, sums }] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const whole = { ...request.scope, ...scope };
    parts.push({ scope, statistics: await statisticsOf(db, request, whole, period, sums) });
  }
  return parts;
}

interface StatusSums {
  readonly user_id: string;
  readonly database_name: string;
  readonly database_type: string;
  readonly query_name: string;
  readonly status: ExecutionStatus;
  readonly executions: number;
  readonly timed: number;
  readonly sum_us: number;
  readonly max_us: number | null;
  readonly total_rows: number;
}

function partOf(sum: StatusSums, groupBy: Grouping): Scope {
  switch (groupBy) {
    case 'user':
      return { userId: sum.user_id };
    case 'database':
      return { databaseName: sum.database_name };
    case 'databaseType':
      return { databaseType: sum.database_type };
    case 'query':
      return { databaseName: sum.database_name, queryName: sum.query_name };
  }
}

const columnsOf: Readonly<Record<Grouping, readonly ('user_id' | 'database_name' | 'database_type' | 'query_name')[]>> = {
  user: ['user_id'],
  database: ['database_name'],
  databaseType: ['database_type'],
  query: ['database_name', 'query_name'],
};

/** Sums by status, and by what is asked for: of whole days and months from the sums that are kept, of the first day from its executions. */
async function sumsOf(
  db: Kysely<HistorySchema>,
  scope: Scope,
  groupBy: Grouping | undefined,
  period: Period,
): Promise<readonly StatusSums[]> {
  const columns = groupBy === undefined ? [] : columnsOf[groupBy];
  const kept = db
    .selectFrom('execution_totals')
    .select([...columns, 'status', ...dailySums])
    .where((eb) => {
      if (scope.userId !== undefined) return eb('user_id', '=', scope.userId);
      return groupBy === 'user' ? eb('user_id', 'in', everyUser) : eb('user_id', '=', allUsers);
    })
    .where((eb) => isIn(eb, scope))
    .groupBy([...columns, 'status']);
  const firstDay = db
    .selectFrom('query_executions')
    .select([...columns, 'status'])
    .select([
      sql<number>`count(*)`.as('executions'),
      sql<number>`count(execution_us)`.as('timed'),
      sql<number>`cast(coalesce(sum(execution_us), 0) as bigint)`.as('sum_us'),
      sql<number | null>`max(execution_us)`.as('max_us'),
      sql<number>`cast(coalesce(sum(total_rows), 0) as bigint)`.as('total_rows'),
    ])
    .where('started_at', '>=', period.from)
    .where('started_at', '<', period.firstDayEnd)
    .where('status', 'is not', null)
    .$if(scope.userId !== undefined, (query) => query.where('user_id', '=', scope.userId ?? ''))
    .where((eb) => isIn(eb, scope))
    .groupBy([...columns, 'status']);
  const unnamed = { user_id: '', database_name: '', database_type: '', query_name: '' };
  const rows = (await firstDay.execute()) as Partial<StatusSums>[];
  for (const { after, before } of period.spans) {
    rows.push(...((await kept.where('span', '>', after).where('span', '<', before).execute()) as Partial<StatusSums>[]));
  }
  return rows.map((row) => ({ ...unnamed, ...row }) as StatusSums);
}

/** The users one after another, each found by a single look into the index: the list of all rows is much longer. */
const everyUser = sql<string>`(
  WITH RECURSIVE users (name) AS (
    SELECT min(user_id) FROM execution_totals WHERE user_id > ''
    UNION ALL
    SELECT (SELECT min(user_id) FROM execution_totals WHERE user_id > users.name) FROM users WHERE users.name IS NOT NULL
  )
  SELECT name FROM users WHERE name IS NOT NULL
)`;

function isIn<T extends 'execution_totals' | 'query_executions'>(eb: ExpressionBuilder<HistorySchema, T>, scope: Scope) {
  const { databaseName, databaseType, queryName } = scope;
  const builder = eb as ExpressionBuilder<HistorySchema, 'query_executions'>;
  return builder.and([
    ...(databaseName === undefined ? [] : [builder('database_name', '=', databaseName)]),
    ...(databaseType === undefined ? [] : [builder('database_type', '=', databaseType)]),
    ...(queryName === undefined ? [] : [builder('query_name', '=', queryName)]),
  ]);
}

async function statisticsOf(
  db: Kysely<HistorySchema>,
  request: StatisticsRequest,
  scope: Scope,
  period: Period,
  sums: readonly StatusSums[],
): Promise<ExecutionStatistics> {
  const total = added(sums.map((sum) => sum.executions));
  const byStatus = Object.fromEntries(
    executionStatuses.map((status) => [status, added(sums.filter((sum) => sum.status === status).map((sum) => sum.executions))]),
  ) as Record<ExecutionStatus, number>;
  const percentiles = request.withPercentiles ? await percentileReader(db, scope, period, sums) : () => Promise.resolve([]);
  const summary = async (statuses: readonly ExecutionStatus[]): Promise<DurationSummary> =>
    durationSummary(
      sums.filter((sum) => statuses.includes(sum.status)),
      await percentiles(statuses),
    );
  return {
    periodDays: period.days,
    from: period.from,
    total,
    byStatus,
    successRate: total === 0 ? null : byStatus.success / total,
    totalRows: added(sums.map((sum) => sum.total_rows)),
    withoutTimeouts: await summary(answered),
    withTimeouts: await summary(answeredOrTimedOut),
  };
}

type PercentileReader = (statuses: readonly ExecutionStatus[]) => Promise<readonly (number | null)[]>;

const percents = [50, 95, 99] as const;

async function percentileReader(
  db: Kysely<HistorySchema>,
  scope: Scope,
  period: Period,
  sums: readonly StatusSums[],
): Promise<PercentileReader> {
  if (scope.queryName === undefined) {
    const counts = await bucketCounts(db, scope, period);
    return (statuses) => percentilesOf(db, scope, period, statuses, counts, percents);
  }
  return async (statuses) => {
    const n = added(sums.filter((sum) => statuses.includes(sum.status)).map((sum) => sum.timed));
    const values: (number | null)[] = [];
    for (const percent of percents) values.push(n === 0 ? null : await percentileOfQuery(db, scope, period, statuses, n, percent));
    return values;
  };
}

function durationSummary(sums: readonly StatusSums[], percentiles: readonly (number | null)[]): DurationSummary {
  const n = added(sums.map((sum) => sum.timed));
  const [p50 = null, p95 = null, p99 = null] = percentiles.map((us) => (us === null ? null : us / 1_000_000));
  return {
    n,
    average: n === 0 ? null : added(sums.map((sum) => sum.sum_us)) / n / 1_000_000,
    maximum: n === 0 ? null : Math.max(...sums.map((sum) => sum.max_us ?? 0)) / 1_000_000,
    p50,
    p95,
    p99,
  };
}
