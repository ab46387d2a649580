import { readFile } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { startTestApp, type TestApp, testLastEvent } from '../testing/test-app.ts';

const variable = 'CAM_TEST_PASSWORD_OF_ANOTHER';
let test: TestApp;

afterEach(async () => {
  Reflect.deleteProperty(process.env, variable);
  await test.close();
});

// Only Linux shows what stands in the environment of a process.
it.runIf(process.platform === 'linux')('no process inherits the passwords of the databases', async () => {
  process.env[variable] = 'correct horse';
  const queries = [{ name: 'token', changeType: 'token', sql: 'SELECT 1' }];
  const server = { host: '127.0.0.1', port: 9, database: 'none', user: 'reader', password_env: variable };
  test = await startTestApp([
    { name: 'hangs', driver: 'fake', script: { connect: { then: 'hang' } }, queries },
    { name: 'another', driver: 'postgres', server, queries },
  ]);
  const { runId } = await test.app.runs.start({ lastEvent: testLastEvent, strict: false });
  test.app.warmUp();
  for (const started of ['hangs', 'engine']) {
    const pid = (): number | undefined => test.processes.find(({ name }) => name === started)?.process.pid;
    await expect.poll(pid, { timeout: 30_000 }).toBeDefined();
    const inherited = (await readFile(`/proc/${String(pid())}/environ`, 'utf8')).split('\0');
    expect(inherited.some((each) => each.startsWith('PATH='))).toBe(true);
    expect(inherited.filter((each) => each.startsWith(variable))).toEqual([]);
  }
  test.app.runs.cancel(runId);
  await test.app.runs.get(runId).ended;
});
