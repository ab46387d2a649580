/**
 * Exact percentiles without sorting everything: the kept counts tell in which bucket a rank lies, and an index in the order
 * of durations gives the value in that bucket. The definition is the nearest rank: of n durations in ascending order, the
 * p-th percentile is the one at place ⌈p·n/100⌉.
 */
import { type Kysely, sql } from 'kysely';
import { lowestOf } from './duration-buckets.ts';
import type { Period } from './period.ts';
import type { ExecutionStatus } from './records.ts';
import { allUsers } from './rollups.ts';
import type { HistorySchema } from './schema.ts';
import type { Scope } from './statistics.ts';

/** Whose durations. */
export interface PercentileScope extends Scope {
  readonly period: Period;
  readonly statuses: readonly ExecutionStatus[];
}

/** The place of the p-th percentile among `n` ≥ 1 values in ascending order, from 1. */
export function nearestRank(percent: number, n: number): number {
  return Math.max(1, Math.ceil((percent * n) / 100));
}

/** Percentiles in whole microseconds; `n` ≥ 1 is how many durations there are in the scope. */
export async function percentilesOf(
  db: Kysely<HistorySchema>,
  scope: PercentileScope,
  n: number,
  percents: readonly number[],
): Promise<readonly (number | null)[]> {
  // Counts by bucket are not kept for single queries.
  const buckets = scope.queryName === undefined ? await bucketCounts(db, scope) : undefined;
  const values: (number | null)[] = [];
  for (const percent of percents) values.push(await valueAt(db, scope, nearestRank(percent, n), n, buckets));
  return values;
}

/** How many durations lie in which bucket, in ascending order. */
async function bucketCounts(db: Kysely<HistorySchema>, scope: PercentileScope): Promise<readonly (readonly [number, number])[]> {
  const { period, statuses, userId, databaseName, databaseType } = scope;
  const days = await db
    .selectFrom('execution_durations')
    .select(['duration_bucket', sql<number>`cast(sum(executions) as bigint)`.as('executions')])
    .where('user_id', '=', userId ?? allUsers)
    .where('day', '>', period.firstDay)
    .where('status', 'in', statuses)
    .$if(databaseName !== undefined, (query) => query.where('database_name', '=', databaseName ?? ''))
    .$if(databaseType !== undefined, (query) => query.where('database_type', '=', databaseType ?? ''))
    .groupBy('duration_bucket')
    .execute();
  const firstDay = await executionsIn(db, scope)
    .select(['duration_bucket', sql<number>`count(*)`.as('executions')])
    .where('started_at', '<', period.firstDayEnd)
    .groupBy('duration_bucket')
    .execute();
  const counts = new Map<number, number>();
  for (const { duration_bucket: bucket, executions } of [...days, ...firstDay]) {
    if (bucket !== null) counts.set(bucket, (counts.get(bucket) ?? 0) + executions);
  }
  return [...counts].sort(([a], [b]) => a - b);
}

async function valueAt(
  db: Kysely<HistorySchema>,
  scope: PercentileScope,
  rank: number,
  n: number,
  buckets: readonly (readonly [number, number])[] | undefined,
): Promise<number | null> {
  const { bucket, before, within } = placeIn(buckets, rank, n);
  // From whichever end of the bucket is nearer.
  const place = rank - before;
  const isFromStart = place * 2 <= within;
  const row = await executionsIn(db, scope)
    .select('execution_us')
    .$if(bucket !== undefined, (query) =>
      query.where('execution_us', '>=', lowestOf(bucket ?? 0)).where('execution_us', '<', lowestOf((bucket ?? 0) + 1)),
    )
    .orderBy('execution_us', isFromStart ? 'asc' : 'desc')
    .limit(1)
    .offset(isFromStart ? place - 1 : within - place)
    .executeTakeFirst();
  return row?.execution_us ?? null;
}

function placeIn(
  buckets: readonly (readonly [number, number])[] | undefined,
  rank: number,
  n: number,
): { readonly bucket?: number; readonly before: number; readonly within: number } {
  let before = 0;
  for (const [bucket, within] of buckets ?? []) {
    if (before + within >= rank) return { bucket, before, within };
    before += within;
  }
  return { before: 0, within: n };
}

function executionsIn(db: Kysely<HistorySchema>, scope: PercentileScope) {
  const { period, statuses, userId, databaseName, databaseType, queryName } = scope;
  return db
    .selectFrom('query_executions')
    .where('execution_us', 'is not', null)
    .where('started_at', '>=', period.from)
    .where('status', 'in', statuses)
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? ''))
    .$if(databaseName !== undefined, (query) => query.where('database_name', '=', databaseName ?? ''))
    .$if(databaseType !== undefined, (query) => query.where('database_type', '=', databaseType ?? ''))
    .$if(queryName !== undefined, (query) => query.where('query_name', '=', queryName ?? ''));
}
