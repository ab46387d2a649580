/** Pages of the history, and one of its records with all that belongs to it. */
import type { AttemptRecord, ExecutionRecord, ExecutionStatus, RunRecord, RunStatus } from './history.ts';
import type { Instant } from './instant.ts';

/** An execution in the store, with its number there. */
export interface StoredExecution extends ExecutionRecord {
  readonly id: number;
}

/** A run in the store, with its number there. */
export interface StoredRun extends RunRecord {
  readonly id: number;
}

/** Which part of a list. */
export interface PageOf {
  /** At most so many. */
  readonly limit: number;
  /** So many are passed over. */
  readonly offset: number;
}

/** Which executions; what is absent does not restrict. Times are of the start, `to` not included. */
export interface ExecutionFilter {
  readonly userId?: string;
  readonly status?: ExecutionStatus;
  readonly databaseType?: string;
  readonly databaseName?: string;
  readonly queryName?: string;
  readonly runId?: string;
  readonly from?: Instant;
  readonly to?: Instant;
  /** A part of the query's or the database's name, or the beginning of a run's id or of an error code; case does not matter. */
  readonly search?: string;
}

/** A page of executions, the newest first. */
export interface ExecutionPage extends PageOf {
  readonly executions: readonly StoredExecution[];
  /** How many there are in all. */
  readonly total: number;
}

/** Which runs. */
export interface RunFilter {
  readonly userId?: string;
  readonly outcome?: RunStatus;
  readonly from?: Instant;
  readonly to?: Instant;
  /** A part of the rule's name or of a database's, or the beginning of the run's id; case does not matter. */
  readonly search?: string;
}

/** A page of runs, the newest first. */
export interface RunPage extends PageOf {
  readonly runs: readonly StoredRun[];
  readonly total: number;
}

/** An execution and every attempt of it. */
export interface ExecutionDetail {
  readonly execution: StoredExecution;
  readonly attempts: readonly AttemptRecord[];
}

/** A run and everything in it. */
export interface RunDetail {
  readonly run: StoredRun;
  readonly executions: readonly ExecutionDetail[];
}

/** What runs now, by what the store knows. */
export interface RunningRun {
  readonly run: StoredRun;
  readonly executions: readonly StoredExecution[];
  /** The last moment at which its program is known to have lived; a program that lives says so at least every minute. */
  readonly seenAt: Instant | null;
}

/** A run in a list: without its plan, but for the names of its databases. */
export interface RunSummary extends Omit<StoredRun, 'plan'> {
  readonly databases: readonly string[];
}

/** A page of a list of runs, the newest first. */
export interface RunSummaryPage extends PageOf {
  readonly runs: readonly RunSummary[];
  readonly total: number;
}

/** An execution in a list: without its text and what goes with it. */
export type ExecutionSummary = Omit<StoredExecution, 'queryText' | 'connectionParams' | 'requestMetadata' | 'responseMetadata'>;

/** A page of a list of executions, the newest first. */
export interface ExecutionSummaryPage extends PageOf {
  readonly executions: readonly ExecutionSummary[];
  readonly total: number;
}

/** A run that goes on, in a list. */
export interface RunningSummary {
  readonly run: RunSummary;
  readonly executions: readonly ExecutionSummary[];
  /** The last moment at which its program is known to have lived. */
  readonly seenAt: Instant | null;
}

/** A source that took longer than 95 % of its own answers before. */
export interface SlowSource {
  readonly executionId: string;
  readonly databaseName: string;
  readonly queryName: string;
  readonly seconds: number;
  /** Seconds, and of how many answers. */
  readonly p95: number;
  readonly n: number;
}

/** A run beside the one before it of the same rule on the same databases. */
export interface RunComparison {
  /** `null`: there is none among the runs that were looked at. */
  readonly previous: RunSummary | null;
  /** How many earlier runs were looked at. */
  readonly lookedAt: number;
  readonly slower: readonly SlowSource[];
  /** Sources that answered and have a past long enough to be judged by. */
  readonly judged: number;
  /** Sources that answered but have not: nothing is said of them. */
  readonly unjudged: number;
  /** So many days of the past count. */
  readonly days: number;
}
