/**
 * Who evaluates an interval. A claim is a word that only the claimant knows; whoever ends an interval must name it, so that a
 * program whose claim was taken from it (it slept, it seemed dead) cannot write over what came after.
 */
import type { Kysely, Transaction } from 'kysely';
import type { IntervalEnd, LedgerMethods } from '../model/ledger.ts';
import type { LedgerInterval } from '../model/schedule.ts';
import { insertAlerts } from './alert-outbox.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import { intervalOf } from './ledger.ts';
import type { HistorySchema } from './schema.ts';
import type { Store } from './store.ts';

type Input<K extends keyof LedgerMethods> = LedgerMethods[K]['input'];

/** Takes an interval: at most one of a schedule runs at a time, whoever asks. */
export async function claimInterval(
  store: Store,
  { schedule, to, claim, host, pid, at }: Input<'claimInterval'>,
): Promise<LedgerInterval | null> {
  return store.db.transaction().execute(async (trx) => {
    const own = trx.selectFrom('schedules').selectAll().where('schedule', '=', schedule);
    // The lock on the schedule puts two claims at once in a row; SQLite's transaction holds the whole file already.
    const record = await (store.kind === 'postgres' ? own.forUpdate() : own).executeTakeFirst();
    if (record === undefined) return null;
    const running = await trx
      .selectFrom('schedule_intervals')
      .select('interval_to')
      .where('schedule', '=', schedule)
      .where('state', '=', 'running')
      .executeTakeFirst();
    if (running !== undefined) return null;
    const row = await trx
      .updateTable('schedule_intervals')
      .set((eb) => ({
        state: 'running',
        reason: null,
        attempts: eb('attempts', '+', 1),
        next_try_at: null,
        claim,
        claim_host: host,
        claim_pid: pid,
        beat: 0,
        started_at: at,
        ended_at: null,
      }))
      .where('schedule', '=', schedule)
      .where('interval_to', '=', to)
      .where((eb) => eb.or([eb('state', '=', 'pending'), eb('next_try_at', 'is not', null)]))
      .$if(record.paused_by !== null, (query) => query.where('requested_by', 'is not', null))
      .returningAll()
      .executeTakeFirst();
    return row === undefined ? null : intervalOf(row);
  });
}

/** Tells that the claimant lives. */
export async function beatInterval(db: Kysely<HistorySchema>, { claim, runId }: Input<'beatInterval'>): Promise<boolean> {
  const done = await db
    .updateTable('schedule_intervals')
    .set((eb) => ({ beat: eb('beat', '+', 1), ...(runId === null ? {} : { run_id: runId }) }))
    .where('claim', '=', claim)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Ends a claim, and writes the alerts about it down with it. */
export async function endInterval(store: Store, { claim, end, alerts }: Input<'endInterval'>): Promise<boolean> {
  return store.db.transaction().execute(async (trx) => {
    const row = await trx.selectFrom('schedule_intervals').select('schedule').where('claim', '=', claim).executeTakeFirst();
    // Its own beat may be written at the same moment: that moves nothing but the count.
    if (row === undefined || !(await endClaim(trx, claim, undefined, end))) return false;
    await insertAlerts(trx, row.schedule, alerts);
    return true;
  });
}

/** Ends the claim of somebody else, where it has not moved since it was looked at. */
export async function dropClaim(store: Store, { claim, beat, end, alerts }: Input<'dropClaim'>): Promise<boolean> {
  return store.db.transaction().execute(async (trx) => {
    const row = await trx.selectFrom('schedule_intervals').select('schedule').where('claim', '=', claim).executeTakeFirst();
    if (row === undefined || !(await endClaim(trx, claim, beat, end))) return false;
    await insertAlerts(trx, row.schedule, alerts);
    return true;
  });
}

async function endClaim(trx: Transaction<HistorySchema>, claim: string, beat: number | undefined, end: IntervalEnd): Promise<boolean> {
  const done = await trx
    .updateTable('schedule_intervals')
    .set((eb) => ({
      state: end.state,
      reason: end.reason,
      next_try_at: end.nextTryAt,
      ended_at: end.endedAt,
      claim: null,
      ...(end.countsAsTry ? {} : { attempts: eb('attempts', '-', 1) }),
      ...(end.result === null ? {} : { result: canonicalJson(end.result) }),
    }))
    .where('claim', '=', claim)
    .$if(beat !== undefined, (query) => query.where('beat', '=', beat ?? 0))
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}
