/** Which intervals a schedule has, and what is to be done about those that are open: pure functions of the time. */
import type { Occurrences } from '../model/cron.ts';
import { type Instant, instantFromMs, msOfInstant } from '../model/instant.ts';
import type { NewInterval, OpenInterval, ScheduleRecord } from '../model/ledger.ts';
import type { LedgerInterval } from '../model/schedule.ts';
import type { ScheduleConfig } from '../model/schedule-config.ts';

/** So many intervals are added at a time; the next tick goes on. */
export const addedAtATime = 1000;

/**
 * Intervals that have come to their end since the ledger's last one. Each begins where the one before ends, also where the
 * cron line was changed in between: no moment falls between two intervals, and none into two.
 */
export function endedIntervals(record: ScheduleRecord, occurrences: Occurrences, lagMs: number, nowMs: number): readonly NewInterval[] {
  const now = instantFromMs(nowMs);
  const added: NewInterval[] = [];
  let from = record.lastTo ?? record.since;
  for (let to = occurrences.after(from); to !== undefined && to <= now && added.length < addedAtATime; to = occurrences.after(to)) {
    added.push({ from, to, dueAt: instantFromMs(msOfInstant(to) + lagMs) });
    from = to;
  }
  return added;
}

/** Length of the window that is looked at: never shorter than the interval, so that nothing of it is left out. */
export function windowHoursOf(schedule: Pick<ScheduleConfig, 'windowHours'>, interval: Pick<LedgerInterval, 'from' | 'to'>): number {
  return Math.max(schedule.windowHours, (msOfInstant(interval.to) - msOfInstant(interval.from)) / 3_600_000);
}

/** What is to be done. */
export interface Decision {
  /** Nobody will evaluate these any more, and why. */
  readonly missed: readonly { readonly reason: string; readonly to: readonly Instant[] }[];
  /** Due for longer than the schedule allows, and not begun. The oldest first. */
  readonly late: readonly OpenInterval[];
  /** To be evaluated now: the oldest that was not begun yet, then the oldest to be asked again. */
  readonly next: OpenInterval | undefined;
}

/** Decides over the open intervals, which come the oldest first. */
export function decide(schedule: ScheduleConfig, open: readonly OpenInterval[], nowMs: number, isPaused: boolean): Decision {
  const now = instantFromMs(nowMs);
  const running = open.find((interval) => interval.state === 'running');
  const due = open.filter((interval) => interval.state === 'pending' && interval.dueAt <= now);
  const missed = isPaused ? new Map<Instant, string>() : missedOf(schedule, due, running, nowMs);
  const kept = due.filter((interval) => !missed.has(interval.to) && (!isPaused || interval.requestedBy !== null));
  const again = open.filter((interval) => interval.state !== 'running' && interval.nextTryAt !== null && interval.nextTryAt <= now);
  const lateBefore = instantFromMs(nowMs - schedule.lateAfterMs);
  // What nobody has looked at yet comes before what is looked at again.
  const candidates = [...kept, ...(isPaused ? [] : again)];
  return {
    missed: [...Map.groupBy(missed, ([, reason]) => reason)].map(([reason, entries]) => ({ reason, to: entries.map(([to]) => to) })),
    late: isPaused
      ? []
      : kept.filter((interval) => interval.dueAt < lateBefore && interval.attempts === 0 && interval.requestedBy === null),
    next: running === undefined ? candidates[0] : undefined,
  };
}

function missedOf(
  schedule: ScheduleConfig,
  due: readonly OpenInterval[],
  running: OpenInterval | undefined,
  nowMs: number,
): ReadonlyMap<Instant, string> {
  const { catchUp, overlap } = schedule;
  // What was begun once, or what a person asked for, is seen to its end.
  const open = due.filter((interval) => interval.attempts === 0 && interval.requestedBy === null);
  const oldest = instantFromMs(nowMs - catchUp.hours * 3_600_000);
  const surplus = new Set(open.slice(0, Math.max(0, open.length - 1 - catchUp.intervals)).map(({ to }) => to));
  const missed = new Map<Instant, string>();
  for (const { to, dueAt } of open) {
    if (to < oldest) missed.set(to, `No program ran it within ${String(catchUp.hours)} h of its end.`);
    else if (surplus.has(to))
      missed.set(to, `More than ${String(catchUp.intervals)} intervals were to be caught up; the oldest were left out.`);
    else if (overlap === 'skip' && running?.startedAt != null && dueAt > running.startedAt)
      missed.set(to, 'The interval before it was still being evaluated.');
  }
  return missed;
}
