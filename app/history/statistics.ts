/**
 * How executions went: counts, durations, rows. For everybody, a user, a database, a kind of database or a query, and divided
 * by any of them. Executions that still run are not counted: nobody knows yet how they end.
 */
import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import type { Instant } from '../model/instant.ts';
import { added, answered, answeredOrTimedOut } from './daily-rows.ts';
import { percentilesOf, type PercentileScope } from './percentiles.ts';
import { type Period, periodOf } from './period.ts';
import { type ExecutionStatus, executionStatuses } from './records.ts';
import { allUsers } from './rollups.ts';
import type { HistorySchema } from './schema.ts';

/** Whose and what executions; what is absent does not restrict. */
export interface Scope {
  readonly userId?: string;
  readonly databaseName?: string;
  readonly databaseType?: string;
  readonly queryName?: string;
}

/** By what a statistic is divided. */
export type Grouping = 'user' | 'database' | 'databaseType' | 'query';

/** What is asked. */
export interface StatisticsRequest {
  readonly scope: Scope;
  /** The last so many times 24 hours. */
  readonly days: number;
  readonly groupBy?: Grouping;
  /** Percentiles cost more than the rest. Not for groups by query: see `slowestQueries`. */
  readonly withPercentiles: boolean;
}

/**
 * Durations of executions that answered (`success`, `partial`), and where it says so of those that timed out too, whose
 * duration is what was waited and so less than what it would have taken. Other ends tell nothing about how long a query
 * takes. Seconds; `null` where there are none. Percentiles are by nearest rank: the smallest duration that at least p % do not exceed.
 */
export interface DurationSummary {
  readonly n: number;
  readonly average: number | null;
  readonly maximum: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** A statistic. */
export interface ExecutionStatistics {
  readonly periodDays: number;
  readonly from: Instant;
  /** Executions that have ended. */
  readonly total: number;
  readonly byStatus: Readonly<Record<ExecutionStatus, number>>;
  /** `success` of all that have ended, 0..1; `null` where there are none. */
  readonly successRate: number | null;
  /** Rows that databases gave. */
  readonly totalRows: number;
  readonly withoutTimeouts: DurationSummary;
  readonly withTimeouts: DurationSummary;
}

/** A part of a divided statistic. */
export interface StatisticsGroup {
  /** What the part is about: what it is divided by, and for a query its database. */
  readonly scope: Scope;
  readonly statistics: ExecutionStatistics;
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

/** Sums by status, and by what is asked for: of whole days from the sums that are kept, of the first day from its executions. */
async function sumsOf(
  db: Kysely<HistorySchema>,
  scope: Scope,
  groupBy: Grouping | undefined,
  period: Period,
): Promise<readonly StatusSums[]> {
  const columns = groupBy === undefined ? [] : columnsOf[groupBy];
  const days = db
    .selectFrom('execution_daily')
    .select([...columns, 'status'])
    .select([
      sql<number>`cast(sum(executions) as bigint)`.as('executions'),
      sql<number>`cast(sum(timed) as bigint)`.as('timed'),
      sql<number>`cast(sum(sum_us) as bigint)`.as('sum_us'),
      sql<number | null>`max(max_us)`.as('max_us'),
      sql<number>`cast(sum(total_rows) as bigint)`.as('total_rows'),
    ])
    .where('day', '>', period.firstDay)
    .where((eb) => {
      if (scope.userId !== undefined) return eb('user_id', '=', scope.userId);
      return eb('user_id', groupBy === 'user' ? '<>' : '=', allUsers);
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
  const rows: readonly Partial<StatusSums>[] = [...(await days.execute()), ...(await firstDay.execute())] as Partial<StatusSums>[];
  return rows.map((row) => ({ ...unnamed, ...row }) as StatusSums);
}

function isIn<T extends 'execution_daily' | 'query_executions'>(eb: ExpressionBuilder<HistorySchema, T>, scope: Scope) {
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
  const summary = (statuses: readonly ExecutionStatus[]): Promise<DurationSummary> =>
    durationSummary(db, sums, request.withPercentiles ? { ...scope, period, statuses } : { statuses });
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

async function durationSummary(
  db: Kysely<HistorySchema>,
  sums: readonly StatusSums[],
  scope: PercentileScope | Pick<PercentileScope, 'statuses'>,
): Promise<DurationSummary> {
  const timed = sums.filter((sum) => scope.statuses.includes(sum.status) && sum.timed > 0);
  const n = added(timed.map((sum) => sum.timed));
  if (n === 0) return { n: 0, average: null, maximum: null, p50: null, p95: null, p99: null };
  const [p50 = null, p95 = null, p99 = null] = 'period' in scope ? await percentilesOf(db, scope, n, [50, 95, 99]) : [];
  return {
    n,
    average: seconds(added(timed.map((sum) => sum.sum_us)) / n),
    maximum: seconds(Math.max(...timed.map((sum) => sum.max_us ?? 0))),
    p50: p50 === null ? null : seconds(p50),
    p95: p95 === null ? null : seconds(p95),
    p99: p99 === null ? null : seconds(p99),
  };
}

function seconds(us: number): number {
  return us / 1_000_000;
}
