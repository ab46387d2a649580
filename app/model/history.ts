/**
 * What the history keeps, as plain data. A record is always a whole snapshot: begin and end of an execution are the same
 * record, first without its end and then with it, so that writing one twice changes nothing.
 */
import type { ExecutionStatus } from './execution-status.ts';
import type { Failure } from './failure.ts';
import type { Instant } from './instant.ts';
import type { RunPlan } from './plan.ts';
import type { MissingSource, RunOutcomeKind } from './run.ts';

export { executionStatuses, type ExecutionStatus } from './execution-status.ts';

/** How a run ended; `interrupted` when the program died while it ran. */
export type RunStatus = RunOutcomeKind | 'interrupted';

/** Values that JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** An object of JSON values. */
export type JsonObject = Readonly<Record<string, Json>>;

/** One execution of one query on one database. `null` stands for "not known" or "does not apply", never for zero. */
export interface ExecutionRecord {
  /** Unique, and the same whenever the same execution is told again: `<run>:<place in the plan>:<round>`. */
  readonly executionId: string;
  readonly runId: string;
  /** SID of whoever asked. */
  readonly userId: string;
  /** A case or conversation that this belongs to. */
  readonly conversationId: string | null;
  readonly queryText: string;
  readonly queryName: string;
  /** SHA-256 of the text in UTF-8, 64 hexadecimal digits. */
  readonly sqlHash: string;
  readonly databaseName: string;
  /** The driver: `oracle`, `postgres`, `duckdb`, … */
  readonly databaseType: string;
  /** See `queryComplexity` in app/sqltext/complexity.ts; `null` where the text cannot be read. */
  readonly queryComplexity: number | null;
  /** `null` while it runs. */
  readonly status: ExecutionStatus | null;
  /** Seconds from start to end, all attempts and waits between them included; `null` where it never started or its end is a guess. */
  readonly executionTime: number | null;
  /** Rows that the database gave; `null` where it gave no answer. */
  readonly totalRows: number | null;
  /** Rows of them that were fetched: all, but for a page of a result. */
  readonly returnedRows: number | null;
  /** Reserved, as `pageSize`, for queries that are read page by page: a run reads every answer whole, so both are `null`. */
  readonly page: number | null;
  readonly pageSize: number | null;
  /** How often it was tried; 0 where it never started. */
  readonly attempts: number;
  /** The endpoint that was asked last, in words. */
  readonly endpoint: string | null;
  readonly errorMessage: string | null;
  /** The program's own code, such as `db.auth`. */
  readonly errorType: string | null;
  /** The vendor's code where there is one (`ORA-01017`), else the program's own. */
  readonly errorCode: string | null;
  readonly startedAt: Instant;
  /** Set exactly where `status` is set. */
  readonly completedAt: Instant | null;
  /** How the database is reached; holds no secret. */
  readonly connectionParams: JsonObject;
  readonly requestMetadata: JsonObject;
  readonly responseMetadata: JsonObject | null;
}

/** One try of an execution on one endpoint. */
export interface AttemptRecord {
  /** Counts from 1 within an execution. */
  readonly attempt: number;
  readonly endpoint: string | null;
  /** `null` while it runs; an attempt that is followed by another one is `failed`. */
  readonly status: ExecutionStatus | null;
  readonly errorMessage: string | null;
  readonly errorCode: string | null;
  readonly startedAt: Instant;
  readonly completedAt: Instant | null;
}

/** One run of the analysis. */
export interface RunRecord {
  readonly runId: string;
  readonly userId: string;
  readonly conversationId: string | null;
  /** T: the end of the window. */
  readonly lastEvent: Instant;
  readonly windowFrom: Instant;
  readonly windowTo: Instant;
  readonly windowHours: number;
  /** Name of the rule. */
  readonly rule: string;
  readonly strict: boolean;
  readonly sampleData: boolean;
  readonly plan: RunPlan;
  /** `null` while it runs. */
  readonly outcome: RunStatus | null;
  readonly startedAt: Instant;
  /** Set exactly where `outcome` is set. */
  readonly completedAt: Instant | null;
  readonly cancelledBy: string | null;
  /** How often it went on after an end: a later snapshot never has fewer. */
  readonly resumes: number;
  readonly expectedSources: number;
  readonly answeredSources: number;
  /** Sources without an answer, and why. */
  readonly missing: readonly MissingSource[];
  readonly confirmed: number | null;
  readonly undetermined: number | null;
  readonly clientsInWindow: number | null;
  readonly eventsInWindow: number | null;
  readonly totalRows: number | null;
  readonly errorMessage: string | null;
  readonly errorCode: string | null;
  /** What the filters of the rule hid, a sentence each; absent where an earlier version recorded it, so that it is not known. */
  readonly filters?: readonly string[];
}

/** How the history is; for the window. */
export interface HistoryState {
  readonly store: 'opening' | 'ready' | 'unavailable';
  /** Why the journal (`disk.error`), or else the store, cannot be written. */
  readonly failure?: Failure;
  /** Accepted events that are not in the store yet; they are safe in the journal. */
  readonly waiting: number;
  /** Events that wait in memory because the journal cannot be written. */
  readonly unwritten: number;
  /** Events that were given up because memory for them was full. */
  readonly lost: number;
  /** Events that the store refused; they are kept in a file of the history's folder. */
  readonly rejected: number;
  /** Runs and executions of programs that died which were ended as `interrupted`. */
  readonly interrupted: number;
}
