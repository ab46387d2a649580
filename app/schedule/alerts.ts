/** Which alerts an interval gives, and what they say. */
import type { Instant } from '../model/instant.ts';
import type { IntervalEnd, NewAlert } from '../model/ledger.ts';
import type { AlertMessage, AlertRecord, LedgerInterval } from '../model/schedule.ts';
import type { AlertConfig, AlertReason, ScheduleConfig } from '../model/schedule-config.ts';
import { summaryOf } from './alert-text.ts';

/** What an alert is made of beside the schedule. */
interface Occasion {
  readonly keys: readonly { readonly to: Instant; readonly reason: AlertReason; readonly detail: string }[];
  /** The interval as it is now; the newest where there are several. */
  readonly interval: LedgerInterval;
  readonly intervals: number;
  readonly at: Instant;
}

const troubles: ReadonlySet<AlertReason> = new Set(['failure', 'partial', 'late', 'not_run']);

/** Alerts about the end of an evaluation. `told`: what was told about the interval before. */
export function alertsOfEnd(
  schedule: ScheduleConfig,
  interval: LedgerInterval,
  end: IntervalEnd,
  told: readonly AlertRecord[],
): readonly NewAlert[] {
  const ended: LedgerInterval = {
    ...interval,
    state: end.state,
    reason: end.reason,
    nextTryAt: end.nextTryAt,
    endedAt: end.endedAt,
    result: end.result ?? interval.result,
  };
  const confirmed = end.result?.confirmed ?? 0;
  return schedule.alerts.flatMap((alert) => {
    const wasTrouble = told.some(({ channel, reason }) => channel === alert.id && troubles.has(reason));
    const reasons: readonly (readonly [AlertReason, string])[] = [
      ...(confirmed > 0 ? [['findings', String(confirmed)] as const] : []),
      ...(end.state === 'failed' ? [['failure', ''] as const] : []),
      ...(end.state === 'incomplete' ? [['partial', ''] as const] : []),
      ...(end.state === 'done' && wasTrouble ? [['recovered', ''] as const] : []),
    ];
    const keys = reasons.map(([reason, detail]) => ({ to: interval.to, reason, detail }));
    return alertOf(schedule, alert, { keys, interval: ended, intervals: 1, at: end.endedAt });
  });
}

/** Alerts about intervals that nobody has evaluated, told in one. The newest comes last. */
export function alertsOfNeglect(
  schedule: ScheduleConfig,
  reason: 'late' | 'not_run',
  intervals: readonly LedgerInterval[],
  at: Instant,
): readonly NewAlert[] {
  const interval = intervals.at(-1);
  if (interval === undefined) return [];
  // The newest first: it carries the message.
  const keys = intervals.map(({ to }) => ({ to, reason, detail: '' })).reverse();
  return schedule.alerts.flatMap((alert) => alertOf(schedule, alert, { keys, interval, intervals: intervals.length, at }));
}

function alertOf(schedule: ScheduleConfig, alert: AlertConfig, occasion: Occasion): readonly NewAlert[] {
  const keys = occasion.keys.filter(({ reason }) => alert.on.includes(reason));
  if (keys.length === 0) return [];
  const { interval, intervals, at } = occasion;
  // An interval is told with the case its run was done for, whatever the schedule says by now.
  const caseReference = interval.result === null ? schedule.caseReference : interval.result.caseReference;
  const message: Omit<AlertMessage, 'summary'> = {
    program: 'Client Activity Monitor',
    schedule: schedule.name,
    ...(caseReference === undefined ? {} : { caseReference }),
    reasons: [...new Set(keys.map(({ reason }) => reason))],
    interval: { from: interval.from, to: interval.to, zone: schedule.zone },
    intervals,
    state: interval.state,
    reason: interval.reason,
    runId: interval.runId,
    attempts: interval.attempts,
    nextTryAt: interval.nextTryAt,
    result: interval.result,
  };
  return [{ channel: alert.id, keys, message: { ...message, summary: summaryOf(message) }, at }];
}
