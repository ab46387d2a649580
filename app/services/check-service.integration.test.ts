import { afterEach, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/test-app.ts';

let test: TestApp;
afterEach(() => test.close());

it('a check of databases that do not answer ends in time, and tells one that was not asked from one that was', async () => {
  const deaf = { connect: { then: 'hang', ignoreAbort: true, ignoreCut: true } } as const;
  const databases = ['one', 'two'].map((name) => ({
    ...{ name, driver: 'fake' as const, script: deaf },
    queries: [{ name: 'token', changeType: 'token', sql: 'SELECT 1' }],
  }));
  test = await startTestApp(databases, { query: { max_fanout: 1, cancel_grace_ms: 600_000 } });
  const { sources } = await test.app.checks.check({ askMs: 3_000, endMs: 4_000 });
  expect(sources.map(({ database, failure, mender }) => [database, failure?.code, failure?.message, mender])).toEqual([
    ['one', 'db.unreachable', 'The database did not answer within 3 s.', 'network'],
    [
      ...['two', 'query.cancelled'],
      'It was not asked: 1 database is checked at a time (max_fanout), and its turn did not come within 3 s.',
      'you',
    ],
  ]);
});
