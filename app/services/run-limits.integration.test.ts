import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { startTestApp, type TestApp, testLastEvent } from '../testing/test-app.ts';

let test: TestApp;
afterEach(() => test.close());

it('places among the processes stay shared by all runs where their number is changed in between', async () => {
  const hangs = ['one', 'two'].map((name) => ({
    ...{ name, driver: 'fake' as const, script: { connect: { then: 'hang' as const } } },
    queries: [{ name: 'token', changeType: 'token', sql: 'SELECT 1' }],
  }));
  test = await startTestApp(hangs, { query: { retries: 0, max_fanout: 1 } });
  const workers = (): number => test.processes.filter(({ entry }) => entry === 'worker').length;
  const start = async (): Promise<string> => (await test.app.runs.start({ lastEvent: testLastEvent, strict: false })).runId;
  const first = await start();
  await expect.poll(workers, { timeout: 30_000 }).toBe(1);
  await writeFile(join(test.folder, 'settings.yaml'), 'query: { retries: 0, max_fanout: 2 }\n');
  await test.app.config.reload();
  const second = await start();
  await expect.poll(workers, { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
  for (const runId of [second, first]) {
    test.app.runs.cancel(runId);
    await test.app.runs.get(runId).ended;
  }
  expect(workers()).toBe(2);
});
