/**
 * What a database client library must do for us. Whoever adds a driver writes one file and runs the conformance suite
 * (`app/testing/driver-conformance.ts`).
 */
import type { Authentication, BindValue, DriverKind, Endpoint, OracleClientSettings } from '../model/database.ts';
import type { Column } from '../model/column.ts';

/** Everything a driver needs to log on. */
export interface ConnectTarget {
  readonly endpoint: Endpoint;
  readonly authentication: Authentication;
  /** The password, looked up by the host; never logged, never written. */
  readonly password?: string;
  readonly defaultSchema?: string;
  /** IANA zone of the database's zone-less times; binds of instants are written in it. */
  readonly zone: string;
  readonly connectTimeoutMs: number;
  /** Who is asking, for the DBA: shown as client identifier. */
  readonly clientIdentifier: string;
  readonly oracleClient: OracleClientSettings;
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

/** One value to bind. An instant is bound as the database's local date and time. */
export type SingleBind = { readonly kind: 'instant'; readonly instant: string } | { readonly kind: 'value'; readonly value: BindValue };

/**
 * What a bind variable stands for. A list stands for its values, one after another, at least one: `IN (:ids)`. Its numbers come as
 * texts of digits, and the database compares them as what stands on the other side.
 */
export type StatementBind = SingleBind | { readonly kind: 'list'; readonly values: readonly SingleBind[] };

/** One statement to run. */
export interface Statement {
  /** One SELECT or WITH with `:name` binds. */
  readonly sql: string;
  /** Values by lower-case name. */
  readonly binds: Readonly<Record<string, StatementBind>>;
  /** `<run>:<source>`, put into a comment and into the session's action, so that a DBA sees who runs what. */
  readonly tag: string;
}

/** Rows as columns: `columns[c][r]`, in the order of `Cursor.columns`; every column has `rowCount` values. */
export interface Batch {
  readonly rowCount: number;
  /** Values by the column's kind (see `ColumnKind`): string, number, bigint, boolean or null. */
  readonly columns: readonly (readonly unknown[])[];
}

/** An open result. */
export interface Cursor {
  readonly columns: readonly Column[];
  /**
   * The next rows, or `undefined` at the end. Never an empty batch.
   * @throws AbortedError once the statement's signal is aborted and the server has let go of it; CamError on failure
   */
  next(): Promise<Batch | undefined>;
  /** Gives the statement back. Safe to call at any time, more than once. */
  close(): Promise<void>;
}

/** How current a session's data is. Primary: it has everything. Standby: so far behind, by its own account. Unknown: a standby that does not say how far, and why. */
export type ReplicationLag =
  | { readonly kind: 'primary' }
  | { readonly kind: 'standby'; readonly lagMs: number }
  | { readonly kind: 'unknown'; readonly reason: string };

/** One session with a database; one statement at a time. */
export interface Connection {
  /** Where it is connected to, in words, without secrets. */
  readonly endpoint: string;
  /** Version of the server in its own words, where it tells. */
  readonly serverVersion?: string;
  /**
   * Runs a statement and describes its result.
   *
   * The signal belongs to the statement until its cursor ends: aborting it asks the *server* to stop (`break`, cancel
   * request, interrupt), and the waiting `query` or `next` rejects with `AbortedError` only when the server has let go.
   * So an AbortedError is the proof that nothing runs any more; a server that ignores the request leaves it pending.
   */
  query(statement: Statement, signal: AbortSignal): Promise<Cursor>;
  /** Parses a statement without running it and describes its result. */
  describe(statement: Statement, signal: AbortSignal): Promise<readonly Column[]>;
  /** One cheap round trip. */
  ping(signal: AbortSignal): Promise<void>;
  /** Whether this is a primary, and else how far behind it is. Absent where this kind of database cannot be asked. @throws as `query` */
  replicationLag?(signal: AbortSignal): Promise<ReplicationLag>;
  /**
   * Ends the session. `end` says goodbye; `drop` cuts the connection without waiting for the server.
   * Safe to call more than once.
   */
  close(how: 'end' | 'drop'): Promise<void>;
}

/** A database client library. */
export interface Driver {
  readonly kind: DriverKind;
  /** Opens a session. @throws CamError classified by the driver; AbortedError when the signal is aborted */
  connect(target: ConnectTarget, signal: AbortSignal): Promise<Connection>;
}
