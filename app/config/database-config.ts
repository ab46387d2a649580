/** One entry of `databases` as a checked value. */
import type { DatabaseConfig } from '../model/database.ts';
import { authenticationOf, reportAuthentication } from './database-authentication.ts';
import { duckdbFile, endpointOf, standbysOf } from './database-endpoint.ts';
import { databaseSchemas, databaseShapes, sharedDatabaseSchema, type RawDatabase } from './databases-schema.ts';
import { databasePolicyOf, queryDefaultsOf, readBudget } from './policy.ts';
import { type QueryDeclaration, type QueryLevel, readQuery } from './query-config.ts';
import { usualZone } from './schema-parts.ts';
import { check, type Checked, suggest } from './schema-problems.ts';
import type { DatabaseDefaults } from './settings.ts';
import type { KeyPath, YamlSource } from './yaml-source.ts';

/** What a database is read with, besides its own keys. */
export interface DatabaseSurroundings {
  readonly homeDir: string;
  readonly defaults: DatabaseDefaults;
  /** True where the databases are samples: their files are made on the first start. */
  readonly isSample: boolean;
  readonly allowFakeDriver: boolean;
}

type DriverName = keyof typeof databaseSchemas;

/** A database as it stands in the file, its queries not yet its own. */
export interface DatabaseDeclaration {
  readonly path: KeyPath;
  /** As far as it is known; `undefined` where the key has a mistake. */
  readonly name: string | undefined;
  /** Whether the key `sql_queries` is there, with whatever mistakes. */
  readonly hasOwnQueries: boolean;
  /** Values by partition key, as far as they are right. */
  readonly partitions: DatabaseConfig['partitions'];
  /** `undefined` where the database has mistakes. */
  readonly database: Omit<DatabaseConfig, 'queries'> | undefined;
  /** What it gives to its queries. */
  readonly level: QueryLevel;
  /** Its own queries, without those that have mistakes. */
  readonly queries: readonly QueryDeclaration[];
}

/** Reads a database. All mistakes in it, and those in its queries, are reported. */
export async function readDatabase(
  source: YamlSource,
  path: KeyPath,
  value: unknown,
  around: DatabaseSurroundings,
): Promise<DatabaseDeclaration> {
  const { sound, rest } = checkDatabase(source, path, value, around.allowFakeDriver);
  const queries = await readQueries(source, [...path, 'sql_queries'], rest.sql_queries ?? [], { homeDir: around.homeDir });
  reportAuthentication(source, path, rest);
  const file = 'path' in rest ? await duckdbFile(source, [...path, 'path'], rest.path, around) : '';
  const policy = databasePolicyOf(
    rest,
    around.defaults.policy,
    readBudget(source, [...path, 'budget'], rest.budget, around.defaults.policy.budget),
  );
  const partitions = partitionsOf(source, [...path, 'partitions'], rest.partitions ?? {});
  const database = sound === undefined ? undefined : databaseOf(source, sound, file, { partitions, policy }, around);
  const level: QueryLevel = {
    driver: database?.driver ?? 'oracle',
    timeoutMs: rest.timeout_ms ?? around.defaults.timeoutMs,
    ...queryDefaultsOf(rest, around.defaults.queries),
  };
  const hasOwnQueries = typeof value !== 'object' || value === null || ('sql_queries' in value && value.sql_queries !== null);
  return { path, name: rest.name, hasOwnQueries, partitions, database, level, queries };
}

function databaseOf(
  source: YamlSource,
  raw: RawDatabase,
  file: string,
  resolved: Pick<DatabaseConfig, 'partitions' | 'policy'>,
  around: DatabaseSurroundings,
): Omit<DatabaseConfig, 'queries'> {
  const endpoint = endpointOf(raw, file);
  const connectTimeoutMs = 'connect_timeout_ms' in raw ? raw.connect_timeout_ms : undefined;
  return {
    name: raw.name,
    driver: endpoint.kind,
    endpoint,
    standbys: standbysOf(raw),
    authentication: authenticationOf(source, raw, around.homeDir),
    ...(typeof raw.default_schema === 'string' ? { defaultSchema: raw.default_schema } : {}),
    zone: usualZone(raw.zone ?? around.defaults.zone),
    maxConcurrency: raw.max_concurrency ?? around.defaults.maxConcurrency,
    connectTimeoutMs: connectTimeoutMs ?? around.defaults.connectTimeoutMs,
    options: optionsOf(raw),
    ...resolved,
  };
}

/** What is wrong in the list has been reported and is `undefined`. */
function partitionsOf(
  source: YamlSource,
  path: KeyPath,
  raw: Readonly<Record<string, readonly (string | undefined)[]>>,
): DatabaseConfig['partitions'] {
  const entries = Object.entries(raw).map(([key, values]) => {
    values.forEach((value, index) => {
      if (value === undefined || values.indexOf(value) === index) return;
      source.report([...path, key, index], `The value ${value} stands here twice.`, 'Keep one of the two.');
    });
    return [key, values.filter((value) => value !== undefined)] as const;
  });
  return Object.fromEntries(entries);
}

/** All queries of a list that are right; also names that stand there twice are reported. */
export async function readQueries(
  source: YamlSource,
  path: KeyPath,
  values: readonly unknown[],
  around: { readonly homeDir: string; readonly group?: string },
): Promise<readonly QueryDeclaration[]> {
  const queries: QueryDeclaration[] = [];
  for (const [index, value] of values.entries()) {
    const query = await readQuery(source, [...path, index], value, around);
    if (query !== undefined) queries.push(query);
  }
  reportDuplicateNames(source, path, values, `query of this ${around.group === undefined ? 'database' : 'group'}`);
  return queries;
}

/** Reports every name of a list that stood there before, whatever its case. */
export function reportDuplicateNames(source: YamlSource, path: KeyPath, values: readonly unknown[], what: string): void {
  const first = new Map<string, number>();
  values.forEach((value, index) => {
    const name: unknown = typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;
    if (typeof name !== 'string') return;
    const earlier = first.get(name.toLowerCase());
    if (earlier === undefined) {
      first.set(name.toLowerCase(), index);
      return;
    }
    const message = `Another ${what} on line ${source.lineOf([...path, earlier, 'name'])} has this name.`;
    source.report([...path, index, 'name'], message, `Give each ${what} a name of its own; case does not matter.`);
  });
}

/** Without a known driver only what every driver has is looked at: groups and lists still find the database, and nothing else is amiss for it. */
function checkDatabase(source: YamlSource, path: KeyPath, value: unknown, allowFakeDriver: boolean): Checked<RawDatabase> {
  const fields: { readonly driver?: unknown } = typeof value === 'object' && value !== null ? value : {};
  const known = Object.keys(databaseShapes).filter((name) => name !== 'fake' || allowFakeDriver);
  const driver = fields.driver ?? 'oracle';
  if (typeof driver === 'string' && known.includes(driver)) {
    const name = driver as DriverName;
    return check<RawDatabase>(source, path, value, databaseSchemas[name], (key) => explainKey(key, name));
  }
  source.report([...path, 'driver'], 'There is no such driver.', suggest(typeof driver === 'string' ? driver : '', known));
  const { rest } = check(source, path, fields, sharedDatabaseSchema);
  return { sound: undefined, rest: Object.fromEntries(Object.entries(rest).filter(([key]) => key in sharedDatabaseSchema.shape)) };
}

/** A key of another driver is a mistake about the driver, not about the key. */
function explainKey(key: string, driver: DriverName): readonly [message: string, action: string] | undefined {
  const owners = (['oracle', 'postgres', 'duckdb'] as const).filter((name) => key in databaseShapes[name]).join(' or ');
  if (owners === '') return undefined;
  const message = `The key ${key} belongs to the driver ${owners}; this database has the driver ${driver}.`;
  return [message, `Write driver: ${owners}, or take ${key} out.`];
}

function optionsOf(raw: RawDatabase): DatabaseConfig['options'] {
  const entries: readonly (readonly [string, string | number | boolean | null | undefined])[] = Object.entries(raw.options ?? {});
  return Object.fromEntries(entries.flatMap(([key, value]) => (value === null || value === undefined ? [] : [[key, value]])));
}
