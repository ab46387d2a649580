/** One entry of `databases` as a checked value. */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Authentication, DatabaseConfig, Endpoint, QueryConfig } from '../model/database.ts';
import { databaseSchemas, databaseShapes, type RawDatabase } from './databases-schema.ts';
import { expandCache } from './file-path.ts';
import { readQuery } from './query-config.ts';
import { checkedAt, suggest } from './schema-problems.ts';
import { type DatabaseDefaults, readPath, readZone } from './settings.ts';
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
type RawNetworkDatabase = Exclude<RawDatabase, { driver: 'duckdb' }>;

/** The database, or `undefined` after every mistake in it and in its queries was reported. */
export async function readDatabase(
  source: YamlSource,
  path: KeyPath,
  value: unknown,
  around: DatabaseSurroundings,
): Promise<DatabaseConfig | undefined> {
  const driver = driverOf(source, path, value, around.allowFakeDriver);
  const raw: RawDatabase | undefined =
    driver === undefined
      ? undefined
      : checkedAt<RawDatabase>(source, path, value, databaseSchemas[driver], (key) => explainKey(key, driver));
  const timeoutMs = raw?.timeout_ms ?? around.defaults.timeoutMs;
  const queries = await readQueries(source, [...path, 'sql_queries'], listAt(value, 'sql_queries'), { homeDir: around.homeDir, timeoutMs });
  if (raw === undefined) return undefined;
  const endpoint = await endpointOf(source, path, raw, around);
  const connectTimeoutMs = 'connect_timeout_ms' in raw ? raw.connect_timeout_ms : undefined;
  return {
    name: raw.name,
    driver: endpoint.kind,
    endpoint,
    standbys: standbysOf(raw),
    authentication: authenticationOf(source, path, raw, around.homeDir),
    ...(typeof raw.default_schema === 'string' ? { defaultSchema: raw.default_schema } : {}),
    zone: readZone(source, [...path, 'zone'], raw.zone, around.defaults.zone),
    maxConcurrency: raw.max_concurrency ?? around.defaults.maxConcurrency,
    connectTimeoutMs: connectTimeoutMs ?? around.defaults.connectTimeoutMs,
    options: optionsOf(raw),
    queries,
  };
}

/** The list under a key of a section; empty where there is none (the schema has told). */
export function listAt(value: unknown, key: string): readonly unknown[] {
  const list: unknown = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
  return Array.isArray(list) ? list : [];
}

/** Reports every name of a list that stood there before, whatever its case. */
export function reportDuplicateNames(source: YamlSource, path: KeyPath, values: readonly unknown[], what: string): void {
  const first = new Map<string, number>();
  values.forEach((value, index) => {
    const name: unknown = typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;
    if (typeof name !== 'string') return;
    const earlier = first.get(name.toLowerCase());
    if (earlier === undefined) first.set(name.toLowerCase(), index);
    else {
      const line = source.lineOf([...path, earlier, 'name']);
      source.report(
        [...path, index, 'name'],
        `Another ${what} on line ${line} has this name.`,
        `Give each ${what} a name of its own; case does not matter.`,
      );
    }
  });
}

async function readQueries(
  source: YamlSource,
  path: KeyPath,
  values: readonly unknown[],
  around: { readonly homeDir: string; readonly timeoutMs: number },
): Promise<readonly QueryConfig[]> {
  const queries: QueryConfig[] = [];
  for (const [index, value] of values.entries()) {
    const query = await readQuery(source, [...path, index], value, around);
    if (query !== undefined) queries.push(query);
  }
  reportDuplicateNames(source, path, values, 'query of this database');
  return queries;
}

function driverOf(source: YamlSource, path: KeyPath, value: unknown, allowFakeDriver: boolean): DriverName | undefined {
  const driver: unknown = typeof value === 'object' && value !== null && 'driver' in value ? value.driver : undefined;
  if (driver === undefined || driver === null) return 'oracle';
  const known = Object.keys(databaseShapes).filter((name) => name !== 'fake' || allowFakeDriver);
  if (typeof driver === 'string' && known.includes(driver)) return driver as DriverName;
  source.report([...path, 'driver'], 'There is no such driver.', suggest(typeof driver === 'string' ? driver : '', known));
  return undefined;
}

/** A key of another driver is a mistake about the driver, not about the key. */
function explainKey(key: string, driver: DriverName): readonly [string, string] | undefined {
  const other = (['oracle', 'postgres', 'duckdb'] as const).find((name) => key in databaseShapes[name]);
  if (other === undefined) return undefined;
  return [
    `The key ${key} belongs to the driver ${other}; this database has the driver ${driver}.`,
    `Write driver: ${other}, or take ${key} out.`,
  ];
}

async function endpointOf(source: YamlSource, path: KeyPath, raw: RawDatabase, around: DatabaseSurroundings): Promise<Endpoint> {
  switch (raw.driver) {
    case 'postgres':
      return { kind: 'postgres', host: raw.host, port: raw.port, database: raw.database, tls: raw.tls ?? true };
    case 'duckdb':
      return { kind: 'duckdb', path: await duckdbPath(source, [...path, 'path'], raw.path, around) };
    case 'fake':
      return { kind: 'fake', script: raw.script };
    case 'oracle':
    case null:
    case undefined:
      return { kind: 'oracle', host: raw.host, port: raw.port, serviceName: raw.service_name };
  }
}

async function duckdbPath(source: YamlSource, path: KeyPath, text: string, around: DatabaseSurroundings): Promise<string> {
  if (text === ':memory:') return text;
  const file = readPath(source, path, text, around.homeDir);
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory() === true) source.report(path, `${file} is a folder.`, 'Name the database file itself.');
  else if (found === undefined && !around.isSample) {
    source.report(path, `There is no database file ${file}.`, 'Correct the path; a relative one begins at the folder of this file.');
  }
  return file;
}

function standbysOf(raw: RawDatabase): readonly Endpoint[] {
  switch (raw.driver) {
    case 'duckdb':
    case 'fake':
      return [];
    case 'postgres':
      return (raw.standbys ?? []).map(({ host, port, database }) => ({
        kind: 'postgres',
        host,
        port,
        database: database ?? raw.database,
        tls: raw.tls ?? true,
      }));
    case 'oracle':
    case null:
    case undefined:
      return (raw.standbys ?? []).map(({ host, port, service_name }) => ({
        kind: 'oracle',
        host,
        port,
        serviceName: service_name ?? raw.service_name,
      }));
  }
}

/** Without a user, Oracle is entered with Kerberos and the others with nothing (the server decides). */
function authenticationOf(source: YamlSource, path: KeyPath, raw: RawDatabase, homeDir: string): Authentication {
  if (raw.driver === 'duckdb') return { kind: 'none' };
  const { user, password_env: passwordEnv } = raw;
  const kerberos = 'kerberos' in raw ? raw.kerberos : undefined;
  if (typeof user === 'string' || typeof passwordEnv === 'string') {
    if (kerberos !== undefined && kerberos !== null) {
      source.report([...path, 'kerberos'], 'This database has both a user and Kerberos.', 'Keep one of the two ways in.');
    }
    if (typeof user !== 'string')
      source.report([...path, 'password_env'], 'There is a password but no user.', 'Add user, or take password_env out.');
    if (typeof passwordEnv !== 'string') {
      source.report(
        [...path, 'user'],
        'There is a user but no password.',
        'Add password_env: the name of the environment variable that holds it.',
      );
    }
    return { kind: 'password', user: user ?? '', passwordEnv: passwordEnv ?? '' };
  }
  return isOracle(raw) ? kerberosOf(source, kerberos ?? {}, homeDir) : { kind: 'none' };
}

function kerberosOf(
  source: YamlSource,
  { principal, cache }: { principal?: string | null | undefined; cache?: string | null | undefined },
  homeDir: string,
): Authentication {
  return {
    kind: 'kerberos',
    ...(typeof principal === 'string' ? { principal } : {}),
    ...(typeof cache === 'string' ? { cache: expandCache(cache, dirname(source.file), homeDir) } : {}),
  };
}

function isOracle(raw: RawNetworkDatabase): boolean {
  return raw.driver === 'oracle' || raw.driver === null || raw.driver === undefined;
}

function optionsOf(raw: RawDatabase): DatabaseConfig['options'] {
  return Object.fromEntries(
    Object.entries(raw.options ?? {}).filter(
      (entry): entry is [string, string | number | boolean] => entry[1] !== null && entry[1] !== undefined,
    ),
  );
}
