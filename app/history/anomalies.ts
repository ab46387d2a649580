/** Unusual executions of the last days, judged by the weeks before; see anomaly-rules.ts for what is unusual. */
import { type Kysely, sql } from 'kysely';
import type { Instant } from '../model/instant.ts';
import { type Anomaly, newQueries, newUser, type ObservedExecution, queryKey, unusualHours, unusualValues } from './anomaly-rules.ts';
import { breath } from './breath.ts';
import { type LocalHour, localHours } from './local-hours.ts';
import { periodOf } from './period.ts';
import { dayOf } from './rollups.ts';
import { isOfSampleRun, type SampleCount, sampleCountsBefore, sampleExecutionIds } from './sample-runs.ts';
import type { HistorySchema } from './schema.ts';

/** What is asked. */
export interface AnomalyRequest {
  /** Executions of the last so many times 24 hours are judged. */
  readonly days: number;
  /** By the so many times 24 hours before them. Eight weeks hold each hour of the week eight times. */
  readonly baselineDays: number;
  /** IANA zone in which people work. */
  readonly zone: string;
}

type Db = Kysely<HistorySchema>;

interface Span {
  readonly past: Instant;
  readonly recent: Instant;
}

interface Asked {
  readonly span: Span;
  readonly hourOf: (instant: Instant) => LocalHour;
  /** False for what ran over the databases that come with the program. */
  readonly isReal: (row: { readonly id: number }) => boolean;
}

const answered = ['success', 'partial'];

/** Everything unusual, the newest first. */
export async function anomalies(db: Db, request: AnomalyRequest, nowMs: number, signal?: AbortSignal): Promise<readonly Anomaly[]> {
  const recentFrom = periodOf(request.days, nowMs).from;
  const span: Span = { recent: recentFrom, past: periodOf(request.days + request.baselineDays, nowMs).from };
  const samples = await sampleExecutionIds(db, span.past);
  const asked: Asked = { span, hourOf: localHours(request.zone), isReal: ({ id }) => !samples.has(id) };
  const found = [...(await anomaliesOfQueries(db, asked, signal)), ...(await anomaliesOfUsers(db, asked, signal))];
  return found.sort((a, b) => compare(b.at, a.at) || compare(a.executionId, b.executionId) || compare(a.kind, b.kind));
}

async function anomaliesOfQueries(db: Db, { span, hourOf, isReal }: Asked, signal: AbortSignal | undefined): Promise<readonly Anomaly[]> {
  const queries = await db
    .selectFrom('query_executions')
    .select(['database_name', 'query_name'])
    .distinct()
    .where('started_at', '>=', span.recent)
    .where('status', 'in', answered)
    .execute();
  const found: Anomaly[] = [];
  for (const { database_name: databaseName, query_name: queryName } of queries) {
    const rows = await db
      .selectFrom('query_executions')
      .select(['id', 'started_at', 'execution_us', 'total_rows', 'user_id'])
      .where('database_name', '=', databaseName)
      .where('query_name', '=', queryName)
      .where('started_at', '>=', span.past)
      .where('status', 'in', answered)
      .orderBy('started_at')
      .orderBy('id')
      .execute();
    const observed = rows.filter(isReal).map((row) => ({
      // The id is enough until something is found: it stands in the index, the execution's own does not.
      executionId: String(row.id),
      userId: row.user_id,
      databaseName,
      queryName,
      startedAt: row.started_at,
      executionUs: row.execution_us,
      totalRows: row.total_rows,
    }));
    const [past, recent] = divided(observed, span);
    for (const anomaly of unusualValues(recent, past, hourOf)) found.push({ ...anomaly, executionId: await executionIdOf(db, anomaly) });
    await breath(signal);
  }
  return found;
}

async function executionIdOf(db: Db, { executionId: id }: Anomaly): Promise<string> {
  const row = await db.selectFrom('query_executions').select('execution_id').where('id', '=', Number(id)).executeTakeFirstOrThrow();
  return row.execution_id;
}

async function anomaliesOfUsers(db: Db, { span, hourOf, isReal }: Asked, signal: AbortSignal | undefined): Promise<readonly Anomaly[]> {
  const rows = await db
    .selectFrom('query_executions')
    .select(['id', 'execution_id', 'user_id', 'database_name', 'query_name', 'started_at'])
    .where('started_at', '>=', span.recent)
    .orderBy('started_at')
    .orderBy('id')
    .execute();
  const recent = rows.filter(isReal).map((row) => ({
    executionId: row.execution_id,
    userId: row.user_id,
    databaseName: row.database_name,
    queryName: row.query_name,
    startedAt: row.started_at,
    executionUs: null,
    totalRows: null,
  }));
  const hadUsers = await isBefore(db, undefined, span);
  const samples = Map.groupBy(await sampleCountsBefore(db, dayOf(span.recent)), (row) => row.user_id);
  const found: Anomaly[] = [];
  for (const [userId, own] of Map.groupBy(recent, (execution) => execution.userId)) {
    const [first] = own;
    if (first === undefined) continue;
    const times = await db
      .selectFrom('query_executions')
      .select(['id', 'started_at'])
      .where('user_id', '=', userId)
      .where('started_at', '>=', span.past)
      .where('started_at', '<', span.recent)
      .execute();
    const past = times.filter(isReal).map((row) => row.started_at);
    if (past.length === 0 && hadUsers && !(await isBefore(db, userId, span))) found.push(newUser(first));
    found.push(...unusualHours(own, past, hourOf), ...newQueries(own, await queriesBefore(db, userId, span, samples.get(userId) ?? [])));
    await breath(signal);
  }
  return found;
}

/** Whether anything was run over real databases before the recent days, by the user or by anybody. */
async function isBefore(db: Db, userId: string | undefined, span: Span): Promise<boolean> {
  const row = await db
    .selectFrom('query_executions')
    .select('id')
    .where('started_at', '<', span.recent)
    .where((eb) => isOfSampleRun(eb, false))
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? ''))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Queries that the user has ever run over real databases before the recent days: by the sums of whole days, less what ran over the
 * program's own databases, and by the executions of the first recent day.
 */
async function queriesBefore(db: Db, userId: string, span: Span, samples: readonly SampleCount[]): Promise<ReadonlySet<string>> {
  const firstDay = dayOf(span.recent);
  const days = await db
    .selectFrom('execution_totals')
    .select(['database_name', 'query_name', sql<number>`cast(sum(executions) as bigint)`.as('executions')])
    .where('user_id', '=', userId)
    .where('span', '<', firstDay)
    .groupBy(['database_name', 'query_name'])
    .execute();
  const sampleCounts = new Map(samples.map((row) => [keyOf(row), row.executions]));
  const firstDayRows = await db
    .selectFrom('query_executions')
    .select(['database_name', 'query_name'])
    .distinct()
    .where('user_id', '=', userId)
    .where('started_at', '>=', firstDay)
    .where('started_at', '<', span.recent)
    .where((eb) => isOfSampleRun(eb, false))
    .execute();
  const real = days.filter((row) => row.executions > (sampleCounts.get(keyOf(row)) ?? 0));
  return new Set([...real, ...firstDayRows].map(keyOf));
}

function keyOf(row: { readonly database_name: string; readonly query_name: string }): string {
  return queryKey({ databaseName: row.database_name, queryName: row.query_name });
}

function divided(
  observed: readonly ObservedExecution[],
  span: Span,
): readonly [readonly ObservedExecution[], readonly ObservedExecution[]] {
  const firstRecent = observed.findIndex((execution) => execution.startedAt >= span.recent);
  return firstRecent === -1 ? [observed, []] : [observed.slice(0, firstRecent), observed.slice(firstRecent)];
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
