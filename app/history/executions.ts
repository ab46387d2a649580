/** Pages of executions and runs, and one of them with all that belongs to it. */
import type { ExpressionBuilder, Kysely } from 'kysely';
import type { AttemptRecord } from './records.ts';
import { attemptOf, executionOf, runOf } from './rows.ts';
import type { HistorySchema } from './schema.ts';
import { findsExecution, findsRun, type Search, searchFor } from './search.ts';
import type {
  ExecutionDetail,
  ExecutionFilter,
  ExecutionPage,
  PageOf,
  RunDetail,
  RunFilter,
  RunningRun,
  RunPage,
} from '../model/history-pages.ts';

export type {
  ExecutionDetail,
  ExecutionFilter,
  ExecutionPage,
  PageOf,
  RunDetail,
  RunFilter,
  RunningRun,
  RunPage,
} from '../model/history-pages.ts';

type Db = Kysely<HistorySchema>;

/** A page of executions. The page is found in an index alone; only its own rows are read. */
export async function executionPage(db: Db, filter: ExecutionFilter, page: PageOf): Promise<ExecutionPage> {
  const search = filter.search === undefined ? undefined : await searchFor(db, filter.search);
  const matching = db.selectFrom('query_executions').where((eb) => executionMatches(eb, filter, search));
  const ids = matching
    .select('query_executions.id')
    .orderBy('query_executions.started_at', 'desc')
    .orderBy('query_executions.id', 'desc')
    .limit(page.limit)
    .offset(page.offset);
  const rows = await db
    .selectFrom('query_executions')
    .selectAll()
    .where('id', 'in', ids)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const { total } = await matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  return { executions: rows.map((row) => executionOf(row)), total, limit: page.limit, offset: page.offset };
}

/** A page of runs. */
export async function runPage(db: Db, filter: RunFilter, page: PageOf): Promise<RunPage> {
  const search = filter.search === undefined ? undefined : await searchFor(db, filter.search);
  const matching = db.selectFrom('query_runs').where((eb) => {
    const { userId, outcome, from, to } = filter;
    return eb.and([
      ...(userId === undefined ? [] : [eb('user_id', '=', userId)]),
      ...(outcome === undefined ? [] : [eb('outcome', '=', outcome)]),
      ...(from === undefined ? [] : [eb('started_at', '>=', from)]),
      ...(to === undefined ? [] : [eb('started_at', '<', to)]),
      ...(search === undefined ? [] : [findsRun(eb, search)]),
    ]);
  });
  const rows = await matching
    .selectAll()
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  const { total } = await matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  return { runs: rows.map((row) => runOf(row)), total, limit: page.limit, offset: page.offset };
}

/** One execution, or `undefined`. */
export async function executionDetail(db: Db, executionId: string): Promise<ExecutionDetail | undefined> {
  const row = await db.selectFrom('query_executions').selectAll().where('execution_id', '=', executionId).executeTakeFirst();
  if (row === undefined) return undefined;
  return { execution: executionOf(row), attempts: await attemptsOf(db, executionId) };
}

/** One run, or `undefined`; its executions in the order of their starts. */
export async function runDetail(db: Db, runId: string): Promise<RunDetail | undefined> {
  const row = await db.selectFrom('query_runs').selectAll().where('run_id', '=', runId).executeTakeFirst();
  if (row === undefined) return undefined;
  const rows = await db
    .selectFrom('query_executions')
    .selectAll()
    .where('run_id', '=', runId)
    .orderBy('started_at')
    .orderBy('id')
    .execute();
  const executions: ExecutionDetail[] = [];
  for (const execution of rows)
    executions.push({ execution: executionOf(execution), attempts: await attemptsOf(db, execution.execution_id) });
  return { run: runOf(row), executions };
}

/** Runs that have not ended, of this and of other programs, the oldest first. */
export async function runningRuns(db: Db): Promise<readonly RunningRun[]> {
  const rows = await db
    .selectFrom('query_runs')
    .leftJoin('history_sessions', 'session_id', 'writer')
    .selectAll('query_runs')
    .select('seen_at')
    .where('outcome', 'is', null)
    .orderBy('query_runs.started_at')
    .execute();
  const running: RunningRun[] = [];
  for (const { seen_at: seenAt, ...row } of rows) {
    const executions = await db.selectFrom('query_executions').selectAll().where('run_id', '=', row.run_id).orderBy('id').execute();
    running.push({ run: runOf(row), executions: executions.map((execution) => executionOf(execution)), seenAt });
  }
  return running;
}

async function attemptsOf(db: Db, executionId: string): Promise<readonly AttemptRecord[]> {
  const rows = await db.selectFrom('execution_attempts').selectAll().where('execution_id', '=', executionId).orderBy('attempt').execute();
  return rows.map((row) => attemptOf(row));
}

function executionMatches(eb: ExpressionBuilder<HistorySchema, 'query_executions'>, filter: ExecutionFilter, search: Search | undefined) {
  const { from, to } = filter;
  const equal = [
    ['user_id', filter.userId],
    ['status', filter.status],
    ['database_type', filter.databaseType],
    ['database_name', filter.databaseName],
    ['query_name', filter.queryName],
    ['run_id', filter.runId],
  ] as const;
  return eb.and([
    ...equal.flatMap(([column, value]) => (value === undefined ? [] : [eb(column, '=', value)])),
    ...(from === undefined ? [] : [eb('started_at', '>=', from)]),
    ...(to === undefined ? [] : [eb('started_at', '<', to)]),
    ...(search === undefined ? [] : [findsExecution(eb, search)]),
  ]);
}
