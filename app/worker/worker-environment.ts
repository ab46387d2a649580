import type { DatabaseConfig } from '../model/database.ts';

/**
 * What is set in the environment of a database's process, in addition to its parent's. Client libraries do their waiting on
 * libuv's threads: one a connection, and two more for the spool's compression and files. Times are in UTC whatever the machine's zone.
 */
export function workerEnvironment(database: DatabaseConfig): Readonly<Record<string, string | undefined>> {
  return { UV_THREADPOOL_SIZE: String(database.maxConcurrency + 2), TZ: 'UTC' };
}
