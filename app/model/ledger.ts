/** What can be asked of the ledger of planned runs, wherever it is kept. Every change is one transaction. */
import type { Instant } from './instant.ts';
import type { AlertMessage, AlertRecord, IntervalResult, IntervalState, LedgerInterval } from './schedule.ts';
import type { AlertReason } from './schedule-config.ts';

/** A schedule as the ledger knows it. */
export interface ScheduleRecord {
  readonly schedule: string;
  /** Where its first interval begins. */
  readonly since: Instant;
  readonly pausedBy: string | null;
  readonly pausedAt: Instant | null;
  /** End of its last interval; `null` while there is none. */
  readonly lastTo: Instant | null;
}

/** An interval that has come to its end. */
export interface NewInterval {
  readonly from: Instant;
  readonly to: Instant;
  readonly dueAt: Instant;
}

/** An interval about which something is still to be done, and how its claim stands. */
export interface OpenInterval extends LedgerInterval {
  readonly claim: string | null;
  readonly claimHost: string | null;
  readonly claimPid: number | null;
  /** Counts up while the claimant lives. */
  readonly beat: number;
}

/** How an evaluation ended. */
export interface IntervalEnd {
  readonly state: Exclude<IntervalState, 'running'>;
  readonly reason: string | null;
  readonly nextTryAt: Instant | null;
  readonly endedAt: Instant;
  /** `null`: there is none; what an earlier evaluation gave stays. */
  readonly result: IntervalResult | null;
  /** False where it was broken off from outside and does not count as a try. */
  readonly countsAsTry: boolean;
}

/** An alert to be sent once for each of its keys: those that were told before are left out, and without any left it is not sent. */
export interface NewAlert {
  readonly channel: string;
  /** `detail` tells two alerts of the same reason apart, such as the number of findings. */
  readonly keys: readonly { readonly to: Instant; readonly reason: AlertReason; readonly detail: string }[];
  readonly message: AlertMessage;
  readonly at: Instant;
}

/** A channel of a schedule, by the names that both have in the ledger. */
export interface AlertTarget {
  readonly schedule: string;
  readonly channel: string;
}

/** An alert that waits to be sent. */
export interface WaitingAlert extends AlertTarget {
  readonly alertId: number;
  readonly at: Instant;
  readonly message: AlertMessage;
}

/** Which intervals; what is absent does not restrict. */
export interface LedgerFilter {
  readonly schedule?: string;
  readonly state?: IntervalState;
}

/** A page of intervals, the newest first. */
export interface LedgerPage {
  readonly intervals: readonly LedgerInterval[];
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
}

/** How many intervals of a schedule are in each state. */
export type LedgerCounts = Readonly<Record<IntervalState, number>>;

/** Input, output and notices of each method, as the rpc of app/channel has them. */
export type LedgerMethods = {
  /** The schedule; a new one is made, with its first interval beginning at `since`. */
  schedule: { input: { readonly schedule: string; readonly since: Instant }; output: ScheduleRecord; notice: never };
  /** Adds intervals as pending; those that are there already stay as they are. Tells how many were new. */
  extendLedger: { input: { readonly schedule: string; readonly intervals: readonly NewInterval[] }; output: number; notice: never };
  /** Pending, running and to be asked again, the oldest first. */
  openIntervals: { input: { readonly schedule: string }; output: readonly OpenInterval[]; notice: never };
  /**
   * Takes an interval for evaluation; `null` where it is not to be had: taken, ended, its schedule paused (unless a person
   * asked for it) or another interval of the schedule running.
   */
  claimInterval: {
    input: {
      readonly schedule: string;
      readonly to: Instant;
      readonly claim: string;
      readonly host: string;
      readonly pid: number;
      readonly at: Instant;
    };
    output: LedgerInterval | null;
    notice: never;
  };
  /** Tells that the claimant lives, and which run it is; false where the claim does not hold any more. */
  beatInterval: { input: { readonly claim: string; readonly runId: string | null }; output: boolean; notice: never };
  /** Ends a claim; false, and nothing is changed, where it does not hold any more. */
  endInterval: {
    input: { readonly claim: string; readonly end: IntervalEnd; readonly alerts: readonly NewAlert[] };
    output: boolean;
    notice: never;
  };
  /** Ends the claim of a claimant that is dead: only where it has not moved since `beat`. */
  dropClaim: {
    input: { readonly claim: string; readonly beat: number; readonly end: IntervalEnd; readonly alerts: readonly NewAlert[] };
    output: boolean;
    notice: never;
  };
  /** Gives pending intervals up that were never begun. Tells how many. */
  missIntervals: {
    input: {
      readonly schedule: string;
      readonly to: readonly Instant[];
      readonly reason: string;
      readonly at: Instant;
      readonly alerts: readonly NewAlert[];
    };
    output: number;
    notice: never;
  };
  /** Makes intervals pending again because a person asks; without `to` all that are missed, incomplete or failed. */
  reopenIntervals: {
    input: { readonly schedule: string; readonly to?: Instant; readonly by: string };
    output: number;
    notice: never;
  };
  /** Takes back what ended intervals gave that end after `after`: the clock was ahead. They are pending again, `missed` once it is the eleventh time. */
  reopenFuture: { input: { readonly schedule: string; readonly after: Instant; readonly reason: string }; output: number; notice: never };
  /** `by: null` lets it go on. */
  pauseSchedule: { input: { readonly schedule: string; readonly by: string | null; readonly at: Instant }; output: null; notice: never };
  ledger: { input: LedgerFilter & { readonly limit: number; readonly offset: number }; output: LedgerPage; notice: never };
  ledgerCounts: { input: { readonly schedule: string }; output: LedgerCounts; notice: never };
  /** Alerts beside the end of an interval. Tells how many are new. */
  addAlerts: { input: { readonly schedule: string; readonly alerts: readonly NewAlert[] }; output: number; notice: never };
  /** Alerts to be sent by one of `targets`, the oldest first; among them those whose sender has said nothing since `stuckBefore`. */
  waitingAlerts: {
    input: { readonly targets: readonly AlertTarget[]; readonly stuckBefore: Instant; readonly limit: number };
    output: readonly WaitingAlert[];
    notice: never;
  };
  /** Gives alerts up that have waited since before `before`: those of `targets`, or those of all others. Tells how many. */
  expireAlerts: {
    input: {
      readonly targets: readonly AlertTarget[];
      readonly which: 'of' | 'all but';
      readonly before: Instant;
      readonly stuckBefore: Instant;
      /** Why, one sentence. */
      readonly error: string;
      readonly at: Instant;
    };
    output: number;
    notice: never;
  };
  /** Takes an alert for sending; false where another program has taken it. */
  claimAlert: {
    input: { readonly alertId: number; readonly claim: string; readonly stuckBefore: Instant; readonly at: Instant };
    output: boolean;
    notice: never;
  };
  endAlert: {
    input: { readonly alertId: number; readonly claim: string; readonly error: string | null; readonly at: Instant };
    output: boolean;
    notice: never;
  };
  /** Gives an alert back that was taken and not sent, for whoever sends next; false where another program has taken it since. */
  returnAlert: { input: { readonly alertId: number; readonly claim: string }; output: boolean; notice: never };
  /** Alerts about an interval or about all, the newest first. */
  alerts: {
    input: { readonly schedule: string; readonly to?: Instant; readonly limit: number };
    output: readonly AlertRecord[];
    notice: never;
  };
};
