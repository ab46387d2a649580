import { describe, expect, it } from 'vitest';
import { connected, quiet, targetOf } from '../../testing/oracle-harness.ts';
import type { Execute } from '../../testing/oracle-wire/backend.ts';
import { OraError } from '../../testing/oracle-wire/ora-error.ts';
import { fixedRows, withListener } from '../../testing/oracle-wire/wire-test.ts';
import type { ReplicationLag } from '../driver.ts';

/** A database of this role whose view holds this lag and a datum of this age; `null`: the account may not read the view. */
function database(role: string, view: readonly [lag: string | null, ageSeconds: number | null] | 'empty' | null): Execute {
  return (request, signal) => {
    if (request.sql.includes('DATABASE_ROLE')) return fixedRows([{ name: 'DATABASE_ROLE', type: 'varchar' }], [[role]])(request, signal);
    if (!request.sql.includes('V$DATAGUARD_STATS')) throw new OraError(900);
    if (view === null) throw new OraError(942);
    const columns = [
      { name: 'LAG_INTERVAL', type: 'varchar' },
      { name: 'AGE_SECONDS', type: 'number' },
    ] as const;
    return fixedRows(columns, view === 'empty' ? [] : [view])(request, signal);
  };
}

async function lagOf(execute: Execute): Promise<ReplicationLag | undefined> {
  let lag: ReplicationLag | undefined;
  await withListener({ execute }, (listener) =>
    connected(targetOf(listener), async (connection) => {
      lag = await connection.replicationLag?.(quiet);
      expect(listener.sessions()[0]).toMatchObject({ transaction: 'none', openResults: [] });
    }),
  );
  return lag;
}

describe('how far an Oracle database is behind', () => {
  it('is nothing for a primary, whatever the view holds', async () => {
    expect(await lagOf(database('PRIMARY', null))).toEqual({ kind: 'primary' });
  });

  it('is the apply lag of a standby, and the age of that figure on top: where no redo arrives any more, the figure stands still', async () => {
    expect(await lagOf(database('PHYSICAL STANDBY', ['+00 00:01:12', 0]))).toEqual({ kind: 'standby', lagMs: 72_000 });
    expect(await lagOf(database('PHYSICAL STANDBY', ['+01 02:00:00', 30]))).toEqual({ kind: 'standby', lagMs: 93_630_000 });
  });

  it('is unknown where the account may not read the view, or where that says nothing, and why is told', async () => {
    expect(await lagOf(database('PHYSICAL STANDBY', null))).toEqual({
      kind: 'unknown',
      reason: expect.stringMatching(/V\$DATAGUARD_STATS.*ORA-00942/) as string,
    });
    for (const view of ['empty', [null, 0], ['+00 00:00:01', null], ['a while', 0]] as const) {
      expect(await lagOf(database('PHYSICAL STANDBY', view))).toEqual({
        kind: 'unknown',
        reason: expect.stringContaining('no apply lag') as string,
      });
    }
  });
});
