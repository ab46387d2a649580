/** Verdicts of runs in the store: kept in parts, compared with those of the run before. */
import { type Kysely, type Selectable, sql } from 'kysely';
import type {
  ChangeKind,
  ClientVerdict,
  KeptVerdicts,
  VerdictClients,
  VerdictComparison,
  VerdictMethods,
  VerdictRun,
} from '../model/verdict-history.ts';
import type { RpcHandlers } from '../channel/rpc.ts';
import type { WithStore } from './ledger-handlers.ts';
import type { HistorySchema, VerdictRunRow } from './schema.ts';
import type { Store } from './store.ts';
import { chunks } from './upsert.ts';

type Db = Kysely<HistorySchema>;

/** Handlers of all methods about verdicts. */
export function verdictHandlers(withStore: WithStore): RpcHandlers<VerdictMethods> {
  return {
    dropVerdicts: ({ runId }) => withStore((store) => dropVerdicts(store, runId)),
    keepVerdictRun: (input) => withStore((store) => keepVerdictRun(store, input)),
    keepVerdicts: (input) => withStore((store) => keepVerdicts(store, input)),
    verdictChanges: ({ runId, limit }) => withStore(({ db }) => verdictChanges(db, runId, limit)),
    clientVerdicts: ({ client, limit }) => withStore(({ db }) => clientVerdicts(db, client, limit)),
  };
}

/** A run that is completed later is kept again, in place of what it said before. */
async function dropVerdicts({ db }: Store, runId: string): Promise<null> {
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('verdict_runs').where('run_id', '=', runId).execute();
    await trx.deleteFrom('client_verdicts').where('run_id', '=', runId).execute();
  });
  return null;
}

async function keepVerdictRun({ db }: Store, run: KeptVerdicts): Promise<null> {
  const { runId, comparisonKey, user, startedAt, endedAt, lastEvent, missing, isCut } = run;
  await db
    .insertInto('verdict_runs')
    .values({
      run_id: runId,
      comparison_key: comparisonKey,
      user_id: user,
      started_at: startedAt,
      ended_at: endedAt,
      last_event: lastEvent,
      missing,
      is_cut: isCut ? 1 : 0,
    })
    .execute();
  return null;
}

async function keepVerdicts({ db }: Store, { runId, verdict, clients }: VerdictClients): Promise<null> {
  await db.transaction().execute(async (trx) => {
    for (const some of chunks(clients)) {
      await trx
        .insertInto('client_verdicts')
        .values(some.map((client) => ({ run_id: runId, client, verdict })))
        .onConflict((conflict) => conflict.columns(['run_id', 'client']).doNothing())
        .execute();
    }
  });
  return null;
}

async function verdictChanges(db: Db, runId: string, limit: number): Promise<VerdictComparison> {
  const row = await db.selectFrom('verdict_runs').selectAll().where('run_id', '=', runId).executeTakeFirst();
  if (row === undefined) return { kind: 'not-kept' };
  const before = await db
    .selectFrom('verdict_runs')
    .selectAll()
    .where('comparison_key', '=', row.comparison_key)
    .where('run_id', '<>', runId)
    .where('started_at', '<=', row.started_at)
    .orderBy('started_at', 'desc')
    .orderBy('run_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (before === undefined) return { kind: 'first' };
  const run = runOf(row);
  const previous = runOf(before);
  if (run.isCut || previous.isCut) return { kind: 'too-many', previous };
  const [fresh, lost, still] = await Promise.all([
    confirmedOf(db, runId, before.run_id, false, limit),
    confirmedOf(db, before.run_id, runId, false, limit),
    confirmedOf(db, runId, before.run_id, true, limit),
  ]);
  const none = { count: 0, clients: [] };
  // Whoever is not confirmed while sources are missing may still be: then nothing is gone, it is not known any more.
  const kinds = { new: fresh, still, gone: run.missing === 0 ? lost : none, unknown: run.missing === 0 ? none : lost };
  const each = <T>(take: (kind: ChangeKind) => T): Readonly<Record<ChangeKind, T>> => ({
    new: take('new'),
    gone: take('gone'),
    still: take('still'),
    unknown: take('unknown'),
  });
  return {
    kind: 'compared',
    changes: { run, previous, counts: each((kind) => kinds[kind].count), clients: each((kind) => kinds[kind].clients) },
  };
}

/** Clients confirmed in one run and, as `isInOther` says, confirmed in the other or not. */
async function confirmedOf(
  db: Db,
  runId: string,
  otherId: string,
  isInOther: boolean,
  limit: number,
): Promise<{ readonly count: number; readonly clients: readonly string[] }> {
  const found = db
    .selectFrom('client_verdicts as own')
    .where('own.run_id', '=', runId)
    .where('own.verdict', '=', 'confirmed')
    .where((eb) => {
      const other = eb.exists(
        eb
          .selectFrom('client_verdicts as other')
          .select(sql.lit(1).as('one'))
          .where('other.run_id', '=', otherId)
          .where('other.verdict', '=', 'confirmed')
          .whereRef('other.client', '=', 'own.client'),
      );
      return isInOther ? other : eb.not(other);
    });
  const { count } = await found.select((eb) => eb.fn.countAll().as('count')).executeTakeFirstOrThrow();
  const rows = await found.select('own.client').orderBy('own.client').limit(limit).execute();
  return { count: Number(count), clients: rows.map(({ client }) => client) };
}

async function clientVerdicts(db: Db, client: string, limit: number): Promise<readonly ClientVerdict[]> {
  const rows = await db
    .selectFrom('client_verdicts')
    .innerJoin('verdict_runs', 'verdict_runs.run_id', 'client_verdicts.run_id')
    .selectAll('verdict_runs')
    .select('client_verdicts.verdict')
    .where('client_verdicts.client', '=', client)
    .orderBy('verdict_runs.started_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ verdict, ...row }) => ({ run: runOf(row), verdict: verdict === 'confirmed' ? 'confirmed' : 'undetermined' }));
}

function runOf(row: Selectable<VerdictRunRow>): VerdictRun {
  return {
    runId: row.run_id,
    user: row.user_id,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    lastEvent: row.last_event,
    missing: row.missing,
    isCut: row.is_cut === 1,
  };
}
