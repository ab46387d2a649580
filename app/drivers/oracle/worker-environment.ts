/** What the process of an Oracle database is given before it starts: the client library reads its environment once and for all. */
import { delimiter, join } from 'node:path';
import type { DatabaseConfig, OracleClientSettings } from '../../model/database.ts';
import { barePath } from './connect-attributes.ts';
import { sqlnetOra } from './sqlnet-ora.ts';

/** What it depends on. */
export interface WorkerEnvironmentInput {
  readonly database: Pick<DatabaseConfig, 'authentication' | 'maxConcurrency' | 'options'>;
  readonly oracleClient: OracleClientSettings;
  /** Absolute path of a folder of the program's own for this database; it is TNS_ADMIN. */
  readonly directory: string;
  readonly platform: NodeJS.Platform;
  /** The parent's value, which the Instant Client's folder is put in front of. */
  readonly libraryPath?: string | undefined;
}

/** What to set and what to write first. */
export interface WorkerEnvironment {
  readonly environment: Readonly<Record<string, string>>;
  /** Files by absolute path; they lie in `directory`. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Environment and files of a database's process.
 *
 * A running statement of the Thick client holds one thread of libuv's, and a break needs a free one: hence the connections
 * and two more. Times are in UTC, whatever the machine's zone, because the Thin client reads and writes dates in the
 * zone of its process. Without Kerberos the rest is not needed, and nothing is written.
 */
export function oracleWorkerEnvironment(input: WorkerEnvironmentInput): WorkerEnvironment {
  const { database, oracleClient, directory, platform } = input;
  const { authentication, maxConcurrency, options } = database;
  const common = { UV_THREADPOOL_SIZE: String(maxConcurrency + 2), TZ: 'UTC' };
  if (authentication.kind !== 'kerberos') return { environment: common, files: {} };
  const { instantClientDir, krb5Conf, krb5Cache, traceLevel, traceDirectory } = oracleClient;
  const cache = authentication.cache ?? krb5Cache;
  const text = sqlnetOra({ krb5Conf, krb5Cache: cache, disableOob: options.disable_oob === true, traceLevel, traceDirectory, platform });
  const loaderPath = libraryPathOf(instantClientDir, input.libraryPath, platform);
  return {
    environment: {
      ...common,
      TNS_ADMIN: directory,
      ...(cache === undefined ? {} : { KRB5CCNAME: `FILE:${barePath(cache)}` }),
      ...(krb5Conf === undefined ? {} : { KRB5_CONFIG: krb5Conf }),
      ...(loaderPath === undefined ? {} : { LD_LIBRARY_PATH: loaderPath }),
    },
    files: { [join(directory, 'sqlnet.ora')]: text },
  };
}

/** On Linux the loader finds the Instant Client's libraries by its path only, which must be set before the process starts. */
function libraryPathOf(instantClientDir: string | undefined, present: string | undefined, platform: NodeJS.Platform): string | undefined {
  if (platform !== 'linux' || instantClientDir === undefined) return undefined;
  return present === undefined || present === '' ? instantClientDir : `${instantClientDir}${delimiter}${present}`;
}
