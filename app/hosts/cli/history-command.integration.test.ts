import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from './program.ts';

let folder: string;
let runId: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-history-'));
  await writeFile(join(folder, 'emails.sql'), "SELECT '1' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date");
  await writeFile(join(folder, 'phones.sql'), 'SELECT * FROM nowhere');
  await writeFile(
    join(folder, 'databases.yaml'),
    [
      'databases:',
      '  - name: one',
      '    driver: duckdb',
      '    path: ":memory:"',
      '    sql_queries:',
      '      - {name: Get all email changes, query_location: emails.sql}',
      '      - {name: Get all phone changes, query_location: phones.sql}',
    ].join('\n'),
  );
  await writeFile(join(folder, 'settings.yaml'), 'user_settings: {sid: AB12345}\n');
  const { code, stdout } = await cam('run', '--json', '--last-event', '2026-11-20T14:00:00Z');
  expect(code).toBe(2);
  runId = (JSON.parse(stdout) as { metadata: { runId: string } }).metadata.runId;
});

afterAll(() => rm(folder, { recursive: true }));

async function cam(...args: readonly string[]) {
  let stdout = '';
  let stderr = '';
  const terminal = { out: (text: string) => (stdout += text), err: (text: string) => (stderr += text), isInteractive: false };
  const files = ['--config', join(folder, 'databases.yaml'), '--settings', join(folder, 'settings.yaml'), '--data', join(folder, 'data')];
  const code = await runProgram([...args.slice(0, 2), ...files, ...args.slice(2)], terminal, new AbortController().signal);
  return { code, stdout, stderr };
}

const history = (...args: readonly string[]) => cam('history', ...args);

describe('cam history', () => {
  it('lists the run of another process, and its executions', async () => {
    const runs = await history('list');
    expect(runs.code).toBe(0);
    expect(runs.stdout).toMatch(new RegExp(`${runId} .*AB12345 .*partial .*1 of 4`));
    const failed = await history('list', '--status', 'failed', '--json');
    expect(JSON.parse(failed.stdout)).toMatchObject({ total: 1, executions: [{ queryName: 'Get all phone changes', userId: 'AB12345' }] });
    expect((await history('list', '--user', 'X999999')).stdout).toContain('None of 0 runs.');
  });

  it('shows one with every attempt and what is missing', async () => {
    const { code, stdout } = await history('show', runId);
    expect(code).toBe(0);
    expect(stdout).toContain('1 of 4 sources answered');
    expect(stdout).toMatch(/Missing: one\/Get all phone changes \(failed\): .*nowhere/);
    expect(stdout).toMatch(/one\/Get all email changes +1 +:memory: .* success/);
    const unknown = await history('show', 'none');
    expect([unknown.code, unknown.stderr]).toEqual([3, 'The history has no run none. Look it up with cam history list.\n']);
  });

  it('counts: statistics in all and divided, errors by code', async () => {
    expect((await history('stats')).stdout).toMatch(/ 50\.0 % /);
    const groups = JSON.parse((await history('stats', '--by', 'query', '--json')).stdout) as unknown[];
    expect(groups).toHaveLength(2);
    expect((await history('errors')).stdout).toMatch(/1 +1 +one /);
  });

  it('exports the trail, and finds what was changed in the file and in the store', async () => {
    const out = join(folder, 'trail.jsonl');
    const exported = await history('export', '--out', out);
    expect(exported.code).toBe(0);
    const head = /Head (\d+:[0-9a-f]{64})/.exec(exported.stdout)?.[1] ?? '';
    expect((await history('verify', '--file', out, '--head', head)).code).toBe(0);
    expect((await history('verify', '--head', head)).stdout).toContain('Intact');
    const part = join(folder, 'part.jsonl');
    writeFileSync(part, readFileSync(out, 'utf8').split('\n').slice(1).join('\n'));
    expect((await history('verify', '--file', part)).stdout).toContain('The file begins at place 2 of the chain');
    const nowhere = await history('verify', '--file', join(folder, 'nowhere.jsonl'));
    expect([nowhere.code, nowhere.stderr]).toEqual([4, expect.stringContaining('cannot be read (ENOENT)')]);
    writeFileSync(out, readFileSync(out, 'utf8').replace('AB12345', 'XX00000'));
    const changed = await history('verify', '--file', out);
    expect([changed.code, changed.stdout.includes('NOT INTACT')]).toEqual([3, true]);
    const store = new DatabaseSync(join(folder, 'data', 'history', 'history.sqlite'));
    const original = store.prepare("SELECT execution_id, user_id FROM query_executions WHERE status = 'failed'").get();
    store.exec("UPDATE query_executions SET user_id = 'XX00000' WHERE status = 'failed'");
    const tampered = await history('verify');
    expect(tampered.code).toBe(3);
    expect(tampered.stdout).toContain(String(original?.execution_id));
    store.exec("UPDATE query_executions SET user_id = 'AB12345' WHERE status = 'failed'");
    store.close();
    expect((await history('verify')).code).toBe(0);
  });

  it('deletes nothing without a policy, nothing in a dry run, nothing while held; then records and the kept result go', async () => {
    const without = await history('retain');
    expect([without.code, without.stderr.includes('history.retention')]).toEqual([4, true]);
    await writeFile(
      join(folder, 'settings.yaml'),
      'user_settings: {sid: AB12345}\nhistory: {retention: {execution_days: {success: 0.00001, failed: 0.00001}, run_days: 0.00001}}\n',
    );
    expect((await history('retain', '--dry-run')).stdout).toBe(
      'Would delete executions: 1 success, 1 failed; 1 runs. Nothing was deleted.\n',
    );
    const held = await history('hold', '--reason', 'case 7');
    const holdId = /Held: (\S+)\./.exec(held.stdout)?.[1] ?? '';
    expect((await history('retain')).code).toBe(3);
    expect((await history('list')).stdout).toContain(runId);
    expect((await history('hold')).stdout).toMatch(new RegExp(`${holdId} +case 7 +AB12345`));
    expect((await history('release', holdId)).code).toBe(0);
    expect(existsSync(join(folder, 'data', 'results', runId))).toBe(true);
    expect((await history('retain')).stdout).toBe('Deleted executions: 1 success, 1 failed; 1 runs.\n');
    expect((await history('list')).stdout).toContain('None of 0 runs.');
    expect(readdirSync(join(folder, 'data', 'results'))).toEqual([]);
    expect((await history('verify')).code).toBe(0);
  });

  it.each([
    ['list', '--limit', '0'],
    ['list', '--status', 'good'],
    ['stats', '--days', 'many'],
    ['verify', '--head', '7'],
    ['export'],
    ['show'],
  ])('refuses %s %s %s', async (...args) => {
    expect((await history(...args)).code).toBe(4);
  });

  it('says that the history cannot be reached, and ends with 3', async () => {
    const settings = join(folder, 'team.yaml');
    await writeFile(settings, 'history: {url: "postgres://cam@127.0.0.1:9/cam"}\n');
    const { code, stderr } = await cam('history', 'list', '--settings', settings);
    expect([code, stderr.includes('The history cannot be reached.')]).toEqual([3, true]);
  });

  it('is told by the run itself where it does not have all of it: what waits, and what is lost', async () => {
    const normal = await cam('run', '--json', '--last-event', '2026-11-20T14:00:00Z');
    expect(normal.stderr).not.toContain('istory');
    const settings = join(folder, 'away.yaml');
    await writeFile(settings, 'history: {url: "postgres://cam@127.0.0.1:9/cam"}\n');
    const waits = await cam('run', '--json', '--last-event', '2026-11-20T14:00:00Z', '--settings', settings);
    expect([waits.code, waits.stderr]).toEqual([
      normal.code,
      expect.stringMatching(
        /The history's store does not have \d+ records yet; the next start of the program puts them in from the journal\./,
      ),
    ]);
    await writeFile(join(folder, 'file'), '');
    await writeFile(settings, `history: {directory: ${JSON.stringify(join(folder, 'file', 'history'))}}\n`);
    const lost = await cam('run', '--json', '--last-event', '2026-11-20T14:00:00Z', '--settings', settings);
    expect([lost.code, lost.stderr]).toEqual([
      normal.code,
      expect.stringMatching(
        /The history is not complete: \d+ records of what was just done could not be kept anywhere and are lost\. The history cannot be kept: its folder/,
      ),
    ]);
  });
});
