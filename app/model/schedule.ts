/** Planned runs as plain data: what the ledger holds of each interval, and what is told about it. */
import type { Failure } from './failure.ts';
import type { Instant } from './instant.ts';
import type { MissingSource, RunOutcomeKind } from './run.ts';
import type { AlertReason, ScheduleConfig } from './schedule-config.ts';

/**
 * The states of an interval. `pending`: not evaluated yet. `done`: every source answered. `incomplete`: evaluated without
 * some sources. `failed`: evaluated without a result. `missed`: nobody evaluated it, and nobody will unless somebody asks.
 */
export const intervalStates = ['pending', 'running', 'done', 'incomplete', 'failed', 'missed'] as const;

/** One of {@link intervalStates}. */
export type IntervalState = (typeof intervalStates)[number];

/** What the evaluation of an interval gave. */
export interface IntervalResult {
  readonly outcome: RunOutcomeKind;
  readonly windowHours: number;
  /** Clients; `null` where its rule was not evaluated to its end, so that nobody has counted them. Earlier versions recorded 0 then. */
  readonly confirmed: number | null;
  readonly undetermined: number | null;
  readonly expected: number;
  readonly answered: number;
  readonly missing: readonly MissingSource[];
  /** The verdict in one sentence. */
  readonly headline: string;
  readonly sampleData: boolean;
  /** What the filters of the rule hid, a sentence each; absent where an earlier version evaluated it, so that it is not known. */
  readonly filters?: readonly string[];
  /** The case that its run was done for; absent where it was for none. */
  readonly caseReference?: string;
}

/** An interval as it stands in the ledger, where it stands exactly once. */
export interface LedgerInterval {
  readonly schedule: string;
  readonly from: Instant;
  /** Its end, which is the last event time T of its run. */
  readonly to: Instant;
  /** From when on it may be evaluated. */
  readonly dueAt: Instant;
  readonly state: IntervalState;
  /** Why it is so, in a sentence; `null` where the state says it all. */
  readonly reason: string | null;
  /** How often it was begun. */
  readonly attempts: number;
  /** When it is asked again by itself; `null`: it is not. */
  readonly nextTryAt: Instant | null;
  /** Who asked for it, where that was a person: then no limit of catching up holds. */
  readonly requestedBy: string | null;
  readonly runId: string | null;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  /** Where it runs, or ran last: `host (process id)`. */
  readonly owner: string | null;
  /** Of its last evaluation; `null` before. */
  readonly result: IntervalResult | null;
}

/** An alert as the ledger has it. */
export interface AlertRecord {
  readonly alertId: number;
  readonly schedule: string;
  /** The end of the interval that it is about, the newest where it is about several. */
  readonly to: Instant;
  readonly reason: AlertReason;
  /** See {@link AlertConfig.id}. */
  readonly channel: string;
  /** `joined`: told together with another one. */
  readonly state: 'waiting' | 'sending' | 'sent' | 'failed' | 'joined';
  readonly at: Instant;
  readonly error: string | null;
}

/** What an alert says, on every channel. Ids of clients are not in it: it may end on a lock screen or in a chat. */
export interface AlertMessage {
  readonly program: string;
  readonly schedule: string;
  /** The case that the run was done for, or its schedule is for where there was none; absent without a case. */
  readonly caseReference?: string;
  readonly reasons: readonly AlertReason[];
  /** One sentence. */
  readonly summary: string;
  readonly interval: { readonly from: Instant; readonly to: Instant; readonly zone: string };
  /** How many intervals it is about, this one among them. */
  readonly intervals: number;
  readonly state: IntervalState;
  readonly reason: string | null;
  readonly runId: string | null;
  readonly attempts: number;
  readonly nextTryAt: Instant | null;
  readonly result: IntervalResult | null;
}

/** A schedule as it is shown. */
export interface ScheduleView {
  readonly schedule: ScheduleConfig;
  /** End of the interval that goes on now; `null`: the cron line holds never again. */
  readonly nextTo: Instant | null;
  /** When that is evaluated: the lag later. */
  readonly nextDueAt: Instant | null;
  readonly pausedBy: string | null;
  readonly pausedAt: Instant | null;
  /** How many intervals are in each state. */
  readonly counts: Readonly<Record<IntervalState, number>>;
  /** The newest interval. */
  readonly last: LedgerInterval | null;
  /**
   * An attack whose changes lie at most so many hours apart is in the window of some run as a whole; a wider one can fall
   * between two. Never below 0; `null` where the cron line holds only once more.
   */
  readonly surelySeenHours: number | null;
}

/** All schedules as they are shown. */
export interface SchedulesView {
  /** The file in which they stand. */
  readonly file: string;
  readonly schedules: readonly ScheduleView[];
  /** Whether this program evaluates them while it is open. */
  readonly isEvaluating: boolean;
  /** Why the ledger cannot be read; states and counts are not known then. */
  readonly failure?: Failure;
}
