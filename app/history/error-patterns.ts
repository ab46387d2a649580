/** What goes wrong, grouped by code. */
import { type Kysely, sql } from 'kysely';
import { periodOf } from './period.ts';
import type { HistorySchema } from './schema.ts';
import type { ErrorPattern, Scope } from '../model/history-figures.ts';

export type { ErrorPattern } from '../model/history-figures.ts';

/** The kinds of errors of the last `days` times 24 hours, the most frequent first; a cancel is none. */
export async function errorPatterns(
  db: Kysely<HistorySchema>,
  request: { readonly scope: Pick<Scope, 'userId' | 'databaseName'>; readonly days: number; readonly limit: number },
  nowMs: number,
): Promise<readonly ErrorPattern[]> {
  const { userId, databaseName } = request.scope;
  const errors = db
    .selectFrom('query_executions')
    .where('error_code', 'is not', null)
    .where('started_at', '>=', periodOf(request.days, nowMs).from)
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? ''))
    .$if(databaseName !== undefined, (query) => query.where('database_name', '=', databaseName ?? ''));
  const groups = await errors
    .select(['error_type', 'error_code'])
    .select([
      sql<number>`count(*)`.as('executions'),
      sql<number>`count(DISTINCT user_id)`.as('users'),
      sql<string>`min(started_at)`.as('first_at'),
      sql<string>`max(started_at)`.as('last_at'),
    ])
    .groupBy(['error_type', 'error_code'])
    .orderBy('executions', 'desc')
    .orderBy('error_code')
    .orderBy('error_type')
    .limit(request.limit)
    .execute();
  const patterns: ErrorPattern[] = [];
  for (const group of groups) {
    const alike = errors.where('error_code', '=', group.error_code).where('error_type', 'is not distinct from', group.error_type);
    const last = await alike
      .where('started_at', '=', group.last_at)
      .select(['error_message', 'execution_id'])
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    const databases = await alike.select('database_name').distinct().orderBy('database_name').execute();
    patterns.push({
      errorType: group.error_type,
      errorCode: group.error_code ?? '',
      executions: group.executions,
      users: group.users,
      databases: databases.map((row) => row.database_name),
      firstAt: group.first_at,
      lastAt: group.last_at,
      lastMessage: last?.error_message ?? null,
      lastExecutionId: last?.execution_id ?? '',
    });
  }
  return patterns;
}
