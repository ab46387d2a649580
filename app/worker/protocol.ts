/** What the main process and a database's own process say to each other. */
import type { Column, ColumnRoles } from '../model/column.ts';
import type { BindValue, DatabaseConfig, OracleClientSettings } from '../model/database.ts';
import type { Failure } from '../model/failure.ts';
import type { Instant } from '../model/instant.ts';
import type { BudgetAmount, Cost } from '../model/policy.ts';
import type { SourceId } from '../model/plan.ts';
import type { SourceOutcome } from '../model/run.ts';

/** First call: which database this process is for. */
export interface OpenInput {
  readonly database: DatabaseConfig;
  readonly oracleClient: OracleClientSettings;
  /** The password where one is configured; it exists in this message and in the worker's memory only. */
  readonly password?: string;
  readonly clientIdentifier: string;
  /** How long a cancelled statement may take before its process is killed; within it the worker tries everything gentler. */
  readonly cancelGraceMs: number;
}

/** A list to ask with, whose values lie in a file (`app/spool/values-file.ts`). */
export interface ListInput {
  readonly file: string;
  /** Values in it. */
  readonly count: number;
  /** Parts of the list give different rows. Otherwise a row that several parts give alike counts once. */
  readonly hasOwnRows: boolean;
}

/** What the source of an attempt may cost. */
export interface AttemptBudget {
  /** Its hard limits, where there are any. */
  readonly hard: Readonly<Partial<Record<BudgetAmount, number>>>;
  /** What its earlier attempts have cost. */
  readonly spent: Cost;
}

/** Make one attempt of one source. */
export interface ExecuteInput {
  readonly runId: string;
  readonly source: SourceId;
  /** From 1; each attempt of a source has a number of its own. */
  readonly attempt: number;
  /** 0: the primary endpoint; else the place among the standbys, from 1. */
  readonly endpoint: number;
  readonly sql: string;
  /** Values of binds by lower-case name; `start_date` separately. */
  readonly binds: Readonly<Record<string, BindValue>>;
  /** Lists by lower-case name of the bind. There is a statement for every part of them, one after another. */
  readonly lists: Readonly<Record<string, ListInput>>;
  /** Values of a list in one statement at most. */
  readonly chunk: number;
  readonly budget: AttemptBudget;
  /** Sources of one session run on one connection, one after another. */
  readonly session?: string;
  /** Value of `:start_date`, an instant. */
  readonly startDate: string;
  readonly userColumn?: string;
  readonly timeColumn?: string;
  /** False for a raw table: no id or time column is looked for. */
  readonly needsRoles: boolean;
  readonly timeoutMs: number;
  /** Folder for this source's spools; the attempt makes one of its own in it. */
  readonly spoolDirectory: string;
}

/**
 * What is told while an attempt is made. `running`: the database has let us in. `rows` and `bytes` are what lies in the spool. `statement`:
 * another one is to be sent, and waits for a call of `proceed`.
 */
export type ExecuteNotice =
  | { readonly kind: 'state'; readonly status: 'waiting' | 'connecting' | 'running' }
  | { readonly kind: 'progress'; readonly rows: number; readonly bytes: number; readonly cost: Cost }
  | { readonly kind: 'statement' };

/** What is told about an attempt to those who only look on. */
export type AttemptNotice = Exclude<ExecuteNotice, { readonly kind: 'statement' }>;

/** An attempt that is being made. */
export type AttemptName = Pick<ExecuteInput, 'runId' | 'source' | 'attempt'>;

/** What a completed source leaves for the engine. */
export interface SpoolReference {
  readonly files: readonly string[];
  readonly columns: readonly Column[];
  /** Absent for a raw table. */
  readonly roles?: ColumnRoles;
}

/** What is known of a standby. Without `knownUntil` nobody can say how far behind it is. */
export interface ReplicaState {
  readonly lagMs?: number;
  /** It has everything up to here. */
  readonly knownUntil?: Instant;
  /** Why it is not known. */
  readonly reason?: string;
}

/** How an attempt ended in the worker. The null counts are filled in when the engine has read the spool. */
export interface ExecuteOutput {
  readonly outcome: SourceOutcome;
  /** Whether anything has been tried at all; what keeps a logon from succeeding can be known before. */
  readonly wasTried: boolean;
  /** What the attempt has cost; absent where nobody can tell, because its process died. */
  readonly cost?: Cost;
  /** Set exactly where the outcome is `completed`. */
  readonly spool?: SpoolReference;
  /** Set where the answer came from a standby. */
  readonly replica?: ReplicaState;
  /** A call into the client library could not be ended: the process has to go as soon as nothing else runs in it. */
  readonly stuck?: true;
}

/** Check one source without running it. */
export interface CheckInput {
  readonly source: SourceId;
  readonly sql: string;
  readonly binds: Readonly<Record<string, BindValue>>;
  /** Lower-case names of the binds that are lists. */
  readonly lists: readonly string[];
  readonly startDate: string;
  readonly userColumn?: string;
  readonly timeColumn?: string;
  readonly needsRoles: boolean;
}

/** What a check found. */
export interface CheckOutput {
  readonly endpoint: string;
  readonly serverVersion?: string;
  readonly columns: readonly Column[];
  readonly roles?: ColumnRoles;
  readonly failure?: Failure;
}

/** Ask an endpoint for a sign of life. */
export interface PingInput {
  /** 0: the primary; else the place among the standbys, from 1. */
  readonly endpoint: number;
}

/** What it answered. */
export interface PingOutput {
  readonly endpoint: string;
  /** From the first byte of the logon to the answer, in milliseconds. */
  readonly latencyMs?: number;
  /** Set for a standby. */
  readonly replica?: ReplicaState;
  readonly failure?: Failure;
}

/** The worker's methods. A type, not an interface: a table of methods has no further names. */
export type WorkerMethods = {
  open: { input: OpenInput; output: { processId: number }; notice: never };
  execute: { input: ExecuteInput; output: ExecuteOutput; notice: ExecuteNotice };
  /** Lets an attempt that waits send its next statement. */
  proceed: { input: AttemptName; output: null; notice: never };
  check: { input: CheckInput; output: CheckOutput; notice: never };
  ping: { input: PingInput; output: PingOutput; notice: never };
  /** No further source of the session comes: its connection is not needed any more. */
  endSession: { input: { readonly session: string }; output: null; notice: never };
  /** Answered at once by a process whose event loop is alive. */
  heartbeat: { input: null; output: { busy: number }; notice: never };
  /** Ends the sessions; the process exits afterwards. */
  close: { input: null; output: null; notice: never };
};
