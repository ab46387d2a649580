import { afterEach, describe, expect, it } from 'vitest';
import { coverageOf } from '../model/run-reducer.ts';
import { startTestApp, type TestApp, type TestDatabase, testLastEvent } from '../testing/test-app.ts';

const row = "SELECT * FROM (VALUES ('1', TIMESTAMP '2026-11-20 13:00:00')) AS t(user_id, change_date)";
const databases: readonly TestDatabase[] = [
  { name: 'one', driver: 'duckdb', queries: [{ name: 'emails', changeType: 'email', sql: row }] },
  {
    name: 'two',
    driver: 'duckdb',
    queries: [
      { name: 'passwords', changeType: 'password', sql: row },
      { name: 'mails', changeType: 'email', sql: row },
      { name: 'phones', changeType: 'phone', sql: row },
      {
        name: 'tokens',
        changeType: 'token',
        sql: `${row} WHERE user_id IN (:ids)`,
        more: { binds: { ids: { from: 'emails', column: 'user_id' } } },
      },
    ],
  },
];

let started: TestApp | undefined;
afterEach(() => started?.close());

describe('a run with a source that its plan leaves out', () => {
  it('skips it, says why, and counts it as missing', async () => {
    started = await startTestApp(databases);
    const request = { lastEvent: testLastEvent, strict: false, databases: ['two'] };
    const plan = await started.app.handlers['run.plan'](request);
    expect(plan.unplanned.map(({ source, failure }) => [source, failure.code])).toEqual([['two/tokens', 'parent.failed']]);

    const run = started.app.runs.get((await started.app.runs.start(request)).runId);
    const events: string[] = [];
    run.log.on(({ event }) => {
      if (event.kind === 'source-ended' || event.kind === 'source-state') events.push(`${event.source} ${event.kind}`);
    });
    expect(await run.ended).toBe('partial');
    expect(events.filter((event) => event.startsWith('two/tokens'))).toEqual(['two/tokens source-ended']);
    const { expected, answered, missing } = coverageOf(run.state);
    expect([expected, answered]).toEqual([4, 3]);
    expect(missing).toMatchObject([
      {
        source: 'two/tokens',
        reason: 'skipped',
        code: 'parent.failed',
        message: 'It takes values from one/emails, which is not part of this run.',
      },
    ]);
    expect(run.state.sources['two/phones']?.outcome?.kind).toBe('completed');
  });
});
