/** Planned runs as plain data: what is configured, and what the ledger holds of each interval. */
import type { Instant } from './instant.ts';
import type { MissingSource, RunOutcomeKind } from './run.ts';

/**
 * The states of an interval. `pending`: not evaluated yet. `done`: every source answered. `incomplete`: evaluated without
 * some sources. `failed`: evaluated without a result. `missed`: nobody evaluated it, and nobody will unless somebody asks.
 */
export const intervalStates = ['pending', 'running', 'done', 'incomplete', 'failed', 'missed'] as const;

/** One of {@link intervalStates}. */
export type IntervalState = (typeof intervalStates)[number];

/**
 * What an alert can be about: a client is confirmed, no result, sources missing, not begun in time, never evaluated, and
 * `recovered`: done after an alert of trouble.
 */
export const alertReasons = ['findings', 'failure', 'partial', 'late', 'not_run', 'recovered'] as const;

/** One of {@link alertReasons}. */
export type AlertReason = (typeof alertReasons)[number];

/** Where an alert goes. A secret is named, never written: `valueEnv` is an environment variable. */
export type AlertChannel =
  | { readonly kind: 'desktop' }
  /** A program and its arguments, started without a shell; the alert is JSON on its standard input. */
  | { readonly kind: 'command'; readonly command: readonly string[]; readonly timeoutMs: number }
  /** The alert is POSTed as JSON, to `https:` or to this machine. */
  | {
      readonly kind: 'webhook';
      readonly url: string;
      readonly header?: { readonly name: string; readonly valueEnv: string };
      readonly timeoutMs: number;
      /** Further tries. */
      readonly retries: number;
    }
  /** A draft in the report folder. */
  | { readonly kind: 'email'; readonly to: readonly string[] };

/** An alert of a schedule. */
export interface AlertConfig {
  /** Names it in the ledger: its kind, with a number from the second one of a kind on. */
  readonly id: string;
  readonly on: readonly AlertReason[];
  readonly channel: AlertChannel;
}

/** A planned run. */
export interface ScheduleConfig {
  readonly name: string;
  /** Five fields; see cron.ts. Every occurrence ends an interval. */
  readonly cron: string;
  /** IANA zone in which the fields are read. */
  readonly zone: string;
  /** Key of the rule; absent: the one that runs unless another is asked for. */
  readonly rule?: string;
  /** An interval that is longer (a night on which clocks are set back) is looked at whole. */
  readonly windowHours: number;
  readonly strict: boolean;
  /** Only these databases; absent: all. */
  readonly databases?: readonly string[];
  readonly partitions?: Readonly<Record<string, readonly string[]>>;
  /** How long after its end an interval is evaluated, so that late rows are in. */
  readonly lagMs: number;
  readonly catchUp: {
    /** Intervals that ended longer ago are missed. */
    readonly hours: number;
    /** So many besides the newest are caught up; older ones are missed. */
    readonly intervals: number;
  };
  /** What happens to an interval that is due while another one of the schedule runs: it waits, or it is missed. */
  readonly overlap: 'wait' | 'skip';
  /** How often an interval without a full answer is asked again by itself. */
  readonly retry: { readonly times: number; readonly afterMs: number };
  /** Begun later than this after it was due, an interval is late. */
  readonly lateAfterMs: number;
  readonly alerts: readonly AlertConfig[];
}

/** What the evaluation of an interval gave. */
export interface IntervalResult {
  readonly outcome: RunOutcomeKind;
  readonly windowHours: number;
  readonly confirmed: number;
  readonly undetermined: number;
  readonly expected: number;
  readonly answered: number;
  readonly missing: readonly MissingSource[];
  /** The verdict in one sentence. */
  readonly headline: string;
  readonly sampleData: boolean;
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
