import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from './program.ts';

const shipped = fileURLToPath(new URL('../../../config/rules', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-rules-'));
  await mkdir(join(folder, 'rules'));
  for (const name of await readdir(shipped)) await copyFile(join(shipped, name), join(folder, 'rules', name));
  const change = (hour: number): string =>
    `SELECT 'a' AS user_id, TIMESTAMP '2026-11-02 ${String(hour)}:00:00' AS change_date WHERE CAST(:start_date AS TIMESTAMP) <= TIMESTAMP '2026-11-01 00:00:00'`;
  const types = ['password', 'email', 'phone', 'token'];
  for (const [at, type] of types.entries()) await writeFile(join(folder, `${type}.sql`), change(10 + at));
  const queries = types.map((type) => `      - {name: ${type} query, change_type: ${type}, query_location: ${type}.sql}`);
  await writeFile(
    join(folder, 'databases.yaml'),
    ['databases:', '  - name: one', '    driver: duckdb', '    path: ":memory:"', '    sql_queries:', ...queries].join('\n'),
  );
  await writeFile(join(folder, 'settings.yaml'), '');
});

afterAll(() => rm(folder, { recursive: true }));

async function cam(...args: readonly string[]) {
  let stdout = '';
  let stderr = '';
  const terminal = { out: (text: string) => (stdout += text), err: (text: string) => (stderr += text), isInteractive: false };
  const files = ['--config', join(folder, 'databases.yaml'), '--settings', join(folder, 'settings.yaml'), '--data', join(folder, 'data')];
  const code = await runProgram([...args, ...files], terminal, new AbortController().signal);
  return { code, stdout, stderr };
}

describe('cam rules', () => {
  it('lists the rules of the folder with what they look for', async () => {
    const { code, stdout } = await cam('rules', 'list');
    expect(code).toBe(0);
    expect(stdout).toContain('ato_all_four (default)');
    expect(stdout).toContain('at least 3 of password, email, phone and token within 24 h');
    expect(JSON.parse((await cam('rules', 'list', '--json')).stdout)).toMatchObject({
      defaultRule: 'ato_all_four',
      directory: join(folder, 'rules'),
    });
  });

  it('runs the tests of all rules or of one, and says where one fails', async () => {
    expect(await cam('rules', 'test')).toMatchObject({ code: 0, stdout: expect.stringContaining('All 13 tests passed.') as string });
    const text = await readFile(join(folder, 'rules/ato_three_of_four.yml'), 'utf8');
    const changed = join(folder, 'changed.yml');
    await writeFile(
      changed,
      text
        .replaceAll('ato_three_of_four', 'ato_two')
        .replace(/id: .*/, '')
        .replace('gte: 3', 'gte: 5'),
    );
    const wrong = await cam('rules', 'check', changed);
    expect(wrong.code).toBe(4);
    expect(wrong.stderr).toMatch(/unsaved-text\.yml:\d+:\d+ correlation\.condition/);
    await writeFile(
      changed,
      text
        .replaceAll('ato_three_of_four', 'ato_two')
        .replace(/id: .*/, '')
        .replace('gte: 3', 'gte: 4'),
    );
    const failing = await cam('rules', 'check', changed);
    expect(failing.code).toBe(3);
    expect(failing.stdout).toMatch(/FAILED {2}ato_two: three are enough \(.*:\d+\)\n {8}a: expected confirmed, found not found\./);
    expect((await cam('rules', 'test', 'nobody')).stderr).toContain('There is no rule nobody');
  });

  it('hands a rule on as one file', async () => {
    const { code, stdout } = await cam('rules', 'export', 'ato_all_four');
    expect([code, stdout.includes('name: password_change'), stdout.includes('cam_tests')]).toEqual([0, true, false]);
  });
});

describe('cam hunt', () => {
  it('finds a window in the middle of a range, for which the queries reach back', async () => {
    const { code, stdout } = await cam('hunt', '--from', '2026-10-30T00:00:00Z', '--to', '2026-11-20T00:00:00Z', '--zone', 'UTC', '--json');
    expect(code).toBe(0);
    const { metadata, confirmed } = JSON.parse(stdout) as {
      metadata: Record<string, unknown>;
      confirmed: readonly Record<string, string>[];
    };
    expect(confirmed).toMatchObject([
      { user_id: 'a', match_time: '2026-11-02T13:00:00.000000Z', first_event: '2026-11-02T10:00:00.000000Z' },
    ]);
    expect(metadata).toMatchObject({ confirmed: 1, headline: expect.stringContaining('1 client confirmed in 1 window') as string });
    expect(String(metadata.rule)).toContain('in any window of 24 h from 2026-10-30T00:00:00.000000Z');
  });

  it('refuses a range that ends before it begins', async () => {
    const { code, stderr } = await cam('hunt', '--from', '2026-11-20T00:00:00Z', '--to', '2026-11-19T00:00:00Z');
    expect([code, stderr]).toEqual([4, expect.stringContaining('The range ends before it begins')]);
  });

  it('says of another rule what that one looks for', async () => {
    const { stdout } = await cam('run', '--last-event', '2026-11-02T12:30:00Z', '--zone', 'UTC', '--rule', 'ato_three_of_four');
    expect(stdout).toContain(
      '1 client confirmed: at least 3 of password, email, phone and token changed within 24 h; every source answered',
    );
    expect((await cam('run', '--last-event', 'now', '--rule', 'none')).stderr).toContain(
      'There is no rule none. Use one of: ato_all_four, ato_three_of_four.',
    );
  });
});
