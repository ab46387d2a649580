/**
 * A run as plain data: its sources, their states and outcomes. The same types stand in the core, on the wire and in the window.
 */
import type { CachedFrom } from './cached-answer.ts';
import type { ChangeType } from './change-type.ts';
import type { EvaluationProgress } from './evaluation-progress.ts';
import type { Failure } from './failure.ts';
import type { Instant } from './instant.ts';
import type { PlannedDatabase, PlannedSource, RunPlan, SourceId, Window } from './plan.ts';
import type { Cost } from './policy.ts';

/** How a source ended. A cancel, a timeout and a failure are three different outcomes. */
export type SourceOutcome =
  | {
      readonly kind: 'completed';
      readonly rows: number;
      readonly bytes: number;
      /** Rows that could not take part in the merge because id or time is NULL. */
      readonly nullIds: number;
      readonly nullTimes: number;
      /** Something to be known about the answer, one sentence. */
      readonly note?: string;
      /** Set where no database was asked because an answer that was given before is used again. */
      readonly cachedFrom?: CachedFrom;
    }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'timeout'; readonly failure: Failure }
  /** Ended by a hard limit, after so many rows; they are dropped. */
  | { readonly kind: 'budget'; readonly rows: number; readonly failure: Failure }
  /**
   * It answered, but knows nothing of what happened after an instant: a standby that lags behind. Its rows are evidence, so
   * what they prove stays proved; what they do not show may still have happened, so the source counts as missing.
   */
  | {
      readonly kind: 'partial';
      readonly rows: number;
      readonly bytes: number;
      readonly nullIds: number;
      readonly nullTimes: number;
      readonly knownUntil: Instant;
      readonly failure: Failure;
    }
  /** `confirmed`: the server said that the statement is gone. */
  | { readonly kind: 'cancelled'; readonly confirmed: boolean; readonly note: string }
  | { readonly kind: 'skipped'; readonly failure: Failure };

/** How one attempt ended. `rate_limited`: the server refused because of too many requests. */
export type AttemptOutcome = 'success' | 'failed' | 'timeout' | 'rate_limited' | 'cancelled';

/** One try of a source on one endpoint, once it has ended. */
export interface EndedAttempt {
  /** From 1, over all endpoints of the source. */
  readonly attempt: number;
  /** In words. */
  readonly endpoint: string;
  /** When it began, after every wait. */
  readonly startedAt: Instant;
  readonly at: Instant;
  readonly outcome: AttemptOutcome;
  /** Why it was no success; absent for a cancel. */
  readonly failure?: Failure;
  /** How far the standby was behind that answered, in milliseconds; absent for a primary, and where it is not known. */
  readonly lagMs?: number;
  /** When the next attempt begins; absent where none follows. */
  readonly retryAt?: Instant;
}

/**
 * The seven states of a source; the last three are ends. All that is no whole answer and no cancel shows as failed, named in
 * words: timed out, skipped, partial, budget reached.
 */
export type SourceStatus = 'waiting' | 'connecting' | 'running' | 'retrying' | 'completed' | 'failed' | 'cancelled';

/** A source as it stands now. Times are instants; `rows` counts what has arrived, an attempt's rows are dropped when it fails. */
export interface SourceState {
  readonly source: PlannedSource;
  readonly status: SourceStatus;
  readonly attempt: number;
  /** The attempts that have ended, in their order; those of this round where the source has been asked again. */
  readonly attempts: readonly EndedAttempt[];
  readonly endpoint?: string;
  readonly rows: number;
  readonly bytes: number;
  readonly rowsPerSecond: number;
  /** Of all its attempts in this round. */
  readonly cost: Cost;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly outcome?: SourceOutcome;
  /** Set while a cancel is on its way. */
  readonly cancelling: boolean;
}

/** A database as it stands now; derived from its sources, but for the endpoint and the note. */
export interface DatabaseState {
  readonly database: PlannedDatabase;
  readonly status: SourceStatus;
  readonly endpoint?: string;
  readonly processId?: number;
  readonly note?: string;
}

/** Something to be known about a run that goes on: a soft limit has been passed. */
export interface RunWarning {
  readonly at: Instant;
  /** Whose limit it is: a source's, a database's, or the run's where neither is named. */
  readonly source?: SourceId;
  readonly database?: string;
  /** One sentence. */
  readonly message: string;
}

/** How a whole run ended. */
export type RunOutcomeKind = 'succeeded' | 'partial' | 'failed' | 'cancelled';

/** A source without an answer, or without a whole one, and why: it travels with every table, file, mail, note, API answer and exit code. */
export interface MissingSource {
  readonly source: SourceId;
  readonly database: string;
  readonly query: string;
  readonly changeType: ChangeType | null;
  /** How it ended, or `running` while the run goes on. Rows of a `partial` source are in the merge, those of the others are not. */
  readonly reason: 'failed' | 'timeout' | 'cancelled' | 'skipped' | 'partial' | 'budget' | 'running';
  /** One sentence. */
  readonly message: string;
  readonly code?: string;
  /** The range of time about which nothing is known. */
  readonly window: Window;
}

/** Answered of expected, and what is missing. */
export interface Coverage {
  readonly expected: number;
  readonly answered: number;
  /** answered / expected, 0..1; 1 where nothing was expected never occurs: a plan without sources is refused. */
  readonly ratio: number;
  readonly missing: readonly MissingSource[];
}

/** What the merge has found so far. */
export interface MergeSummary {
  readonly confirmed: number;
  readonly undetermined: number;
  /** Clients with at least one event of the rule in the window. */
  readonly clientsInWindow: number;
  readonly eventsInWindow: number;
  /** Rows of answered sources, in and out of the window. */
  readonly rows: number;
  /** Sources that the figures are made of, those that answered in part among them. */
  readonly sources: readonly SourceId[];
  readonly durationMs: number;
  /** What filters hid, and what could not take part; absent in merges of earlier versions. */
  readonly rule?: RuleSummaryOfRun;
}

/** What a rule's filters did in a run. */
export interface RuleSummaryOfRun {
  /** Windows that hold, in a hunt; one client can have several. */
  readonly windows?: number;
  /** Events without a value for a field by which they are grouped. */
  readonly skipped: number;
  /** Clients who may be confirmed if ids that differ only in case, leading zeros or blanks at their ends were one; absent in merges of earlier versions. */
  readonly alike?: number;
  /** Events that filters took out, per filter that took out any. */
  readonly suppressed: readonly { readonly filter: string; readonly events: number }[];
  /** Filters of the rule that have ended and hide nothing any more. */
  readonly expired: readonly { readonly filter: string; readonly expires: string }[];
}

/** The state of a run; only the reducer makes one from another. */
export interface RunState {
  readonly plan: RunPlan;
  readonly status: 'running' | 'cancelling' | 'ended';
  readonly startedAt: Instant;
  readonly endedAt?: Instant;
  readonly sources: Readonly<Record<SourceId, SourceState>>;
  readonly databases: Readonly<Record<string, DatabaseState>>;
  /** In the order in which they came up. */
  readonly warnings: readonly RunWarning[];
  readonly merge?: MergeSummary;
  /** How far the evaluation is that runs, where it lasts. */
  readonly evaluation?: EvaluationProgress;
  readonly outcome?: RunOutcomeKind;
  /** Why the run as a whole failed, where it is not a source's failure (the engine died, strict mode). */
  readonly failure?: Failure;
}

/** Everything that can happen to a run. Events tell; nothing is commanded by them. */
export type RunEvent =
  | { readonly kind: 'run-started'; readonly at: Instant; readonly plan: RunPlan }
  | {
      readonly kind: 'database-process';
      readonly at: Instant;
      readonly database: string;
      readonly processId?: number;
      readonly note?: string;
    }
  | {
      readonly kind: 'source-state';
      readonly at: Instant;
      readonly source: SourceId;
      readonly status: 'waiting' | 'connecting' | 'running' | 'retrying';
      readonly attempt: number;
      readonly endpoint?: string;
    }
  | {
      readonly kind: 'source-progress';
      readonly at: Instant;
      readonly source: SourceId;
      readonly rows: number;
      readonly bytes: number;
      readonly rowsPerSecond: number;
      readonly cost?: Cost;
    }
  | ({ readonly kind: 'warned' } & RunWarning)
  /** An attempt has ended, however; the source goes on where `retryAt` is given, else its end follows. */
  | ({ readonly kind: 'attempt-ended'; readonly source: SourceId } & EndedAttempt)
  | {
      readonly kind: 'source-ended';
      readonly at: Instant;
      readonly source: SourceId;
      readonly outcome: SourceOutcome;
      readonly cost?: Cost;
    }
  | { readonly kind: 'cancel-requested'; readonly at: Instant; readonly database?: string; readonly by: string }
  /** An evaluation goes on; `merged` follows, or the end of the run. */
  | { readonly kind: 'evaluating'; readonly at: Instant; readonly progress: EvaluationProgress }
  | { readonly kind: 'merged'; readonly at: Instant; readonly merge: MergeSummary }
  /** The run goes on: these missing sources are asked again and go back to waiting; without any, the rule alone is evaluated again. */
  | { readonly kind: 'run-resumed'; readonly at: Instant; readonly sources: readonly SourceId[] }
  | { readonly kind: 'run-ended'; readonly at: Instant; readonly outcome: RunOutcomeKind; readonly failure?: Failure };

/** An event with its place in the run's log; numbers start at 1 and have no gap. */
export interface NumberedRunEvent {
  readonly runId: string;
  readonly seq: number;
  readonly event: RunEvent;
}
