/** How far the endpoint of an attempt is behind, asked before its statement, so that the statement sees at least as much. */
import type { Clock } from '../base/clock.ts';
import type { Connection } from '../drivers/driver.ts';
import type { DatabaseConfig } from '../model/database.ts';
import { instantFromMs } from '../model/instant.ts';
import type { ReplicaState } from './protocol.ts';

/**
 * `undefined` for a primary. The primary endpoint is asked too, for roles are switched and a standby may be all that is configured. Only
 * Oracle's is taken at its word where it has no standbys: the answer would need a right that such an account has had no use for.
 * @throws as `query` of the connection
 */
export async function replicaOf(
  connection: Connection,
  database: DatabaseConfig,
  endpoint: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<ReplicaState | undefined> {
  if (database.standbys.length === 0 && database.driver === 'oracle') return undefined;
  const askedMs = clock.nowMs();
  const lag = await connection.replicationLag?.(signal);
  if (lag === undefined) return endpoint === 0 ? undefined : { reason: 'This kind of database cannot be asked how far behind it is.' };
  switch (lag.kind) {
    case 'primary':
      return undefined;
    case 'standby':
      return { lagMs: lag.lagMs, knownUntil: instantFromMs(askedMs - lag.lagMs) };
    case 'unknown':
      return { reason: lag.reason };
  }
}
