import { afterEach, expect, it } from 'vitest';
import { dispatch } from '../contract/dispatch.ts';
import { fakeSql } from '../testing/fake-script.ts';
import { startTestApp, type TestApp, type TestDatabase } from '../testing/test-app.ts';

let test: TestApp | undefined;
afterEach(() => test?.close());

const changes = (type: string, more: string): TestDatabase => ({
  name: `db_${type}`,
  driver: 'duckdb',
  queries: [
    {
      name: type,
      changeType: type,
      sql: `SELECT * FROM (VALUES ('1', TIMESTAMP '2026-11-20 13:00:00', ${more}), ('2', TIMESTAMP '2026-11-02 09:30:00.000001', ${more}))
        AS t(user_id, change_date, ip_address)`,
    },
  ],
});

const refusing: TestDatabase = {
  name: 'db_token',
  driver: 'fake',
  script: {},
  queries: [{ name: 'token', changeType: 'token', sql: fakeSql({ execute: { then: 'fail', code: 'db.unreachable' } }) }],
};

it('tells of each row of a client where it came from, and of each missing source that it is missing', async () => {
  test = await startTestApp([changes('password', "'10.0.0.1'"), changes('email', "'10.0.0.1'"), changes('phone', 'NULL'), refusing]);
  const { plan } = await test.run();
  const { handlers } = test.app;
  const evidence = await handlers['evidence.client']({ runId: plan.runId, client: '1', limit: 100 });
  expect(evidence.events.map(({ source, row, isInWindow }) => [source, row, isInWindow])).toEqual([
    ['db_password/password', 1, true],
    ['db_email/email', 1, true],
    ['db_phone/phone', 1, true],
  ]);
  expect(evidence.sources[0]).toMatchObject({
    database: 'db_password',
    query: 'password',
    changeType: 'password',
    file: expect.stringMatching(/queries\/db_password-0\.sql$/) as string,
    attempt: 1,
    rows: 1,
    readAt: expect.stringMatching(/^20\d\d-.*Z$/) as string,
  });
  expect(evidence.missing).toMatchObject([{ source: 'db_token/token', reason: 'failed', code: 'db.unreachable', window: plan.window }]);
  const shared = await handlers['evidence.shared']({ runId: plan.runId, client: '1' });
  expect(shared).toMatchObject({ values: [{ value: '10.0.0.1', clients: 1, examples: ['2'] }], missing: [{ source: 'db_token/token' }] });

  const { text } = await handlers['evidence.text']({ runId: plan.runId, client: '2' });
  expect(text).toContain('INCOMPLETE: the client may have further changes; 1 without an answer');
  expect(text).toMatch(/Missing: db_token\/token .*db\.unreachable.* from 2026-11-19 14:00:00 UTC .* to 2026-11-20 14:00:00 UTC/);
  expect(text).toContain('Rows of the client: 0 in the window, 3 besides; 3 sources searched');
  expect(text).toContain('- 2026-11-02 09:30:00.000001 UTC (+00:00), 18 d 04 h 29 m 59.999999 s before T, outside the window: password');
  expect(text).toContain('- ip address 10.0.0.1: 1 other client (1)');
});

it('is asked of a run that is kept, with a bounded number of rows', async () => {
  test = await startTestApp([changes('password', 'NULL')]);
  const { plan } = await test.run();
  const { handlers } = test.app;
  const code = async (input: unknown): Promise<unknown> => {
    const reply = await dispatch(handlers, 'evidence.client', input);
    return reply.ok ? 'ok' : reply.error.code;
  };
  expect(await code({ runId: plan.runId, client: '1' })).toBe('ok');
  expect(await code({ runId: plan.runId, client: '' })).toBe('ok');
  expect(await code({ runId: 'gone', client: '1' })).toBe('not.found');
  expect(await code({ runId: plan.runId, client: '1', limit: 5001 })).toBe('request.invalid');
  expect(await code({ runId: plan.runId })).toBe('request.invalid');
});
