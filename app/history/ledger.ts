/** The ledger of planned runs: schedules and their intervals, each of which stands in it exactly once. */
import type { Kysely, Selectable, Updateable } from 'kysely';
import type { LedgerCounts, LedgerMethods, LedgerPage, OpenInterval, ScheduleRecord } from '../model/ledger.ts';
import { type IntervalResult, type IntervalState, intervalStates, type LedgerInterval } from '../model/schedule.ts';
import { insertAlerts } from './alert-outbox.ts';
import type { HistorySchema, IntervalRow } from './schema.ts';
import type { Store } from './store.ts';
import { chunks } from './upsert.ts';

type Db = Kysely<HistorySchema>;
type Input<K extends keyof LedgerMethods> = LedgerMethods[K]['input'];

/** The schedule, made where it is new. */
export async function scheduleRecord(db: Db, { schedule, since }: Input<'schedule'>): Promise<ScheduleRecord> {
  const find = () => db.selectFrom('schedules').selectAll().where('schedule', '=', schedule).executeTakeFirst();
  let row = await find();
  if (row === undefined) {
    await db
      .insertInto('schedules')
      .values({ schedule, since, paused_by: null, paused_at: null })
      .onConflict((conflict) => conflict.column('schedule').doNothing())
      .execute();
    row = await find();
  }
  if (row === undefined) throw new Error(`the schedule ${schedule} was not kept`);
  const last = await db
    .selectFrom('schedule_intervals')
    .select('interval_to')
    .where('schedule', '=', schedule)
    .orderBy('interval_to', 'desc')
    .limit(1)
    .executeTakeFirst();
  return { schedule, since: row.since, pausedBy: row.paused_by, pausedAt: row.paused_at, lastTo: last?.interval_to ?? null };
}

/** Adds intervals as pending. */
export async function extendLedger(db: Db, { schedule, intervals }: Input<'extendLedger'>): Promise<number> {
  let added = 0;
  for (const some of chunks(intervals)) {
    const rows = some.map(({ from, to, dueAt }) => ({ schedule, interval_to: to, interval_from: from, due_at: dueAt, state: 'pending' }));
    const done = await db
      .insertInto('schedule_intervals')
      .values(rows)
      .onConflict((conflict) => conflict.columns(['schedule', 'interval_to']).doNothing())
      .executeTakeFirst();
    added += Number(done.numInsertedOrUpdatedRows ?? 0n);
  }
  return added;
}

/** Pending, running and to be asked again, the oldest first. */
export async function openIntervals(db: Db, schedule: string): Promise<readonly OpenInterval[]> {
  const rows = await db
    .selectFrom('schedule_intervals')
    .selectAll()
    .where('schedule', '=', schedule)
    .where((eb) => eb.or([eb('state', 'in', ['pending', 'running']), eb('next_try_at', 'is not', null)]))
    .orderBy('interval_to')
    .execute();
  return rows.map((row) => ({
    ...intervalOf(row),
    claim: row.claim,
    claimHost: row.claim_host,
    claimPid: row.claim_pid,
    beat: row.beat,
  }));
}

/** Gives pending intervals up that were never begun. */
export async function missIntervals(store: Store, { schedule, to, reason, at, alerts }: Input<'missIntervals'>): Promise<number> {
  return store.db.transaction().execute(async (trx) => {
    let missed = 0;
    for (const some of chunks(to)) {
      const done = await trx
        .updateTable('schedule_intervals')
        .set({ state: 'missed', reason, ended_at: at, next_try_at: null })
        .where('schedule', '=', schedule)
        .where('interval_to', 'in', some)
        .where('state', '=', 'pending')
        .where('attempts', '=', 0)
        .executeTakeFirst();
      missed += Number(done.numUpdatedRows);
    }
    if (missed > 0) await insertAlerts(trx, schedule, alerts);
    return missed;
  });
}

/** Makes intervals pending again because a person asks. */
export async function reopenIntervals(db: Db, { schedule, to, by }: Input<'reopenIntervals'>): Promise<number> {
  const all = db
    .updateTable('schedule_intervals')
    .set({ state: 'pending', requested_by: by, reason: `${by} asked for it.`, next_try_at: null, ended_at: null })
    .where('schedule', '=', schedule)
    .where('state', 'in', ['missed', 'incomplete', 'failed']);
  const done = await (to === undefined ? all : all.where('interval_to', '=', to)).executeTakeFirst();
  return Number(done.numUpdatedRows);
}

/** So often an interval is taken back; then some clock is wrong for good, and would keep everybody busy. */
const mostReopened = 10;

/** Takes intervals back that were evaluated before their end: what they gave says nothing about what came later. */
export async function reopenFuture(db: Db, { schedule, after, reason }: Input<'reopenFuture'>): Promise<number> {
  const takeBack = async (values: Updateable<IntervalRow>, isTooOften: boolean): Promise<number> => {
    const done = await db
      .updateTable('schedule_intervals')
      .set((eb) => ({ ...values, next_try_at: null, run_id: null, result: null, reopened: eb('reopened', '+', 1) }))
      .where('schedule', '=', schedule)
      .where('interval_to', '>', after)
      .where('state', 'in', isTooOften ? ['done', 'incomplete', 'failed'] : ['done', 'incomplete', 'failed', 'missed'])
      .where('reopened', isTooOften ? '>=' : '<', mostReopened)
      .executeTakeFirst();
    return Number(done.numUpdatedRows);
  };
  // Given up: it must not look as if it had been evaluated, and only a person can have it tried again.
  const tooOften = `${reason} That has happened more than ${String(mostReopened)} times: the clock of a machine is wrong.`;
  const givenUp = await takeBack({ state: 'missed', reason: tooOften }, true);
  return givenUp + (await takeBack({ state: 'pending', reason, ended_at: null, attempts: 0 }, false));
}

/** Pauses a schedule, or lets it go on. */
export async function pauseSchedule(db: Db, { schedule, by, at }: Input<'pauseSchedule'>): Promise<null> {
  await db
    .updateTable('schedules')
    .set({ paused_by: by, paused_at: by === null ? null : at })
    .where('schedule', '=', schedule)
    .execute();
  return null;
}

/** A page of intervals. */
export async function ledgerPage(db: Db, { schedule, state, limit, offset }: Input<'ledger'>): Promise<LedgerPage> {
  const matching = db
    .selectFrom('schedule_intervals')
    .where((eb) =>
      eb.and([
        ...(schedule === undefined ? [] : [eb('schedule', '=', schedule)]),
        ...(state === undefined ? [] : [eb('state', '=', state)]),
      ]),
    );
  const rows = await matching.selectAll().orderBy('interval_to', 'desc').orderBy('schedule').limit(limit).offset(offset).execute();
  const { total } = await matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  return { intervals: rows.map((row) => intervalOf(row)), total, limit, offset };
}

/** How many intervals are in each state. */
export async function ledgerCounts(db: Db, schedule: string): Promise<LedgerCounts> {
  const rows = await db
    .selectFrom('schedule_intervals')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .where('schedule', '=', schedule)
    .groupBy('state')
    .execute();
  const counts = new Map(rows.map(({ state, count }) => [state, count]));
  return Object.fromEntries(intervalStates.map((state) => [state, counts.get(state) ?? 0])) as LedgerCounts;
}

/** The interval of a row. */
export function intervalOf(row: Selectable<IntervalRow>): LedgerInterval {
  const { claim_host: host, claim_pid: pid } = row;
  return {
    schedule: row.schedule,
    from: row.interval_from,
    to: row.interval_to,
    dueAt: row.due_at,
    state: row.state as IntervalState,
    reason: row.reason,
    attempts: row.attempts,
    nextTryAt: row.next_try_at,
    requestedBy: row.requested_by,
    runId: row.run_id,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    owner: host === null ? null : `${host} (${String(pid)})`,
    result: row.result === null ? null : (JSON.parse(row.result) as IntervalResult),
  };
}
