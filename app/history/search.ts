/** Finding records by a few typed letters. Names are looked up among the few that there are, so that no list is read through. */
import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import { allUsers } from './rollups.ts';
import type { HistorySchema } from './schema.ts';

type Db = Kysely<HistorySchema>;

/** What a search stands for. */
export interface Search {
  readonly text: string;
  /** Names of databases and queries of which it is a part. */
  readonly databases: readonly string[];
  readonly queries: readonly string[];
}

/** Spans of months begin with it; they sort behind all days. */
const firstMonth = 'M';

/** Looks the names up: those of ended executions among the kept sums, those of the others by themselves. */
export async function searchFor(db: Db, text: string): Promise<Search> {
  const ended = await db
    .selectFrom('execution_totals')
    .select(['database_name', 'query_name'])
    .distinct()
    .where('user_id', '=', allUsers)
    .where('span', '>=', firstMonth)
    .execute();
  const open = await db
    .selectFrom('query_executions')
    .select(['database_name', 'query_name'])
    .distinct()
    .where('status', 'is', null)
    .execute();
  const wanted = text.toLowerCase();
  const matching = (names: readonly string[]): readonly string[] => [
    ...new Set(names.filter((name) => name.toLowerCase().includes(wanted))),
  ];
  const rows = [...ended, ...open];
  return { text, databases: matching(rows.map((row) => row.database_name)), queries: matching(rows.map((row) => row.query_name)) };
}

/** Whether an execution is found. */
export function findsExecution(eb: ExpressionBuilder<HistorySchema, 'query_executions'>, { text, databases, queries }: Search) {
  return eb.or([
    startsWith('query_executions.run_id', text),
    startsWith('query_executions.error_code', text),
    ...(databases.length === 0 ? [] : [eb('database_name', 'in', databases)]),
    ...(queries.length === 0 ? [] : [eb('query_name', 'in', queries)]),
  ]);
}

/** Whether a run is found. */
export function findsRun(eb: ExpressionBuilder<HistorySchema, 'query_runs'>, { text, databases }: Search) {
  return eb.or([
    startsWith('query_runs.run_id', text),
    sql<boolean>`lower(query_runs.rule) LIKE ${`%${escaped(text)}%`} ESCAPE '\\'`,
    sql<boolean>`lower(query_runs.conversation_id) LIKE ${`%${escaped(text)}%`} ESCAPE '\\'`,
    ...(databases.length === 0
      ? []
      : [
          eb.exists(
            eb
              .selectFrom('query_executions')
              .select('query_executions.id')
              .whereRef('query_executions.run_id', '=', 'query_runs.run_id')
              .where('database_name', 'in', databases),
          ),
        ]),
  ]);
}

function startsWith(column: string, text: string) {
  return sql<boolean>`lower(${sql.ref(column)}) LIKE ${`${escaped(text)}%`} ESCAPE '\\'`;
}

/**
 * In a pattern these signs stand for themselves. Only A to Z are made small, as the stores do it: else a text with other capital letters
 * would not even be found by itself.
 */
function escaped(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()).replace(/[\\%_]/g, '\\$&');
}
