import { describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import type { Endpoint } from '../model/database.ts';
import { plainTarget } from '../testing/driver-under-test.ts';
import { createFakeDriver } from '../testing/fake-driver.ts';
import type { ReplicaState } from './protocol.ts';
import { replicaOf } from './replica.ts';

const { signal } = new AbortController();
const behind: Endpoint = { kind: 'fake', script: '{"replicationLagMs": 1500}' };

async function primaryOf(endpoint: Endpoint): Promise<ReplicaState | undefined> {
  const connection = await createFakeDriver({ clock: systemClock }).connect({ ...plainTarget, endpoint }, signal);
  try {
    return await replicaOf(connection, 0, systemClock, signal);
  } finally {
    await connection.close('end');
  }
}

describe('the primary endpoint', () => {
  it('is asked how far it is behind: a standby may be all that is configured', async () => {
    expect(await primaryOf(behind)).toMatchObject({ lagMs: 1_500 });
    expect(await primaryOf({ kind: 'fake', script: '{}' })).toBeUndefined();
  });
});
