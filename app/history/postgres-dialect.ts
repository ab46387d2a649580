/** Kysely over `pg`. */
import { PostgresDialect } from 'kysely';
import { Pool, TypeOverrides, types } from 'pg';

/**
 * A pool for the address `postgres://user:password@host:port/database`. `onIdleError` is told when a connection that nobody
 * uses breaks: the pool replaces it by itself, but an error nobody listens to would end the process.
 */
export function postgresPool(url: string, onIdleError: (error: Error) => void): Pool {
  const parsers = new TypeOverrides();
  // Counts and microseconds are far below 2^53.
  parsers.setTypeParser(types.builtins.INT8, Number);
  const pool = new Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    // Whoever hangs on the other side, or with a lock in hand, must not hold this side up for ever.
    query_timeout: 120_000,
    lock_timeout: 15_000,
    idle_in_transaction_session_timeout: 60_000,
    application_name: 'Client Activity Monitor',
    types: parsers,
  });
  pool.on('error', onIdleError);
  return pool;
}

/** A dialect on a pool, which it ends. */
export function postgresDialect(pool: Pool): PostgresDialect {
  return new PostgresDialect({ pool });
}
