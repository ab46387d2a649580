/**
 * Runs over the databases that come with the program. They stand in the history as all others do, but they are no measure: the
 * databases of a real configuration can have the same names.
 */
import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import type { Instant } from '../model/instant.ts';
import { answered } from './daily-rows.ts';
import { dayOf } from './rollups.ts';
import type { HistorySchema } from './schema.ts';

/** A condition on executions: those of such runs, or all others. */
export function isOfSampleRun(eb: ExpressionBuilder<HistorySchema, 'query_executions'>, isSample: boolean) {
  const runs = eb.selectFrom('query_runs').select('query_runs.run_id').where('sample_data', '=', 1);
  return eb('query_executions.run_id', isSample ? 'in' : 'not in', runs);
}

/** Ids of the executions of such runs that started since. They are few where the program is in use: it takes no look at the others. */
export async function sampleExecutionIds(db: Kysely<HistorySchema>, from: Instant): Promise<ReadonlySet<number>> {
  const rows = await ofSampleRuns(db).select('query_executions.id').where('query_executions.started_at', '>=', from).execute();
  return new Set(rows.map(({ id }) => id));
}

/** An answer of such a run, as it was added to the sums of its UTC day. */
export interface SampleAnswer {
  readonly database_name: string;
  readonly query_name: string;
  readonly span: string;
  readonly sum_us: number;
}

/** Answers of such runs on the UTC days from `firstDay` on. */
export async function sampleAnswers(
  db: Kysely<HistorySchema>,
  firstDay: string,
  userId: string | undefined,
): Promise<readonly SampleAnswer[]> {
  const rows = await ofSampleRuns(db)
    .select([
      'query_executions.database_name',
      'query_executions.query_name',
      'query_executions.started_at',
      'query_executions.execution_us',
    ])
    .where('query_executions.started_at', '>=', firstDay)
    .where('query_executions.status', 'in', answered)
    .where('query_executions.execution_us', 'is not', null)
    .$if(userId !== undefined, (query) => query.where('query_executions.user_id', '=', userId ?? ''))
    .execute();
  return rows.map(({ database_name, query_name, started_at: at, execution_us: us }) => ({
    database_name,
    query_name,
    span: dayOf(at),
    sum_us: us ?? 0,
  }));
}

/** How many executions of such runs the sums of the days before `firstDay` hold, by user and query. */
export async function sampleCountsBefore(db: Kysely<HistorySchema>, firstDay: string): Promise<readonly SampleCount[]> {
  return ofSampleRuns(db)
    .select([
      'query_executions.user_id',
      'query_executions.database_name',
      'query_executions.query_name',
      sql<number>`count(*)`.as('executions'),
    ])
    .where('query_executions.started_at', '<', firstDay)
    .where('query_executions.status', 'is not', null)
    .groupBy(['query_executions.user_id', 'query_executions.database_name', 'query_executions.query_name'])
    .execute();
}

/** Executions of a user's query over the databases that come with the program. */
export interface SampleCount {
  readonly user_id: string;
  readonly database_name: string;
  readonly query_name: string;
  readonly executions: number;
}

function ofSampleRuns(db: Kysely<HistorySchema>) {
  return db
    .selectFrom('query_runs')
    .innerJoin('query_executions', 'query_executions.run_id', 'query_runs.run_id')
    .where('query_runs.sample_data', '=', 1);
}
