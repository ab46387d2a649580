import { afterEach, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestDatabase } from '../testing/test-app.ts';

let test: TestApp | undefined;
afterEach(async () => {
  await test?.close();
  test = undefined;
});

const database = (type: string, rows: string): TestDatabase => ({
  name: `db_${type}`,
  driver: 'duckdb',
  queries: [
    {
      name: type,
      changeType: type,
      sql: `SELECT user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date, 'web' AS channel FROM ${rows}`,
    },
  ],
});
const clients = (...ids: readonly string[]): string => `(VALUES ${ids.map((id) => `('${id}')`).join(', ')}) AS t(user_id)`;

/** Client 1 changed everything that can be known, client 2 password and email, client 3 the e-mail; the phones do not answer. */
const databases = [
  database('password', clients('1', '2')),
  database('email', clients('1', '2', '3')),
  database('phone', `read_csv('/nowhere/phone.csv')`),
];

const detection = (category: string): string => `---
title: Tried ${category}
name: tried_${category}
logsource: { product: client_activity, category: ${category} }
detection: { selection: { user_id|exists: true }, condition: selection }
`;
const rule = (categories: readonly string[]): string =>
  `title: Tried
name: tried
correlation: { type: temporal, rules: [${categories.map((each) => `tried_${each}`).join(', ')}], group-by: [user_id], timespan: 72h }
${categories.map(detection).join('')}`;

it('tries a text on the newest result: what is missing or has no source at all stays open, and the report of the run is as it was', async () => {
  test = await startTestApp(databases);
  const { app } = test;
  const attempt = async (categories: readonly string[], runId?: string) =>
    app.handlers['rules.try']({ text: rule(categories), ...(runId !== undefined && { runId }) });
  await expect(attempt(['email'])).rejects.toThrow(/none is open or kept/);

  const { plan } = await test.run();
  const { runId } = plan;
  const before = await app.handlers['result.page']({
    runId,
    request: { table: { kind: 'undetermined' }, offset: 0, limit: 10, filters: [] },
  });

  expect(await attempt(['password', 'email'])).toMatchObject({
    rule: { key: 'tried', timespanHours: 72 },
    run: { runId, windowHours: 24, isHunt: false },
    groupBy: ['user_id'],
    confirmed: { count: 2, first: ['1', '2'] },
    undetermined: { count: 0, first: [] },
    missing: [],
    expected: 2,
    withoutSource: [],
    unknownFields: [],
  });
  expect(await attempt(['email', 'phone'], runId)).toMatchObject({
    confirmed: { count: 0, first: [] },
    undetermined: { count: 3, first: ['1', '2', '3'] },
    missing: [{ source: 'db_phone/phone', reason: 'failed' }],
    expected: 2,
  });
  expect(await attempt(['password', 'token'])).toMatchObject({
    confirmed: { count: 0 },
    undetermined: { count: 2, first: ['1', '2'] },
    missing: [],
    expected: 1,
    withoutSource: ['token (no source in this run)'],
  });

  const after = await app.handlers['result.page']({
    runId,
    request: { table: { kind: 'undetermined' }, offset: 0, limit: 10, filters: [] },
  });
  expect(after).toEqual(before);
  expect(app.runs.get(runId).state.plan).toEqual(plan);
});

it('refuses a text with a mistake, one without a rule, and a run that is not kept', async () => {
  test = await startTestApp(databases);
  const { handlers } = test.app;
  await expect(handlers['rules.try']({ text: 'title: [' })).rejects.toMatchObject({ failure: { code: 'config.invalid' } });
  await expect(handlers['rules.try']({ text: detection('email').slice(4) })).rejects.toThrow(/holds no rule that could be tried/);
  await expect(handlers['rules.try']({ text: rule(['email']), runId: 'nothing' })).rejects.toMatchObject({
    failure: { code: 'not.found' },
  });
});
