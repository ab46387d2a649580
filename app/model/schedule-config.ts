/** Planned runs as they are configured, as plain data. */

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
  /** The case that its runs are done for. */
  readonly caseReference?: string;
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
