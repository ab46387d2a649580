import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { brokenRun } from '../../testing/broken-run.ts';
import { startTestApp, type TestApp } from '../../testing/test-app.ts';
import { runProgram } from './program.ts';

let test: TestApp;
let data: string;

beforeEach(async () => {
  const databases = (['password', 'email', 'phone', 'token'] as const).map((type) => ({
    ...{ name: `db_${type}`, driver: 'duckdb' as const },
    queries: [{ name: type, changeType: type, sql: "SELECT '1' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date" }],
  }));
  data = await mkdtemp(join(tmpdir(), 'cam-cli-'));
  test = await startTestApp(databases, { query: { retries: 0 }, results: { directory: join(data, 'results') } });
});
afterEach(async () => {
  await test.close();
  await rm(data, { recursive: true, force: true });
});

async function cam(...args: readonly string[]) {
  let stdout = '';
  let stderr = '';
  const terminal = { out: (text: string) => (stdout += text), err: (text: string) => (stderr += text), isInteractive: false };
  const files = ['--config', join(test.folder, 'databases.yaml'), '--settings', join(test.folder, 'settings.yaml'), '--data', data];
  const code = await runProgram([...args, ...files], terminal, new AbortController().signal);
  return { code, stdout, stderr };
}

describe('cam evaluate', () => {
  it('evaluates the rule of a kept run whose evaluation was broken off, writes its file, and ends as the run does', async () => {
    const { plan } = await brokenRun(test);
    await test.app.results.kept(plan.runId);
    const near = await cam('near-misses', plan.runId);
    expect([near.code, near.stdout]).toEqual([3, '']);
    expect(near.stderr).toContain('has not been evaluated to its end');

    const out = join(test.folder, 'found.csv');
    const evaluated = await cam('evaluate', plan.runId, '--format', 'csv', '--out', out, '--fail-on-match');
    expect(evaluated.stdout).toMatch(/^1 client confirmed: /);
    expect(evaluated.code).toBe(1);
    expect(await readFile(out, 'utf8')).toMatch(/\r\n1,2026-11-20T13:00:00/);

    const again = await cam('evaluate', plan.runId);
    expect(again.code).toBe(4);
    expect(again.stderr).toContain('has been evaluated over every answer');
    expect((await cam('evaluate', '20261120-140000-abcdef')).code).toBe(3);
  });
});
