import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestDatabase } from '../testing/test-app.ts';

const rule = `title: E-mail changed by an agent
name: by_agent
correlation: { type: event_count, rules: [agent_change], group-by: [user_id], timespan: 24h, condition: { gte: 1 } }
---
title: E-mail change of an agent
name: agent_change
logsource: { product: client_activity, category: email }
detection: { selection: { 'changed_by|expand': '%agents%' }, condition: selection }
`;
const values = [
  ['1', 'svc_batch'],
  ['2', 'SELF'],
  ['3', 'svc_7'],
].map(([client, by]) => `('${client ?? ''}', TIMESTAMP '2026-11-20 13:00:00', '${by ?? ''}')`);
const database: TestDatabase = {
  name: 'mail',
  driver: 'duckdb',
  queries: [
    {
      name: 'emails',
      changeType: 'email',
      sql: `SELECT * FROM (VALUES ${values.join(', ')}) AS t(user_id, change_date, changed_by) WHERE :start_date IS NOT NULL`,
    },
  ],
};

let folder: string;
let test: TestApp | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-placeholders-'));
  await writeFile(join(folder, 'by_agent.yml'), rule);
});
afterEach(async () => {
  await test?.close();
  test = undefined;
  await rm(folder, { recursive: true, force: true });
});

const start = async (placeholders: unknown): Promise<TestApp> =>
  (test = await startTestApp([database], {
    query: { retries: 0 },
    app_settings: { rules_dir: folder, default_rule: 'by_agent', ...(placeholders === undefined ? {} : { placeholders }) },
  }));

it('A placeholder stands for its values in the settings, which the plan of a run keeps, and a saved rule is checked with them', async () => {
  const started = await start({ agents: ['svc_batch', 'svc_?'], others: ['nobody'] });
  const { app } = started;
  const { plan, merge } = await started.run();
  expect(merge).toMatchObject({ confirmed: 2 });
  expect(plan.rule.placeholders).toEqual({ agents: ['svc_batch', 'svc_?'] });
  const request = { table: { kind: 'confirmed' }, offset: 0, limit: 10, filters: [] } as const;
  const page = await app.handlers['result.page']({ runId: plan.runId, request: { ...request, filters: [] } });
  expect(page.rows.map(([client]) => client)).toEqual(['1', '3']);
  expect((await app.handlers['rules.check']({ text: rule, file: 'by_agent.yml' })).problems).toEqual([]);
});

it('A placeholder without a value is refused by its name, with file, line and where to give it one', async () => {
  const { app } = await start({ others: ['nobody'] });
  expect(app.config.view().problems).toMatchObject([
    {
      file: join(folder, 'by_agent.yml'),
      line: 8,
      message: 'The placeholder %agents% has no value.',
      action: expect.stringContaining('app_settings.placeholders') as string,
    },
  ]);
});

it.each([[{ agents: [] }], [{ agents: 'svc_batch' }], [{ '%agents%': ['svc_batch'] }]])(
  'The values %j are a mistake of the settings, told with file and line',
  async (placeholders) => {
    const { app } = await start(placeholders);
    const [first] = app.config.view().problems.filter(({ file }) => file.endsWith('settings.yaml'));
    expect(first?.key).toMatch(/^app_settings\.placeholders/);
    expect(first?.line).toBeGreaterThan(1);
  },
);
