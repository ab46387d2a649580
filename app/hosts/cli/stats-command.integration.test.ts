import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatusView } from '../../model/figures.ts';
import { runProgram } from './program.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-stats-'));
  await writeFile(join(folder, 'emails.sql'), "SELECT '1' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date");
  await writeFile(join(folder, 'tokens.sql'), 'SELECT * FROM nowhere');
  await writeFile(
    join(folder, 'databases.yaml'),
    `databases:
  - name: one
    driver: duckdb
    path: ':memory:'
    sql_queries:
      - {name: emails, query_location: emails.sql, change_type: email}
      - {name: tokens, query_location: tokens.sql, change_type: token}
`,
  );
});

afterAll(() => rm(folder, { recursive: true }));

async function cam(...args: readonly string[]) {
  let stdout = '';
  const terminal = { out: (text: string) => (stdout += text), err: () => undefined, isInteractive: false };
  const files = ['--config', join(folder, 'databases.yaml'), '--data', join(folder, 'data')];
  const code = await runProgram([...args, ...files], terminal, new AbortController().signal);
  return { code, stdout };
}

describe('cam stats', () => {
  it('shows what runs of earlier processes did, until it is reset', async () => {
    expect(await cam('stats')).toEqual({ code: 0, stdout: 'Nothing has been counted yet.\n' });
    await cam('run', '--last-event', '2026-11-20T14:00:00Z');
    const { stdout } = await cam('stats');
    expect(stdout).toContain('1 run ended: 0 complete, 1 in part, 0 failed, 0 cancelled.');
    const lines = stdout.split('\n').map((line) => line.trimEnd().split(/ {2,}/));
    expect(lines).toContainEqual(expect.arrayContaining(['one', '2', '1', '0', '0', '1']) as unknown);
    expect(stdout).toContain('sql.denied');
    const { figures } = JSON.parse((await cam('stats', '--json', '--reset')).stdout) as StatusView;
    expect(figures.runs.partial).toBe(1);
    expect((await cam('stats')).stdout).toBe('Nothing has been counted yet.\n');
  });
});
