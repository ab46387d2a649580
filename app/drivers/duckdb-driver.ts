/**
 * DuckDB inside the worker's own process: a database file opened read-only, or a database in memory whose statements read
 * CSV and Parquet files.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { raceAbort, throwIfAborted } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import { errorMessage } from '../base/error-text.ts';
import { CamError, failure } from '../model/failure.ts';
import { DuckdbConnection } from './duckdb-connection.ts';
import { openError } from './duckdb-errors.ts';
import type { Connection, ConnectTarget, Driver } from './driver.ts';

/** A database that is open, where it puts what does not fit into memory, and how many connections use it. */
interface OpenDatabase {
  readonly instance: Promise<DuckDBInstance>;
  readonly spill: Promise<string>;
  users: number;
}

/** Options a database may set, with their defaults: enough for millions of rows sorted, without taking the machine. */
const defaults = { memory_limit: '512MB', threads: 2 } as const;

/** A driver; connections to the same file with the same options share one open database. */
export function createDuckdbDriver({ clock }: { readonly clock: Clock }): Driver {
  const databases = new Map<string, OpenDatabase>();

  const acquire = (path: string, config: Record<string, string>): { database: OpenDatabase; release: () => void } => {
    const key = JSON.stringify([path, config]);
    const database = databases.get(key) ?? openDatabase(path, config);
    databases.set(key, database);
    database.users++;
    const release = (): void => {
      database.users--;
      if (database.users > 0) return;
      databases.delete(key);
      // One that could not be opened has told its opener already, and a folder that stays is a private one.
      closeDatabase(database).catch(() => undefined);
    };
    return { database, release };
  };

  const open = async (target: ConnectTarget): Promise<Connection> => {
    if (target.endpoint.kind !== 'duckdb') throw new CamError(failure('config.invalid', { message: 'The endpoint is no DuckDB file.' }));
    const { path } = target.endpoint;
    const { database, release } = acquire(path, configOf(target, path));
    let connection: DuckDBConnection | undefined;
    try {
      connection = await (await database.instance).connect();
      const serverVersion = await prepareSession(connection, target);
      return new DuckdbConnection({ connection, endpoint: path, serverVersion, zone: target.zone, clock, onClosed: release });
    } catch (error) {
      connection?.disconnectSync();
      release();
      throw openError(error, path);
    }
  };

  return {
    kind: 'duckdb',
    connect: async (target, signal) => {
      throwIfAborted(signal);
      const opening = open(target);
      try {
        return await raceAbort(opening, signal);
      } catch (error) {
        opening.then(
          (late) => late.close('end'),
          () => undefined,
        );
        throw error;
      }
    },
  };
}

function configOf(target: ConnectTarget, path: string): Record<string, string> {
  const option = (name: keyof typeof defaults): string => String(target.options[name] ?? defaults[name]);
  return {
    ...(path === ':memory:' ? {} : { access_mode: 'READ_ONLY' }),
    memory_limit: option('memory_limit'),
    threads: option('threads'),
    // Nothing is ever fetched from the network because a statement happens to name a function.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  };
}

/**
 * Opens a database. What does not fit into memory goes into a folder that only this account may read: beside the file, where
 * DuckDB would put it, this program may not write.
 */
function openDatabase(path: string, config: Record<string, string>): OpenDatabase {
  const spill = mkdtemp(join(tmpdir(), 'client-activity-monitor-duckdb-'));
  const instance = spill.then((directory) => DuckDBInstance.create(path, { ...config, temp_directory: directory }));
  return { instance, spill, users: 0 };
}

async function closeDatabase({ instance, spill }: OpenDatabase): Promise<void> {
  await instance.then(
    (open) => {
      open.closeSync();
    },
    () => undefined,
  );
  await rm(await spill, { recursive: true, force: true });
}

/** Sets the session's zone and schema; returns the server's version. */
async function prepareSession(connection: DuckDBConnection, target: ConnectTarget): Promise<string> {
  const asked = await connection.runAndReadAll('SELECT version(), current_database()');
  const [version, database] = (asked.getRowsJson()[0] ?? []).map(String);
  // Times with a zone and times without are compared in the session's zone.
  await connection.run(`SET TimeZone = ${quote(target.zone, "'")}`);
  const { defaultSchema } = target;
  if (defaultSchema !== undefined) {
    try {
      // With the database's name in front, because a file and a schema in it may have the same name.
      await connection.run(`USE ${quote(database ?? '', '"')}.${quote(defaultSchema, '"')}`);
    } catch (error) {
      throw missingSchema(defaultSchema, error);
    }
  }
  return `DuckDB ${version ?? ''}`;
}

function missingSchema(name: string, error: unknown): CamError {
  const known = failure('db.configuration', {
    message: `The database has no schema ${name}.`,
    action: 'Correct default_schema in databases.yaml.',
    detail: errorMessage(error),
  });
  return new CamError(known, { cause: error });
}

function quote(text: string, mark: '"' | "'"): string {
  return `${mark}${text.replaceAll(mark, mark + mark)}${mark}`;
}
