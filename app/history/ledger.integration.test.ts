import { sql } from 'kysely';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { openTestStore, postgresStores } from '../testing/history-store.ts';
import { describeLedger, ledgerOf } from '../testing/ledger-conformance.ts';
import { sampleEnd } from '../testing/ledger-values.ts';

const maker = postgresStores();
afterAll(() => maker.dispose());

describeLedger('PostgreSQL', postgresStores(), true);

it('the end of an interval counts although a beat of the same claim is being written at that moment', async () => {
  const location = await maker.newLocation();
  const [store, other] = [await openTestStore(location), await openTestStore(location)];
  const ask = ledgerOf(store);
  const [since, to] = ['2026-11-20T09:00:00.000000Z', '2026-11-20T10:00:00.000000Z'];
  await ask('schedule', { schedule: 'hourly', since });
  await ask('extendLedger', { schedule: 'hourly', intervals: [{ from: since, to, dueAt: to }] });
  await ask('claimInterval', { schedule: 'hourly', to, claim: 'a', host: 'pc', pid: 7, at: to });
  const isWaiting = async (): Promise<boolean> => {
    const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(other.db);
    return rows[0]!.n > 0;
  };
  let ending: Promise<boolean> | undefined;
  await other.db.transaction().execute(async (trx) => {
    await sql`UPDATE schedule_intervals SET beat = beat + 1 WHERE claim = 'a'`.execute(trx);
    ending = ask('endInterval', { claim: 'a', end: sampleEnd(), alerts: [] });
    while (!(await isWaiting())) await sleep(10);
  });
  expect(await ending).toBe(true);
  expect((await ask('ledger', { limit: 10, offset: 0 })).intervals).toMatchObject([{ state: 'done' }]);
  await store.close();
  await other.close();
});
