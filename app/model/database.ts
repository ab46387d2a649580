/** The configured databases and queries, as one validated frozen value. */
import type { ChangeType } from './change-type.ts';
import type { RetentionPolicy } from './history-audit.ts';
import type { DatabasePolicy, QueryPolicy, RunPolicy } from './policy.ts';
import type { ConfiguredRule } from './rule.ts';
import type { ScheduleConfig } from './schedule-config.ts';

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

/** A list of values for `IN (:name)`, taken from the results of other sources of the run. */
export interface BindFrom {
  /** The query as the file names it. */
  readonly from: string;
  /** Column of its result, found by name in any case. */
  readonly column: string;
  /** Each value once. */
  readonly distinct: boolean;
  /** A row of the answer is there because of one value and no other: parts of the list give different rows, an empty one gives none. */
  readonly isFilter: boolean;
  /** Ids of all sources that the values come from; their values are united. */
  readonly sources: readonly string[];
}

/** One SQL file to run on one database. */
export interface QueryConfig {
  readonly name: string;
  /** The group for which the query is declared; absent where it is declared for this database alone. */
  readonly group?: string;
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
  /** Binds that are lists from other sources, by lower-case name. An empty list that is a filter leaves nothing to ask: the answer is empty. */
  readonly bindsFrom: Readonly<Record<string, BindFrom>>;
  /** Runs on the connection of the sources that its binds come from, after them. */
  readonly sameSession: boolean;
  /** A kept answer may stand in for the database's while it is not older, in milliseconds; absent: the database is always asked. */
  readonly cacheMs?: number;
  /** Limit of one attempt in milliseconds: connect, execute and all fetches together. */
  readonly timeoutMs: number;
  readonly policy: QueryPolicy;
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
  /** Which part of partitioned data it holds: values by key. For a key that is not there it may hold any. */
  readonly partitions: Readonly<Record<string, readonly string[]>>;
  readonly policy: DatabasePolicy;
  /** Its own and those of its groups. */
  readonly queries: readonly QueryConfig[];
}

/** Databases that are asked the same. */
export interface DatabaseGroup {
  readonly name: string;
  /** Names of databases, in the order of the file. */
  readonly members: readonly string[];
  /** Key in the members' `partitions` by which their data is divided; absent: any member may hold anything. */
  readonly partitionBy?: string;
  /** Names of the queries declared for the group; each member has them among its own. */
  readonly queries: readonly string[];
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

/** Where the history of executions is kept. */
export interface HistorySettings {
  /** Folder of the journal, and of the file where there is no `url`. */
  readonly directory: string;
  /** A team's PostgreSQL, `postgres://user@host:port/database`, without a password; absent: a file of this machine. */
  readonly url?: string;
  /** Name of the environment variable with the password for `url`. */
  readonly passwordEnv?: string;
  /** Absent: nothing is ever deleted. */
  readonly retention?: RetentionPolicy;
}

/** Which results are kept, and for how long. What is above a limit goes first by age. */
export interface ResultSettings {
  readonly directory: string;
  /** At most so many; 0 keeps none. */
  readonly mostRuns: number;
  readonly mostDays: number;
  readonly mostBytes: number;
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
  /** Window of the default rule in hours; without a setting the rule's own time span. */
  readonly windowHours: number;
  /** Key of the rule that a run evaluates unless it is told another. */
  readonly defaultRule: string;
  /** The user's own folder of rules; absent: `rules` beside the settings, or the shipped one. */
  readonly rulesDir?: string;
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
  readonly policy: RunPolicy;
  readonly history: HistorySettings;
  readonly results: ResultSettings;
}

/** The rules of a folder, all of them checked. */
export interface RuleBook {
  /** Absolute path. */
  readonly directory: string;
  readonly rules: readonly ConfiguredRule[];
  /** Do not hinder: parts that other tools read otherwise. */
  readonly warnings: readonly ConfigProblem[];
}

/** Everything the program is told by files, checked and frozen. */
export interface Configuration {
  readonly databasesFile: string;
  readonly settingsFile: string;
  readonly schedulesFile: string;
  readonly databases: readonly DatabaseConfig[];
  readonly groups: readonly DatabaseGroup[];
  readonly settings: Settings;
  readonly rules: RuleBook;
  readonly schedules: readonly ScheduleConfig[];
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
