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
