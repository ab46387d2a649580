import { afterEach, describe, expect, it } from 'vitest';
import { sourceOf } from '../model/run-reducer.ts';
import type { LedgerInterval } from '../model/schedule.ts';
import type { Evaluation } from '../schedule/ports.ts';
import { sampleSchedule } from '../testing/ledger-values.ts';
import { startTestApp, type TestApp, type TestDatabase } from '../testing/test-app.ts';
import { IntervalEvaluation } from './interval-evaluation.ts';

const rows = "SELECT '1' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date";
const databases: TestDatabase[] = [
  {
    name: 'db_others',
    driver: 'duckdb',
    queries: ['password', 'email', 'phone'].map((type) => ({ name: type, changeType: type, sql: rows })),
  },
  {
    ...{ name: 'db_token', driver: 'fake', script: { connect: { then: 'fail', code: 'db.auth' } } },
    queries: [{ name: 'token', changeType: 'token', sql: 'SELECT 1' }],
  },
];
const { signal: never } = new AbortController();

function intervalAt(to: string, requestedBy: string | null = null): LedgerInterval {
  const times = { from: '2026-11-20T13:00:00.000000Z', to, dueAt: to, nextTryAt: null, startedAt: to, endedAt: null };
  return { schedule: 'hourly', ...times, state: 'running', reason: null, attempts: 1, requestedBy, runId: null, owner: null, result: null };
}

describe('a schedule with a wrong password', () => {
  let test: TestApp;
  afterEach(() => test.close());
  const evaluate = async (to: string, requestedBy: string | null = null): Promise<Evaluation & { readonly logons: number }> => {
    let runId = '';
    const evaluation = await new IntervalEvaluation(test.app.runs, test.app.reports).evaluate(
      { schedule: sampleSchedule(), interval: intervalAt(to, requestedBy), windowHours: 24 },
      (id) => {
        runId = id;
      },
      never,
    );
    return { ...evaluation, logons: sourceOf(test.app.runs.get(runId).state, 'db_token/token').attempts.length };
  };

  it('logs on once, however often its time comes: the account is not locked, and the result says what is missing and why', async () => {
    test = await startTestApp(databases);
    const times = ['14:00', '14:15', '14:30'].map((time) => `2026-11-20T${time}:00.000000Z`);
    const evaluations = [];
    for (const time of times) evaluations.push(await evaluate(time));
    expect(evaluations.map(({ logons }) => logons)).toEqual([1, 0, 0]);
    for (const { state, mayRetry, result } of evaluations) {
      expect([state, mayRetry, result?.outcome, result?.answered]).toEqual(['incomplete', false, 'partial', 3]);
      expect(result?.missing.map(({ source, code }) => [source, code])).toEqual([['db_token/token', 'db.auth']]);
    }
    expect(evaluations[1]?.result?.missing[0]?.message).toContain('no schedule logs on');
  });

  it('is tried by a person, in a run of their own as well as in an interval that they have evaluated again', async () => {
    test = await startTestApp(databases);
    await evaluate('2026-11-20T14:00:00.000000Z');
    expect(sourceOf(await test.run(), 'db_token/token').attempts).toHaveLength(1);
    expect((await evaluate('2026-11-20T14:15:00.000000Z', 'X123456')).logons).toBe(1);
    expect((await evaluate('2026-11-20T14:30:00.000000Z')).logons).toBe(0);
  });

  it('does not log on either where an earlier try of the interval is completed', async () => {
    test = await startTestApp(databases);
    const { plan } = await test.run();
    await test.app.runs.resume(plan.runId, { isByPerson: false });
    await test.app.runs.get(plan.runId).ended;
    const { attempts, outcome } = sourceOf(test.app.runs.get(plan.runId).state, 'db_token/token');
    expect([attempts.length, outcome]).toMatchObject([0, { kind: 'skipped', failure: { code: 'db.auth' } }]);
  });
});
