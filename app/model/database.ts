/** The configured databases and queries, as one validated frozen value. */
import type { ChangeType } from './change-type.ts';

/** Which client library reaches a database. `fake` exists for tests only and is refused outside them. */
export type DriverKind = 'oracle' | 'postgres' | 'duckdb' | 'fake';

/** Where a database is. What is needed depends on the driver. */
export type Endpoint =
  | { readonly kind: 'oracle'; readonly host: string; readonly port: number; readonly serviceName: string }
  | { readonly kind: 'postgres'; readonly host: string; readonly port: number; readonly database: string; readonly tls: boolean }
  /** `path` is absolute, or `:memory:`. */
  | { readonly kind: 'duckdb'; readonly path: string }
  | { readonly kind: 'fake'; readonly script: string };

/** How the program proves who it is. A password is named, never written: `passwordEnv` is an environment variable. */
export type Authentication =
  | { readonly kind: 'none' }
  | { readonly kind: 'password'; readonly user: string; readonly passwordEnv: string }
  | { readonly kind: 'kerberos'; readonly principal?: string; readonly cache?: string };

/** How ids of a source are made comparable: `exact` changes nothing; `trim` takes outer blanks off; `lower` also lowers the case. */
export type IdNormaliser = 'exact' | 'trim' | 'lower';

/** A value for a bind variable other than `:start_date`. */
export type BindValue = string | number | boolean | null;

/** One SQL file to run on one database. */
export interface QueryConfig {
  readonly name: string;
  /** Absolute path of the SQL file. */
  readonly file: string;
  /** The statement: one SELECT or WITH, without trailing semicolon, `:name` binds. */
  readonly sql: string;
  /** Names of the binds in order of first appearance, lower case. */
  readonly bindNames: readonly string[];
  /** `null`: a raw table outside the rules. */
  readonly changeType: ChangeType | null;
  readonly userColumn?: string;
  readonly timeColumn?: string;
  readonly idNormaliser: IdNormaliser;
  /** Values of further binds by lower-case name. `start_date` is always given by the program. */
  readonly binds: Readonly<Record<string, BindValue>>;
  /** Limit of one attempt in milliseconds: connect, execute and all fetches together. */
  readonly timeoutMs: number;
}

/** One configured target. */
export interface DatabaseConfig {
  readonly name: string;
  readonly driver: DriverKind;
  readonly endpoint: Endpoint;
  /** Alternates, in order of preference. */
  readonly standbys: readonly Endpoint[];
  readonly authentication: Authentication;
  readonly defaultSchema?: string;
  /** IANA zone in which zone-less times of this database are read. */
  readonly zone: string;
  /** Connections, and so statements at a time. */
  readonly maxConcurrency: number;
  readonly connectTimeoutMs: number;
  /** Driver options, such as `disable_oob` (oracle); checked by the configuration. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly queries: readonly QueryConfig[];
}

/** What is known by more than a name: an endpoint in words, without anything secret. */
export function endpointLabel(endpoint: Endpoint): string {
  switch (endpoint.kind) {
    case 'oracle':
      return `${endpoint.host}:${String(endpoint.port)}/${endpoint.serviceName}`;
    case 'postgres':
      return `${endpoint.host}:${String(endpoint.port)}/${endpoint.database}`;
    case 'duckdb':
      return endpoint.path;
    case 'fake':
      return `fake:${endpoint.script}`;
  }
}

/** The client library's own settings; `undefined` where the driver's default holds. */
export interface OracleClientSettings {
  readonly instantClientDir?: string;
  readonly krb5Conf?: string;
  readonly krb5Cache?: string;
  readonly traceLevel: number;
  readonly traceDirectory?: string;
}

/** `settings.yaml` as one value; all paths absolute. */
export interface Settings {
  readonly oracleClient: OracleClientSettings;
  readonly reportOutputDir: string;
  readonly logDir: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly emailRecipients: readonly string[];
  /** The analyst's id, as it stands in reports and in the history. */
  readonly sid: string;
  /** IANA zone in which times are shown and typed. */
  readonly zone: string;
  /** The rule's window in hours. */
  readonly windowHours: number;
  /** `start_date` lies at least this many days before now. */
  readonly lookbackDays: number;
  /** Database processes at a time. */
  readonly maxFanout: number;
  /** Whole run in milliseconds; `undefined`: none. */
  readonly runDeadlineMs?: number;
  /** How long a cancelled statement may take to end before its process is killed. */
  readonly cancelGraceMs: number;
  /** Where rows lie while they are merged. */
  readonly spoolDir: string;
}

/** Everything the program is told by files, checked and frozen. */
export interface Configuration {
  readonly databasesFile: string;
  readonly settingsFile: string;
  readonly databases: readonly DatabaseConfig[];
  readonly settings: Settings;
  /** True where the databases are the shipped samples. */
  readonly sampleData: boolean;
}

/** One mistake in a configuration file. Lines and columns count from 1. */
export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Path of the key, such as `databases[0].sql_queries[1].name`; empty for the file as a whole. */
  readonly key: string;
  /** What is wrong, one sentence. */
  readonly message: string;
  /** What to write instead, one sentence. */
  readonly action: string;
}
