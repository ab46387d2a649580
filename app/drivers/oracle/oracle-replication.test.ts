import { describe, expect, it } from 'vitest';
import { connected, quiet, targetOf } from '../../testing/oracle-harness.ts';
import type { DataGuard } from '../../testing/oracle-wire/data-guard.ts';
import { withListener } from '../../testing/oracle-wire/wire-test.ts';
import type { ReplicationLag } from '../driver.ts';

async function lagOf(dataGuard: DataGuard): Promise<ReplicationLag | undefined> {
  let lag: ReplicationLag | undefined;
  await withListener({ dataGuard }, (listener) =>
    connected(targetOf(listener), async (connection) => {
      lag = await connection.replicationLag?.(quiet);
      expect(listener.sessions()[0]).toMatchObject({ transaction: 'none', openResults: [] });
    }),
  );
  return lag;
}

describe('how far an Oracle database is behind', () => {
  it('is nothing for a primary, which the view is not asked about', async () => {
    expect(await lagOf({ role: 'PRIMARY' })).toEqual({ kind: 'primary' });
  });

  it('is the apply lag of a standby, and the age of that figure on top: where no redo arrives any more, the figure stands still', async () => {
    expect(await lagOf({ role: 'PHYSICAL STANDBY', stats: ['+00 00:01:12', 0] })).toEqual({ kind: 'standby', lagMs: 72_000 });
    expect(await lagOf({ role: 'LOGICAL STANDBY', stats: ['+01 02:00:00', 30] })).toEqual({ kind: 'standby', lagMs: 93_630_000 });
  });

  it('is unknown where the account may not read the view, or where that says nothing, and why is told', async () => {
    expect(await lagOf({ role: 'PHYSICAL STANDBY' })).toEqual({
      kind: 'unknown',
      reason: expect.stringMatching(/V\$DATAGUARD_STATS.*ORA-00942/) as string,
    });
    for (const stats of ['no row', [null, 0], ['+00 00:00:01', null], ['a while', 0]] as const) {
      expect(await lagOf({ role: 'PHYSICAL STANDBY', stats })).toEqual({
        kind: 'unknown',
        reason: expect.stringContaining('no apply lag') as string,
      });
    }
  });

  it('is unknown where the database does not tell its role: it is not taken for a primary', async () => {
    expect(await lagOf({ role: null })).toEqual({
      kind: 'unknown',
      reason: expect.stringMatching(/does not tell its role.*ORA-02003/) as string,
    });
  });

  it('is asked of a primary with one statement, tagged as ours, and no transaction', () =>
    withListener({}, (listener) =>
      connected(targetOf(listener), async (connection) => {
        const before = listener.statements().length;
        expect(await connection.replicationLag?.(quiet)).toEqual({ kind: 'primary' });
        const asked = listener.statements().slice(before);
        expect(asked.map(({ sql }) => sql)).toEqual([expect.stringMatching(/cam:replication.*DATABASE_ROLE/s) as string]);
        expect(listener.sessions()[0]).toMatchObject({ transaction: 'none', openResults: [] });
      }),
    ));
});
