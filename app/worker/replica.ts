/** How far the endpoint of an attempt is behind, asked before its statement, so that the statement sees at least as much. */
import type { Clock } from '../base/clock.ts';
import type { Connection } from '../drivers/driver.ts';
import { instantFromMs } from '../model/instant.ts';
import type { ReplicaState } from './protocol.ts';

/**
 * `undefined` for a primary. The primary endpoint is asked too, for roles are switched and a standby may be all that is configured.
 * @throws as `query` of the connection
 */
export async function replicaOf(
  connection: Connection,
  endpoint: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<ReplicaState | undefined> {
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
