import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from './program.ts';

const types = ['password', 'email', 'phone', 'token'];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-near-'));
  // Client 1 made all four changes, 2 lacks the token, 3 changed it too early for 24 hours.
  for (const type of types) {
    const rows = [
      "('1', TIMESTAMP '2026-11-20 13:00:00')",
      `('3', TIMESTAMP '${type === 'token' ? '2026-11-19 08:00:00' : '2026-11-20 12:00:00'}')`,
      ...(type === 'token' ? [] : ["('2', TIMESTAMP '2026-11-20 12:30:00')"]),
    ];
    await writeFile(join(folder, `${type}.sql`), `SELECT * FROM (VALUES ${rows.join(', ')}) AS t(user_id, change_date)\n`);
  }
  await writeFile(join(folder, 'broken.sql'), 'SELECT * FROM no_such_table\n');
  await writeFile(join(folder, 'settings.yaml'), 'query: {retries: 0}\n');
  await writeFile(join(folder, 'nameless.sql'), "SELECT NULL::VARCHAR AS user_id, TIMESTAMP '2025-12-31 20:00:00' AS change_date\n");
  await writeConfig('all.yaml', 'token.sql');
  await writeConfig('nameless.yaml', 'nameless.sql');
  await writeConfig('partial.yaml', 'broken.sql');
});

afterAll(() => rm(folder, { recursive: true }));

async function writeConfig(name: string, token: string): Promise<void> {
  const queries = types.map((type) => `{name: ${type}, query_location: ${type === 'token' ? token : `${type}.sql`}, change_type: ${type}}`);
  await writeFile(
    join(folder, name),
    `databases:\n  - {name: one, driver: duckdb, path: ':memory:', sql_queries: [${queries.join(', ')}]}\n`,
  );
}

async function cam(config: string, ...args: readonly string[]) {
  let stdout = '';
  let stderr = '';
  const terminal = { out: (text: string) => (stdout += text), err: (text: string) => (stderr += text), isInteractive: false };
  const files = ['--config', join(folder, config), '--settings', join(folder, 'settings.yaml'), '--data', join(folder, `data-${config}`)];
  const code = await runProgram([...args, ...files], terminal, new AbortController().signal);
  return { code, stdout, stderr };
}

describe('cam near-misses', () => {
  it('tells who lacks what over the newest kept result, with other numbers too, as a table, JSON and a file', async () => {
    expect((await cam('all.yaml', 'near-misses')).stderr).toContain('No result is kept.');
    await cam('all.yaml', 'run', '--last-event', '2026-11-20T14:00:00Z', '--json');
    const table = await cam('all.yaml', 'near-misses');
    expect(table.code).toBe(0);
    expect(table.stdout).toMatch(/^2 +3 +token /m);
    expect(table.stdout).toContain('2 near misses with at least 3 of 4 kinds of change within 24 h\n');
    const wide = await cam('all.yaml', 'near-misses', '--at-least', '4', '--window-hours', '48', '--json');
    expect(JSON.parse(wide.stdout)).toMatchObject({ near: { total: 1, of: 4 }, clients: [{ user_id: '3', lacking_changes: '' }] });
    const out = join(folder, 'near.csv');
    expect((await cam('all.yaml', 'near-misses', '--format', 'csv', '--out', out)).stderr).toContain(`Wrote ${out} (2 rows)`);
    expect(await readFile(out, 'utf8')).toMatch(/\r\n2,3,token,/);
    expect((await cam('all.yaml', 'near-misses', '--at-least', '5')).code).toBe(4);
  });

  it('names what is missing, says of whom it is not known, and ends as incomplete', async () => {
    await cam('partial.yaml', 'run', '--last-event', '2026-11-20T14:00:00Z', '--json');
    const { code, stdout, stderr } = await cam('partial.yaml', 'near-misses');
    expect(code).toBe(2);
    expect(stderr).toContain('Missing: one/token');
    expect(stderr).toContain('3 of them may in truth meet the rule');
    expect(stdout).toContain('3 near misses with at least 3 of 4 kinds of change within 24 h; more may be\n');
    expect((await cam('partial.yaml', 'near-misses', '--at-least', '4')).stdout).toContain(
      'Not known: sources are missing; no near miss is known ',
    );
  });

  it('does not say that there is nobody where the window reaches back further than the rows that were asked for', async () => {
    await cam('all.yaml', 'run', '--last-event', '2026-01-01T00:00:00Z', '--json');
    const { code, stdout } = await cam('all.yaml', 'near-misses', '--window-hours', '2000');
    expect(code).toBe(2);
    expect(stdout).toContain('Not known: the window reaches further back than the rows that were asked for; no near miss is known ');
    expect((await cam('all.yaml', 'near-misses')).stdout).toContain('No near miss with at least 3 of 4 kinds of change within 24 h');
  });

  it('says with none that a row could not take part', async () => {
    await cam('nameless.yaml', 'run', '--last-event', '2026-01-01T00:00:00Z', '--json');
    expect((await cam('nameless.yaml', 'near-misses')).stdout).toContain(
      'No near miss with at least 3 of 4 kinds of change within 24 h, but 1 row without an id or a time could not take part\n',
    );
  });

  it('says that a rule has none where it does not count kinds of change', async () => {
    await cam('all.yaml', 'hunt', '--from', '2026-11-18T00:00Z', '--to', '2026-11-20T14:00Z', '--case', 'INC-9', '--json');
    const { code, stderr } = await cam('all.yaml', 'near-misses');
    expect([code, stderr]).toEqual([4, expect.stringContaining('A hunt has no near misses') as string]);
  });
});
