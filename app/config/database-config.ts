/** One entry of `databases` as a checked value. */
import type { DatabaseConfig, QueryConfig } from '../model/database.ts';
import { authenticationOf, reportAuthentication } from './database-authentication.ts';
import { duckdbFile, endpointOf, standbysOf } from './database-endpoint.ts';
import { databaseSchemas, databaseShapes, type RawDatabase } from './databases-schema.ts';
import { readQuery } from './query-config.ts';
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

/** The database, or `undefined` where it has mistakes. All of them, and those of its queries, are reported. */
export async function readDatabase(
  source: YamlSource,
  path: KeyPath,
  value: unknown,
  around: DatabaseSurroundings,
): Promise<DatabaseConfig | undefined> {
  const { sound, rest } = checkDatabase(source, path, value, around.allowFakeDriver);
  const timeoutMs = rest.timeout_ms ?? around.defaults.timeoutMs;
  const queries = await readQueries(source, [...path, 'sql_queries'], rest.sql_queries ?? [], { homeDir: around.homeDir, timeoutMs });
  reportAuthentication(source, path, rest);
  const file = 'path' in rest ? await duckdbFile(source, [...path, 'path'], rest.path, around) : '';
  if (sound === undefined) return undefined;
  const endpoint = endpointOf(sound, file);
  const connectTimeoutMs = 'connect_timeout_ms' in sound ? sound.connect_timeout_ms : undefined;
  return {
    name: sound.name,
    driver: endpoint.kind,
    endpoint,
    standbys: standbysOf(sound),
    authentication: authenticationOf(source, sound, around.homeDir),
    ...(typeof sound.default_schema === 'string' ? { defaultSchema: sound.default_schema } : {}),
    zone: usualZone(sound.zone ?? around.defaults.zone),
    maxConcurrency: sound.max_concurrency ?? around.defaults.maxConcurrency,
    connectTimeoutMs: connectTimeoutMs ?? around.defaults.connectTimeoutMs,
    options: optionsOf(sound),
    queries,
  };
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

/** Without a known driver only the queries can be looked at. */
function checkDatabase(source: YamlSource, path: KeyPath, value: unknown, allowFakeDriver: boolean): Checked<RawDatabase> {
  const fields: { readonly driver?: unknown; readonly sql_queries?: unknown } = typeof value === 'object' && value !== null ? value : {};
  const known = Object.keys(databaseShapes).filter((name) => name !== 'fake' || allowFakeDriver);
  const driver = fields.driver ?? 'oracle';
  if (typeof driver === 'string' && known.includes(driver)) {
    const name = driver as DriverName;
    return check<RawDatabase>(source, path, value, databaseSchemas[name], (key) => explainKey(key, name));
  }
  source.report([...path, 'driver'], 'There is no such driver.', suggest(typeof driver === 'string' ? driver : '', known));
  return { sound: undefined, rest: Array.isArray(fields.sql_queries) ? { sql_queries: fields.sql_queries } : {} };
}

/** A key of another driver is a mistake about the driver, not about the key. */
function explainKey(key: string, driver: DriverName): readonly [message: string, action: string] | undefined {
  const owners = (['oracle', 'postgres', 'duckdb'] as const).filter((name) => key in databaseShapes[name]).join(' or ');
  if (owners === '') return undefined;
  const message = `The key ${key} belongs to the driver ${owners}; this database has the driver ${driver}.`;
  return [message, `Write driver: ${owners}, or take ${key} out.`];
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

function optionsOf(raw: RawDatabase): DatabaseConfig['options'] {
  const entries: readonly (readonly [string, string | number | boolean | null | undefined])[] = Object.entries(raw.options ?? {});
  return Object.fromEntries(entries.flatMap(([key, value]) => (value === null || value === undefined ? [] : [[key, value]])));
}
