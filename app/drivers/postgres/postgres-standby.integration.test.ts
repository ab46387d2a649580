import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { type PostgresAccount, startPostgres, startPostgresStandby, type TestPostgres } from '../../testing/postgres-server.ts';
import { rowsOf, targetOf } from '../../testing/postgres-target.ts';
import { replicaOf } from '../../worker/replica.ts';
import type { ReplicationLag } from '../driver.ts';
import { createPostgresDriver } from './postgres-driver.ts';

const { signal } = new AbortController();

let primary: TestPostgres;
let standby: TestPostgres;

beforeAll(async () => {
  primary = await startPostgres({ settings: { wal_sender_timeout: '2s' } });
  standby = await startPostgresStandby(primary);
  await primary.sql("CREATE TABLE changes (id int); CREATE ROLE analyst LOGIN PASSWORD 'secret'; GRANT SELECT ON changes TO analyst");
});
afterAll(async () => {
  await standby.stop();
  await primary.stop();
});

async function lagOf(account: PostgresAccount): Promise<ReplicationLag | undefined> {
  const connection = await createPostgresDriver({ clock: systemClock }).connect(targetOf(account), signal);
  try {
    return await connection.replicationLag?.(signal);
  } finally {
    await connection.close('end');
  }
}

async function lagMsOf(account: PostgresAccount): Promise<number> {
  const lag = await lagOf(account);
  if (lag?.kind !== 'standby') throw new Error(`a standby was expected, got ${JSON.stringify(lag)}`);
  return lag.lagMs;
}

/** Waits until the standby has as many rows. */
async function untilReplayed(rows: number): Promise<void> {
  for (;;) {
    const [row] = await standby
      .sql<{ count: string }>("SELECT count(*) FROM changes WHERE to_regclass('changes') IS NOT NULL")
      .catch(() => []);
    if (Number(row?.count ?? -1) >= rows) return;
    await sleep(20);
  }
}

describe('how far a PostgreSQL standby is behind', () => {
  it('is nothing for the primary', async () => {
    expect(await lagOf(primary.admin)).toEqual({ kind: 'primary' });
  });

  it('is little for one that follows, and grows while its replay stands still although the primary goes on', async () => {
    await primary.sql('INSERT INTO changes VALUES (1)');
    await untilReplayed(1);
    await standby.sql('SELECT pg_wal_replay_pause()');
    await primary.sql('INSERT INTO changes VALUES (2)');
    const before = performance.now();
    await sleep(1_500);
    const waitedMs = performance.now() - before;
    const account = { ...standby.admin, user: 'analyst', password: 'secret' };
    // Whoever may look at the receiver knows no better: the primary has told of more than was replayed.
    expect(await lagMsOf(standby.admin)).toBeGreaterThanOrEqual(waitedMs);
    expect(await lagMsOf(account)).toBeGreaterThanOrEqual(waitedMs);
    await standby.sql('SELECT pg_wal_replay_resume()');
    await untilReplayed(2);
  });

  it('is what the primary last told where nothing happens there, for an account that may know it; else the time since the last transaction', async () => {
    await primary.sql('INSERT INTO changes VALUES (3)');
    await untilReplayed(3);
    const plain = { ...standby.admin, user: 'analyst', password: 'secret' };
    // The primary sends word each second; the limit of the test ends a wait in vain.
    while ((await lagMsOf(standby.admin)) + 3_000 > (await lagMsOf(plain))) await sleep(200);
  });

  it('is asked of the only endpoint too: a standby that is configured as the primary does not pass for one', async () => {
    const connection = await createPostgresDriver({ clock: systemClock }).connect(targetOf(standby.admin), signal);
    try {
      expect(await replicaOf(connection, 0, systemClock, signal)).toEqual({
        lagMs: expect.any(Number) as number,
        knownUntil: expect.any(String) as string,
      });
    } finally {
      await connection.close('end');
    }
  });

  it('is not known where the account may not ask for it, and the connection can still be used', async () => {
    await primary.sql('REVOKE EXECUTE ON FUNCTION pg_is_in_recovery() FROM PUBLIC');
    const account = { ...primary.admin, user: 'analyst', password: 'secret' };
    const connection = await createPostgresDriver({ clock: systemClock }).connect(targetOf(account), signal);
    try {
      expect(await connection.replicationLag?.(signal)).toEqual({
        kind: 'unknown',
        reason: expect.stringMatching(/does not tell its role: .*42501/) as string,
      });
      expect(await rowsOf(connection, 'SELECT count(*) FROM changes')).toEqual([['3']]);
    } finally {
      await connection.close('end');
    }
  });
});
