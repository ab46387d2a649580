import type { DatabaseConfig } from '../model/database.ts';

/**
 * What is set in the environment of a database's process, in addition to its parent's.
 *
 * - Client libraries do their waiting on libuv's threads: one a connection, and two more for the spool's compression and files.
 * - Times are in UTC whatever the machine's zone.
 * - Rows are garbage as soon as they are spooled. V8 and glibc would rather take more memory than clean up; measured with 5 million
 *   rows, these two limits keep a worker at 150 MiB instead of 280, at the same speed.
 */
export function workerEnvironment(database: DatabaseConfig): Readonly<Record<string, string | undefined>> {
  return {
    UV_THREADPOOL_SIZE: String(database.maxConcurrency + 2),
    TZ: 'UTC',
    NODE_OPTIONS: '--max-semi-space-size=8',
    MALLOC_ARENA_MAX: '2',
  };
}
