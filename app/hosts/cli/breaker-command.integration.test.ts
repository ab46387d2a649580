import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EndpointStatus } from '../../model/health.ts';
import { startTestApp, type TestApp } from '../../testing/test-app.ts';
import { runProgram } from './program.ts';

let folder: string;
const open: TestApp[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-breaker-'));
});
afterEach(async () => {
  for (const started of open.splice(0)) await started.close();
});
afterAll(() => rm(folder, { recursive: true }));

/** A program that runs, as the window does, over a database that cannot be reached. */
async function startRunning(): Promise<TestApp> {
  const server = { host: '127.0.0.1', port: 1, database: 'x', user: 'x', password_env: 'PASSWORD' };
  const emails = { name: 'emails', changeType: 'email', sql: 'SELECT 1 AS user_id, now() AS change_date' };
  const more = { tls: false, breaker: { failures: 2, open_ms: 3_600_000 } };
  const test = await startTestApp(
    [{ name: 'one', driver: 'postgres', server, queries: [emails], more }],
    { query: { retries: 1, retry_delays_ms: [1] } },
    { environment: { PASSWORD: 'secret' } },
  );
  open.push(test);
  return test;
}

async function cam(test: TestApp, ...args: readonly string[]) {
  let stdout = '';
  let stderr = '';
  const terminal = { out: (text: string) => (stdout += text), err: (text: string) => (stderr += text), isInteractive: false };
  const files = [
    ...['--config', join(test.folder, 'databases.yaml'), '--settings', join(test.folder, 'settings.yaml')],
    ...['--data', join(test.folder, 'data')],
  ];
  const code = await runProgram(['breaker', ...args, ...files], terminal, new AbortController().signal);
  return { code, stdout, stderr };
}

const stateOf = async (test: TestApp) => (await test.app.handlers['health.get']({}))[0];

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('cam breaker', () => {
  it('shows what is left alone and why, and closes it in the program that runs at the same time', async () => {
    const test = await startRunning();
    await test.run();
    expect(await stateOf(test)).toMatchObject({ breaker: 'open', failures: 2 });
    // What the running program saw is on disk.
    await until(async () => (await cam(test)).stdout.includes(' open '));
    const shown = await cam(test);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/one +\S*127\.0\.0\.1:1\S* +open +2 +\d{4}-/);
    expect(shown.stdout).toContain('ECONNREFUSED');
    const closed = await cam(test, '--close', 'one', '--json');
    expect(closed.code).toBe(0);
    expect(closed.stderr).toMatch(/^one, .*: was open, is closed now, and is asked again by the next attempt\.\n$/);
    expect((JSON.parse(closed.stdout) as EndpointStatus[])[0]).toMatchObject({ breaker: 'closed', failures: 0 });
    await until(async () => (await stateOf(test))?.breaker === 'closed');
    // The database is asked again: it fails by itself, not because it is left alone.
    const again = await test.run();
    expect(JSON.stringify(again.sources['one/emails']?.outcome)).toContain('db.unreachable');
  });

  it('refuses a database or an endpoint that is not configured, and an endpoint without its database', async () => {
    const test = await startRunning();
    const endpoint = (await stateOf(test))?.endpoint ?? '';
    const database = await cam(test, '--close', 'two');
    expect([database.code, database.stderr]).toEqual([4, 'No database two is configured. Choose from: one.\n']);
    const other = await cam(test, '--close', 'one', '--endpoint', 'nowhere');
    expect([other.code, other.stderr]).toEqual([4, `one has no endpoint nowhere. Choose from: ${endpoint}.\n`]);
    const alone = await cam(test, '--endpoint', endpoint);
    expect([alone.code, alone.stderr]).toEqual([4, expect.stringContaining('Name the database with --close')]);
    const named = await cam(test, '--close', 'one', '--endpoint', endpoint);
    expect([named.code, named.stderr]).toEqual([
      0,
      `one, ${endpoint}: was not left alone as far as is known here, is closed now, and is asked again by the next attempt.\n`,
    ]);
  });
});
