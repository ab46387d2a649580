import { afterEach, describe, expect, it } from 'vitest';
import { type SourceOutcome } from '../model/run.ts';
import type { DataGuard } from '../testing/oracle-wire/data-guard.ts';
import { account, fixedRows, withListener } from '../testing/oracle-wire/wire-test.ts';
import { startTestApp, type TestApp } from '../testing/test-app.ts';

let test: TestApp | undefined;

afterEach(async () => {
  await test?.close();
  test = undefined;
});

const variable = 'CAM_TEST_PASSWORD';
const changes = fixedRows(
  [
    { name: 'USER_ID', type: 'number', precision: 9, scale: 0 },
    { name: 'CHANGED_BY', type: 'varchar', size: 20 },
    { name: 'CHANGE_DATE', type: 'varchar', size: 32 },
  ],
  [[1, 'analyst', '2026-11-10 12:00:00']],
);

/** What comes of a source whose only endpoint is a database of this role. */
async function outcomeOf(dataGuard: DataGuard): Promise<SourceOutcome | undefined> {
  let outcome: SourceOutcome | undefined;
  await withListener({ dataGuard, execute: changes }, async ({ host, port }) => {
    const server = { host, port, service_name: 'TESTDB', user: account.user, password_env: variable };
    const sql = 'SELECT user_id, changed_by, change_date FROM email_changes WHERE change_date >= :start_date';
    const query = { name: 'emails', changeType: 'email', sql };
    test = await startTestApp(
      [{ name: 'mail', driver: 'oracle', server, queries: [query] }],
      {},
      { environment: { [variable]: account.password } },
    );
    const { sources } = await test.run();
    outcome = sources['mail/emails']?.outcome;
    await test.close();
    test = undefined;
  });
  return outcome;
}

describe('an Oracle database with no other endpoint', () => {
  it('has answered whole where it is a primary', async () => {
    expect(await outcomeOf({ role: 'PRIMARY' })).toMatchObject({ kind: 'completed', rows: 1 });
  });

  it('has answered in part where it is a standby that is behind the end of the window', async () => {
    expect(await outcomeOf({ role: 'PHYSICAL STANDBY', stats: ['+20 00:00:00', 0] })).toMatchObject({
      kind: 'partial',
      rows: 1,
      failure: { code: 'db.replica-behind', message: expect.stringContaining('behind') as string },
    });
  });

  it('has answered in part where it is a standby that does not say how far it is behind, and why is told', async () => {
    expect(await outcomeOf({ role: 'PHYSICAL STANDBY' })).toMatchObject({
      kind: 'partial',
      failure: { code: 'db.replica-behind', message: expect.stringMatching(/not known.*V\$DATAGUARD_STATS.*ORA-00942/) as string },
    });
  });
});
