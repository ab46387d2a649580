/**
 * Exact percentiles without sorting everything: the kept counts tell in which bucket a rank lies, and only the durations in
 * that bucket are put in order. The definition is the nearest rank: of n durations in ascending order, the p-th percentile is
 * the one at place ⌈p·n/100⌉.
 */
import { type Kysely, sql } from 'kysely';
import type { Period } from './period.ts';
import type { ExecutionStatus } from './records.ts';
import { allUsers } from './rollups.ts';
import type { HistorySchema } from './schema.ts';
import type { Scope } from '../model/history-figures.ts';

/** How many executions of a scope ended so and took a time in this bucket. */
export interface BucketCount {
  readonly status: string;
  readonly bucket: number;
  readonly executions: number;
}

type Db = Kysely<HistorySchema>;

/** The place of the p-th percentile among `n` ≥ 1 values in ascending order, from 1. */
export function nearestRank(percent: number, n: number): number {
  return Math.max(1, Math.ceil((percent * n) / 100));
}

/** The counts of the scope. They are not kept for single queries: the scope names none. */
export async function bucketCounts(db: Db, scope: Omit<Scope, 'queryName'>, period: Period): Promise<readonly BucketCount[]> {
  const { userId, databaseName, databaseType } = scope;
  const rows: { status: string | null; duration_bucket: number | null; executions: number }[] = [];
  for (const { after, before } of period.spans) {
    const spans = await db
      .selectFrom('execution_durations')
      .select(['status', 'duration_bucket', sql<number>`cast(sum(executions) as bigint)`.as('executions')])
      .where('user_id', '=', userId ?? allUsers)
      .where('span', '>', after)
      .where('span', '<', before)
      // Then each span's rows of the database are found by the key; else all rows of all spans would be read.
      .$if(databaseName !== undefined, (query) => query.where('span', 'in', spansBetween(userId ?? allUsers, after, before)))
      .$if(databaseName !== undefined, (query) => query.where('database_name', '=', databaseName ?? ''))
      .$if(databaseType !== undefined, (query) => query.where('database_type', '=', databaseType ?? ''))
      .groupBy(['status', 'duration_bucket'])
      .execute();
    rows.push(...spans);
  }
  const firstDay = await executionsIn(db, scope, period)
    .select(['status', 'duration_bucket', sql<number>`count(*)`.as('executions')])
    .where('started_at', '<', period.firstDayEnd)
    .groupBy(['status', 'duration_bucket'])
    .execute();
  return [...rows, ...firstDay].flatMap(({ status, duration_bucket: bucket, executions }) =>
    status === null || bucket === null ? [] : [{ status, bucket, executions }],
  );
}

/** The spans one after another, each found by a single look into the key. */
function spansBetween(user: string, after: string, before: string) {
  return sql<string>`(
    WITH RECURSIVE spans (name) AS (
      SELECT min(span) FROM execution_durations WHERE user_id = ${user} AND span > ${after} AND span < ${before}
      UNION ALL
      SELECT (SELECT min(span) FROM execution_durations WHERE user_id = ${user} AND span > spans.name AND span < ${before})
      FROM spans WHERE spans.name IS NOT NULL
    )
    SELECT name FROM spans WHERE name IS NOT NULL
  )`;
}

/** Percentiles in whole microseconds over the executions of the scope that ended in one of the ways; `null` where there are none. */
export async function percentilesOf(
  db: Db,
  scope: Omit<Scope, 'queryName'>,
  period: Period,
  statuses: readonly ExecutionStatus[],
  counts: readonly BucketCount[],
  percents: readonly number[],
): Promise<readonly (number | null)[]> {
  const buckets = inOrder(counts.filter(({ status }) => statuses.some((wanted) => wanted === status)));
  const n = buckets.reduce((sum, [, executions]) => sum + executions, 0);
  const values: (number | null)[] = [];
  for (const percent of percents) {
    const place = n === 0 ? undefined : placeOf(buckets, nearestRank(percent, n));
    values.push(
      place === undefined
        ? null
        : await valueAt(executionsIn(db, scope, period).where('status', 'in', statuses).where('duration_bucket', '=', place.bucket), place),
    );
  }
  return values;
}

/** One percentile of a single query; `n` is how many durations there are. */
export async function percentileOfQuery(
  db: Db,
  scope: Scope,
  period: Period,
  statuses: readonly ExecutionStatus[],
  n: number,
  percent: number,
): Promise<number | null> {
  return valueAt(executionsIn(db, scope, period).where('status', 'in', statuses), { rank: nearestRank(percent, n), within: n });
}

/** The bucket that holds the rank, the rank within it, and how many it holds. */
function placeOf(
  buckets: readonly (readonly [number, number])[],
  rank: number,
): { bucket: number; rank: number; within: number } | undefined {
  let before = 0;
  for (const [bucket, within] of buckets) {
    if (before + within >= rank) return { bucket, rank: rank - before, within };
    before += within;
  }
  return undefined;
}

function inOrder(counts: readonly BucketCount[]): readonly (readonly [number, number])[] {
  const sums = new Map<number, number>();
  for (const { bucket, executions } of counts) sums.set(bucket, (sums.get(bucket) ?? 0) + executions);
  return [...sums].sort(([a], [b]) => a - b);
}

/** The duration at a rank, counted from whichever end is nearer: so many are put in order at most. */
async function valueAt(
  executions: ReturnType<typeof executionsIn>,
  { rank, within }: { readonly rank: number; readonly within: number },
): Promise<number | null> {
  const isFromStart = rank * 2 <= within;
  const row = await executions
    .select('execution_us')
    .orderBy('execution_us', isFromStart ? 'asc' : 'desc')
    .limit(1)
    .offset(isFromStart ? rank - 1 : within - rank)
    .executeTakeFirst();
  return row?.execution_us ?? null;
}

/**
 * Executions with a duration. Of a single query they are found by its names; else the names are compared in a way that no
 * index serves, so that the one in the order of buckets and starts is used: by its names a database is too much to read.
 */
function executionsIn(db: Db, scope: Scope, period: Period) {
  const { userId, databaseName, databaseType, queryName } = scope;
  const isQuery = queryName !== undefined;
  return db
    .selectFrom('query_executions')
    .where('execution_us', 'is not', null)
    .where('started_at', '>=', period.from)
    .$if(userId !== undefined, (query) => query.where(sql`coalesce(user_id, '')`, '=', userId ?? ''))
    .$if(databaseName !== undefined && isQuery, (query) => query.where('database_name', '=', databaseName ?? ''))
    .$if(databaseName !== undefined && !isQuery, (query) => query.where(sql`coalesce(database_name, '')`, '=', databaseName ?? ''))
    .$if(databaseType !== undefined, (query) => query.where(sql`coalesce(database_type, '')`, '=', databaseType ?? ''))
    .$if(queryName !== undefined, (query) => query.where('query_name', '=', queryName ?? ''));
}
