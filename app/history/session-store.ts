/** The sessions of this program in the store: who writes, how far it has come, and what becomes of what it leaves open. */
import type { Transaction } from 'kysely';
import { type Instant, instantFromMs } from '../model/instant.ts';
import { type ExecutionNews, type RunNews, writeNews } from './apply.ts';
import { lockChain } from './chain-store.ts';
import type { JournalPosition } from './journal.ts';
import type { HistorySchema } from './schema.ts';
import type { Store } from './store.ts';

/** A session of this program. */
export interface Session {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Where its journal is. */
  readonly directory: string;
}

/** Makes the session known and says how far its journal is in the store: at the beginning, where it is new. */
export async function registerSession(store: Store, session: Session, nowMs: number): Promise<JournalPosition> {
  const now = instantFromMs(nowMs);
  const { id, host, pid, directory } = session;
  await store.db
    .insertInto('history_sessions')
    .values({ session_id: id, host, pid, directory, started_at: now, seen_at: now, segment: 0, position: 0 })
    .onConflict((conflict) => conflict.column('session_id').doNothing())
    .execute();
  const row = await store.db
    .selectFrom('history_sessions')
    .select(['segment', 'position'])
    .where('session_id', '=', id)
    .executeTakeFirstOrThrow();
  return { segment: row.segment, bytes: row.position };
}

/** Notes that the session is alive, where it has anything open: the guess of when it died is then at most a heartbeat wrong. */
export async function touchSession(store: Store, session: string, nowMs: number): Promise<void> {
  await store.db
    .updateTable('history_sessions')
    .set({ seen_at: instantFromMs(nowMs) })
    .where('session_id', '=', session)
    .where((eb) => eb.exists(eb.selectFrom('query_runs').select('id').where('writer', '=', session).where('outcome', 'is', null)))
    .execute();
}

/**
 * Forgets a session that has ended and whose journal is in the store. What it left open ends as `interrupted`, at the last
 * moment at which the session is known to have lived; how long it took is not known.
 */
export async function endSession(store: Store, session: string, nowMs: number): Promise<{ readonly interrupted: number }> {
  return store.db.transaction().execute(async (trx) => {
    const head = await lockChain(store, trx);
    const row = await trx.selectFrom('history_sessions').select('seen_at').where('session_id', '=', session).executeTakeFirst();
    const now = instantFromMs(nowMs);
    const seenAt = row?.seen_at ?? now;
    const executions = await interruptedExecutions(trx, session, seenAt);
    const runs = await interruptedRuns(trx, session, seenAt);
    await writeNews(store, trx, head, { executions, runs }, session, now);
    await trx.deleteFrom('history_sessions').where('session_id', '=', session).execute();
    return { interrupted: executions.length + runs.length };
  });
}

const message = 'The program ended before this was done.';
const code = 'interrupted';

async function interruptedExecutions(trx: Transaction<HistorySchema>, session: string, seenAt: Instant): Promise<readonly ExecutionNews[]> {
  const open = await trx.selectFrom('query_executions').selectAll().where('writer', '=', session).where('status', 'is', null).execute();
  return Promise.all(
    open.map(async ({ id: _id, writer: _writer, chain_seq: _place, ...row }) => {
      const completedAt = later(seenAt, row.started_at);
      const attempts = await trx.selectFrom('execution_attempts').selectAll().where('execution_id', '=', row.execution_id).execute();
      return {
        row: {
          ...row,
          status: 'interrupted',
          completed_at: completedAt,
          error_message: message,
          error_type: code,
          error_code: code,
        },
        attempts: attempts.map((attempt) =>
          attempt.completed_at === null
            ? {
                ...attempt,
                status: 'interrupted',
                error_message: message,
                error_code: code,
                completed_at: later(seenAt, attempt.started_at),
              }
            : attempt,
        ),
      };
    }),
  );
}

async function interruptedRuns(trx: Transaction<HistorySchema>, session: string, seenAt: Instant): Promise<readonly RunNews[]> {
  const open = await trx.selectFrom('query_runs').selectAll().where('writer', '=', session).where('outcome', 'is', null).execute();
  return open.map(({ id: _id, writer: _writer, chain_seq: _place, ...row }) => ({
    row: {
      ...row,
      outcome: 'interrupted',
      completed_at: later(seenAt, row.started_at),
      error_message: message,
      error_code: code,
    },
    resumed: false,
  }));
}

function later(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}
