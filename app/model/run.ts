/**
 * A run as plain data: its plan, its sources, their states and outcomes. The same types stand in the core, on the wire
 * and in the window.
 */
import type { CachedFrom } from './cached-answer.ts';
import type { ChangeType } from './change-type.ts';
import type { DriverKind } from './database.ts';
import type { Failure } from './failure.ts';
import type { Instant } from './instant.ts';
import type { Cost, DatabasePolicy, QueryPolicy } from './policy.ts';
import type { PlannedRule } from './rule.ts';

/** What completeness is counted in: one (database, query) pair. `<database>/<query name>`; unique within a run. */
export type SourceId = string;

/** The id of a source. */
export function sourceIdOf(database: string, query: string): SourceId {
  return `${database}/${query}`;
}

/** A range of time, both ends inclusive. */
export interface Window {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * Why a source is in a plan. `single`: its query belongs to this database. `broadcast`: it is asked of every member of a
 * group. `multi`: it is asked only of those members that can hold the part of the data that the request names.
 */
export type Strategy = 'single' | 'multi' | 'broadcast';

/** One source as the plan has it. */
export interface PlannedSource {
  readonly id: SourceId;
  readonly database: string;
  readonly query: string;
  readonly changeType: ChangeType | null;
  readonly timeoutMs: number;
  readonly strategy: Strategy;
  /** The group for which its query is declared. */
  readonly group?: string;
  /** Endpoints in words, in the order in which they are tried; those that are left alone are not among them. */
  readonly endpoints: readonly string[];
  readonly policy: QueryPolicy;
  /** Sources whose results it takes values from; it begins when all of them have answered. */
  readonly after: readonly SourceId[];
  /** Its place in the order: 0 where it waits for nobody, else one more than the highest of those it waits for. */
  readonly level: number;
  /** Sources with the same session run on one connection, one after another; the id is that of the first. */
  readonly session?: SourceId;
  /** How long it took before, in milliseconds. */
  readonly estimatedMs?: number;
}

/** An expected source that is not executed, and why. It counts as missing until it is asked again. */
export interface UnplannedSource {
  readonly source: SourceId;
  readonly failure: Failure;
}

/** How long a run will take at least, by what its sources took before. */
export interface RunEstimate {
  readonly durationMs: number;
  /** Of how many sources to be executed the history is known; the others count as nothing. */
  readonly known: number;
  readonly of: number;
}

/** One database as the plan has it. */
export interface PlannedDatabase {
  readonly name: string;
  readonly driver: DriverKind;
  /** The primary endpoint in words. */
  readonly endpoint: string;
  readonly zone: string;
  readonly maxConcurrency: number;
  readonly connectTimeoutMs: number;
  readonly policy: DatabasePolicy;
}

/** What a run is going to do; made by a pure function from configuration and request. */
export interface RunPlan {
  readonly runId: string;
  readonly createdAt: Instant;
  /** SID of whoever asked. */
  readonly user: string;
  /** The schedule that asked; absent where a person did. */
  readonly schedule?: string;
  /** The case that it is done for; absent where none was named. */
  readonly caseReference?: string;
  /** T: the end of the window. */
  readonly lastEvent: Instant;
  readonly window: Window;
  readonly windowHours: number;
  /** Present in a hunt: every window of `windowHours` that lies in this range is looked at, and `window` is the range. */
  readonly range?: Window;
  /** Value of `:start_date`: min(now − lookback, T − window). */
  readonly startDate: Instant;
  /** IANA zone in which the analyst reads and types times. */
  readonly zone: string;
  readonly strict: boolean;
  readonly sampleData: boolean;
  readonly rule: PlannedRule;
  /** Change types the rule needs, in report order. */
  readonly changeTypes: readonly ChangeType[];
  readonly databases: readonly PlannedDatabase[];
  /** Every expected source. */
  readonly sources: readonly PlannedSource[];
  /** Those of them that are not executed. */
  readonly unplanned: readonly UnplannedSource[];
  /** Absent where no history is known. */
  readonly estimate?: RunEstimate;
  /** Limit of the whole run in milliseconds; absent: none. */
  readonly deadlineMs?: number;
  /** Exponent by which the confidence of an answer falls with its coverage (`confidenceOf`); absent: 1. */
  readonly confidencePenalty?: number;
  /** Warnings about the request, one sentence each (T in the future, T older than the lookback, a part of the data only). */
  readonly notes: readonly string[];
}

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
  | { readonly kind: 'merged'; readonly at: Instant; readonly merge: MergeSummary }
  /** Missing sources are asked again: they go back to waiting, the run goes on. */
  | { readonly kind: 'run-resumed'; readonly at: Instant; readonly sources: readonly SourceId[] }
  | { readonly kind: 'run-ended'; readonly at: Instant; readonly outcome: RunOutcomeKind; readonly failure?: Failure };

/** An event with its place in the run's log; numbers start at 1 and have no gap. */
export interface NumberedRunEvent {
  readonly runId: string;
  readonly seq: number;
  readonly event: RunEvent;
}
