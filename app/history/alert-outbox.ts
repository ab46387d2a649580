/** Alerts on their way: written down with what they are about, sent once by whoever takes them. */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { AlertTarget, LedgerMethods, NewAlert, WaitingAlert } from '../model/ledger.ts';
import type { AlertMessage, AlertRecord } from '../model/schedule.ts';
import type { AlertReason } from '../model/schedule-config.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import type { HistorySchema } from './schema.ts';

type Db = Kysely<HistorySchema>;
type Input<K extends keyof LedgerMethods> = LedgerMethods[K]['input'];

const expiredAtATime = 1000;

/** Writes alerts down within a transaction; what was told before is left out. Tells how many are to be sent. */
export async function insertAlerts(trx: Db, schedule: string, alerts: readonly NewAlert[]): Promise<number> {
  let added = 0;
  for (const { channel, keys, message, at } of alerts) {
    const fresh: number[] = [];
    for (const { to, reason, detail } of keys) {
      const row = await trx
        .insertInto('schedule_alerts')
        .values({ schedule, interval_to: to, reason, detail, channel, state: 'joined', created_at: at })
        .onConflict((conflict) => conflict.columns(['schedule', 'interval_to', 'reason', 'detail', 'channel']).doNothing())
        .returning('alert_id')
        .executeTakeFirst();
      if (row !== undefined) fresh.push(row.alert_id);
    }
    const [first] = fresh;
    if (first === undefined) continue;
    await trx
      .updateTable('schedule_alerts')
      .set({ state: 'waiting', message: canonicalJson(message) })
      .where('alert_id', '=', first)
      .execute();
    added += 1;
  }
  return added;
}

/** Alerts beside the end of an interval. */
export async function addAlertsOf(db: Db, { schedule, alerts }: Input<'addAlerts'>): Promise<number> {
  return db.transaction().execute((trx) => insertAlerts(trx, schedule, alerts));
}

/** Alerts to be sent, the oldest first. Those that the asker cannot send are not in the way of those that it can. */
export async function waitingAlerts(db: Db, { targets, stuckBefore, limit }: Input<'waitingAlerts'>): Promise<readonly WaitingAlert[]> {
  if (targets.length === 0) return [];
  const rows = await open(db, stuckBefore).where(isOneOf(targets)).selectAll().orderBy('alert_id').limit(limit).execute();
  return rows.map((row) => ({
    alertId: row.alert_id,
    schedule: row.schedule,
    channel: row.channel,
    at: row.created_at,
    message: JSON.parse(row.message ?? '') as AlertMessage,
  }));
}

/** Gives up what nobody has sent for too long. */
export async function expireAlerts(db: Db, { targets, which, before, stuckBefore, error, at }: Input<'expireAlerts'>): Promise<number> {
  if (which === 'of' && targets.length === 0) return 0;
  const old = open(db, stuckBefore).where('created_at', '<', before);
  const chosen = targets.length === 0 ? old : old.where(which === 'of' ? isOneOf(targets) : sql<boolean>`not ${isOneOf(targets)}`);
  const rows = await chosen.select('alert_id').orderBy('alert_id').limit(expiredAtATime).execute();
  // Asked every half minute, and nearly always there is nothing: then nothing is locked either.
  if (rows.length === 0) return 0;
  const ids = rows.map(({ alert_id: id }) => id);
  const done = await db
    .updateTable('schedule_alerts')
    .set({ state: 'failed', error, claim: null, ended_at: at })
    .where('alert_id', 'in', ids)
    .where((eb) => eb.or([eb('state', '=', 'waiting'), eb.and([eb('state', '=', 'sending'), eb('claimed_at', '<', stuckBefore)])]))
    .executeTakeFirst();
  return Number(done.numUpdatedRows);
}

function open(db: Db, stuckBefore: string) {
  return db
    .selectFrom('schedule_alerts')
    .where('state', 'in', ['waiting', 'sending'])
    .where((eb) => eb.or([eb('state', '=', 'waiting'), eb('claimed_at', '<', stuckBefore)]));
}

/** A list of pairs as both stores read it, however long. */
function isOneOf(targets: readonly AlertTarget[]): RawBuilder<boolean> {
  const pairs = sql.join(targets.map(({ schedule, channel }) => sql`(${schedule}, ${channel})`));
  return sql<boolean>`((schedule, channel) in (values ${pairs}))`;
}

/** Takes an alert for sending. */
export async function claimAlert(db: Db, { alertId, claim, stuckBefore, at }: Input<'claimAlert'>): Promise<boolean> {
  const done = await db
    .updateTable('schedule_alerts')
    .set({ state: 'sending', claim, claimed_at: at })
    .where('alert_id', '=', alertId)
    .where((eb) => eb.or([eb('state', '=', 'waiting'), eb.and([eb('state', '=', 'sending'), eb('claimed_at', '<', stuckBefore)])]))
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Notes how sending ended. */
export async function endAlert(db: Db, { alertId, claim, error, at }: Input<'endAlert'>): Promise<boolean> {
  const done = await db
    .updateTable('schedule_alerts')
    .set({ state: error === null ? 'sent' : 'failed', error, claim: null, ended_at: at })
    .where('alert_id', '=', alertId)
    .where('claim', '=', claim)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Gives an alert back to be sent by the next one. */
export async function returnAlert(db: Db, { alertId, claim }: Input<'returnAlert'>): Promise<boolean> {
  const done = await db
    .updateTable('schedule_alerts')
    .set({ state: 'waiting', claim: null, claimed_at: null })
    .where('alert_id', '=', alertId)
    .where('claim', '=', claim)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Alerts of a schedule, the newest first. */
export async function alertPage(db: Db, { schedule, to, limit }: Input<'alerts'>): Promise<readonly AlertRecord[]> {
  const all = db.selectFrom('schedule_alerts').selectAll().where('schedule', '=', schedule).orderBy('alert_id', 'desc').limit(limit);
  const rows = await (to === undefined ? all : all.where('interval_to', '=', to)).execute();
  return rows.map((row) => ({
    alertId: row.alert_id,
    schedule: row.schedule,
    to: row.interval_to,
    reason: row.reason as AlertReason,
    channel: row.channel,
    state: row.state as AlertRecord['state'],
    at: row.created_at,
    error: row.error,
  }));
}
