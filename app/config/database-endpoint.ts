/** Where a database is. */
import { stat } from 'node:fs/promises';
import type { Endpoint } from '../model/database.ts';
import type { RawDatabase } from './databases-schema.ts';
import { readPath } from './settings.ts';
import type { KeyPath, YamlSource } from './yaml-source.ts';

/**
 * The absolute path of a DuckDB file, or `:memory:`. A file that is not there is reported, but for samples: theirs are
 * made on the first start.
 */
export async function duckdbFile(
  source: YamlSource,
  path: KeyPath,
  text: string,
  around: { readonly homeDir: string; readonly isSample: boolean },
): Promise<string> {
  if (text === ':memory:') return text;
  const file = readPath(source, path, text, around.homeDir);
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory() === true) source.report(path, `${file} is a folder.`, 'Name the database file itself.');
  else if (found === undefined && !around.isSample) {
    source.report(path, `There is no database file ${file}.`, 'Correct the path; a relative one begins at the folder of this file.');
  }
  return file;
}

/** The primary endpoint; `duckdbPath` is the checked path where the driver is DuckDB. */
export function endpointOf(raw: RawDatabase, duckdbPath: string): Endpoint {
  switch (raw.driver) {
    case 'postgres':
      return { kind: 'postgres', host: raw.host, port: raw.port, database: raw.database, tls: raw.tls ?? true };
    case 'duckdb':
      return { kind: 'duckdb', path: duckdbPath };
    case 'fake':
      return { kind: 'fake', script: raw.script };
    case 'oracle':
    case null:
    case undefined:
      return { kind: 'oracle', host: raw.host, port: raw.port, serviceName: raw.service_name };
  }
}

/** The alternates; what they do not say themselves is the primary's. */
export function standbysOf(raw: RawDatabase): readonly Endpoint[] {
  switch (raw.driver) {
    case 'duckdb':
      return [];
    case 'fake':
      return (raw.standbys ?? []).map(({ script }) => ({ kind: 'fake', script }));
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
      return (raw.standbys ?? []).map(({ host, port, service_name: serviceName }) => ({
        kind: 'oracle',
        host,
        port,
        serviceName: serviceName ?? raw.service_name,
      }));
  }
}
