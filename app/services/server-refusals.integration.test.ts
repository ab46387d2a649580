import { afterEach, describe, expect, it } from 'vitest';
import { coverageOf, sourceOf } from '../model/run-reducer.ts';
import type { RunState } from '../model/run.ts';
import type { Fault } from '../testing/oracle-wire/faults.ts';
import { type OracleListener, startOracleListener } from '../testing/oracle-wire/listener.ts';
import { fixedRows } from '../testing/oracle-wire/wire-test.ts';
import { startTestApp, type TestApp } from '../testing/test-app.ts';

const others = ['password', 'email', 'phone'] as const;
const rows = "SELECT '1' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date";
const source = (number: number): string => `db_token/token_${String(number)}`;

describe('what a server refuses', () => {
  let test: TestApp;
  let listener: OracleListener;
  afterEach(async () => {
    await test.close();
    await listener.close();
  });

  /** A run in which an Oracle database with so many queries, one at a time, meets a fault; its retries wait for 10 ms. */
  const run = async (fault: Fault, queries: number): Promise<RunState> => {
    const execute = fixedRows([{ name: 'USER_ID', type: 'varchar' }], [['1']]);
    listener = await startOracleListener({ users: { scott: 'tiger' }, execute, faults: [fault] });
    const numbers = Array.from({ length: queries }, (_, index) => index + 1);
    test = await startTestApp(
      [
        { name: 'db_others', driver: 'duckdb', queries: others.map((type) => ({ name: type, changeType: type, sql: rows })) },
        {
          ...{ name: 'db_token', driver: 'oracle', more: { max_concurrency: 1 } },
          server: { host: listener.host, port: listener.port, service_name: 'TESTDB', user: 'scott', password_env: 'TEST_PASSWORD' },
          queries: numbers.map((number) => ({ name: `token_${String(number)}`, changeType: 'token', sql: 'SELECT user_id FROM t' })),
        },
      ],
      { query: { retries: 3, retry_delays_ms: [10], retry_jitter: 0 } },
      { environment: { TEST_PASSWORD: 'tiger' } },
    );
    return test.run();
  };

  it.each([12_639, 1_017])('in a logon (ORA-%i) is asked once in a run, however many queries there are', async (code) => {
    const state = await run({ kind: 'logon-error', code }, 5);
    const { logons, refusedLogons } = listener.counts();
    expect(logons + refusedLogons).toBe(1);
    for (const number of [1, 2, 3, 4, 5]) {
      const { outcome } = sourceOf(state, source(number));
      expect(outcome).toMatchObject({ kind: 'failed', failure: { vendorCode: `ORA-${String(code).padStart(5, '0')}` } });
    }
    expect(coverageOf(state)).toMatchObject({ answered: 3, expected: 8 });
  });

  it("because a limit of the account's profile is reached is not asked again, and is told by a status of its own", async () => {
    const state = await run({ kind: 'error', stage: 'execute', code: 2392 }, 1);
    const { attempts, outcome } = sourceOf(state, source(1));
    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'rate.limited', vendorCode: 'ORA-02392' } });
    expect(attempts.map((attempt) => attempt.outcome)).toEqual(['rate_limited']);
  });

  it('because somebody else cancelled the statement is cancelled, not failed, not asked again, and missing', async () => {
    const state = await run({ kind: 'error', stage: 'execute', code: 1013 }, 1);
    const { attempts, outcome } = sourceOf(state, source(1));
    expect(outcome).toEqual({
      kind: 'cancelled',
      confirmed: true,
      note: 'The statement was cancelled on the server, not by this program (ORA-01013). Ask the DBA who cancelled it and why, then run the missing sources.',
    });
    expect(attempts.map((attempt) => attempt.outcome)).toEqual(['cancelled']);
    expect(state.outcome).toBe('partial');
    expect(coverageOf(state).missing.map((missing) => [missing.source, missing.reason])).toEqual([[source(1), 'cancelled']]);
    expect(state.merge).toMatchObject({ confirmed: 0, undetermined: 1 });
  });
});
