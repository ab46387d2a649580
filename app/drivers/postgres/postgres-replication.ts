/** How far a PostgreSQL standby is behind. */
import type { Connection, ReplicationLag } from '../driver.ts';
import { firstRow, reasonOfRefusal } from '../replication.ts';

/**
 * The time since the last transaction that was replayed. On a quiet primary that grows though nothing is missing, so where the account may
 * read what the receiver knows (pg_read_all_stats), the last message of the primary counts as well, provided that everything which the
 * primary had by then is replayed. The last message of a broken connection grows old too.
 */
const question = `SELECT CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE 'primary' END AS role,
  CAST(LEAST(
    EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp()),
    (SELECT EXTRACT(EPOCH FROM clock_timestamp() - last_msg_send_time) FROM pg_stat_wal_receiver
      WHERE status = 'streaming' AND pg_last_wal_replay_lsn() >= latest_end_lsn)
  ) AS text) AS lag_seconds`;

/** Asks a session. @throws as `query`, unless the database refuses the question */
export async function postgresLag(connection: Connection, signal: AbortSignal): Promise<ReplicationLag> {
  let answer: readonly (string | null)[] | undefined;
  try {
    answer = await firstRow(connection, question, signal);
  } catch (error) {
    return { kind: 'unknown', reason: reasonOfRefusal(error, 'The database does not tell its role') };
  }
  const [role, seconds] = answer ?? [];
  if (role === 'primary') return { kind: 'primary' };
  if (seconds === null || seconds === undefined)
    return { kind: 'unknown', reason: 'It has not replayed any transaction since it was started.' };
  // A clock that runs behind the primary's would make the lag negative.
  return { kind: 'standby', lagMs: Math.max(0, Math.ceil(Number(seconds) * 1000)) };
}
