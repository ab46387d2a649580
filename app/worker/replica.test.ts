import { describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import type { DatabaseConfig, Endpoint } from '../model/database.ts';
import { plainTarget } from '../testing/driver-conformance.ts';
import { createFakeDriver } from '../testing/fake-driver.ts';
import { sampleDatabase } from '../testing/builders.ts';
import type { ReplicaState } from './protocol.ts';
import { replicaOf } from './replica.ts';

const { signal } = new AbortController();
const behind: Endpoint = { kind: 'fake', script: '{"replicationLagMs": 1500}' };

async function primaryOf(endpoint: Endpoint, change: Partial<DatabaseConfig>): Promise<ReplicaState | undefined> {
  const connection = await createFakeDriver({ clock: systemClock }).connect({ ...plainTarget, endpoint }, signal);
  try {
    return await replicaOf(connection, { ...sampleDatabase(), endpoint, ...change }, 0, systemClock, signal);
  } finally {
    await connection.close('end');
  }
}

describe('the primary endpoint', () => {
  it('is asked how far it is behind, with standbys and without', async () => {
    expect(await primaryOf(behind, { standbys: [] })).toMatchObject({ lagMs: 1_500 });
    expect(await primaryOf(behind, { standbys: [behind] })).toMatchObject({ lagMs: 1_500 });
    expect(await primaryOf({ kind: 'fake', script: '{}' }, { standbys: [] })).toBeUndefined();
  });

  it('of an Oracle database is asked only where it has standbys', async () => {
    expect(await primaryOf(behind, { driver: 'oracle', standbys: [] })).toBeUndefined();
    expect(await primaryOf(behind, { driver: 'oracle', standbys: [behind] })).toMatchObject({ lagMs: 1_500 });
  });
});
