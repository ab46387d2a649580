import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failure } from '../../model/failure.ts';
import type { RunPlan } from '../../model/plan.ts';
import { samplePlan, samplePlannedSource } from '../../testing/builders.ts';
import { readablePlan } from './plan-command.ts';
import { runProgram } from './program.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-plan-'));
  await writeFile(join(folder, 'all.sql'), 'SELECT * FROM nowhere');
  await writeFile(join(folder, 'list.sql'), 'SELECT * FROM nowhere WHERE user_id IN (:ids)');
  await writeFile(
    join(folder, 'databases.yaml'),
    [
      'databases:',
      '  - {name: eu, driver: duckdb, path: ":memory:", partitions: {region: [eu]}}',
      '  - {name: us, driver: duckdb, path: ":memory:", partitions: {region: [us]}, rate_limit: {queries: 7, per_ms: 500}}',
      'groups:',
      '  payments:',
      '    members: [eu, us]',
      '    partition_by: region',
      '    sql_queries:',
      '      - {name: Get all email changes, query_location: all.sql, retries: 0}',
      '      - {name: Get token changes, query_location: list.sql, binds: {ids: {from: Get all email changes, column: user_id}}}',
    ].join('\n'),
  );
  await writeFile(join(folder, 'settings.yaml'), 'query: {scatter_timeout_ms: 600000}');
  await writeFile(join(folder, 'broken.yaml'), 'databases: []');
});

afterAll(() => rm(folder, { recursive: true }));

const cam = (...args: readonly string[]) => command('plan', ...args);

async function command(name: string, ...args: readonly string[]) {
  let stdout = '';
  let stderr = '';
  const terminal = { out: (text: string) => (stdout += text), err: (text: string) => (stderr += text), isInteractive: false };
  const files = ['--config', join(folder, 'databases.yaml'), '--settings', join(folder, 'settings.yaml'), '--data', join(folder, 'data')];
  const code = await runProgram([name, ...files, ...args], terminal, new AbortController().signal);
  return { code, stdout, stderr };
}

const at = ['--last-event', '2026-11-20T14:00:00Z', '--zone', 'UTC'];

describe('cam plan', () => {
  it('shows targets, sources in their order, strategies and limits, and starts nothing', async () => {
    const { code, stdout } = await cam(...at);
    expect(code).toBe(0);
    const lines = stdout.split('\n').map((line) => line.trimEnd().replace(/ {2,}/g, ' | '));
    expect(stdout).toContain('Window 2026-11-19 14:00:00 to 2026-11-20 14:00:00 (UTC)');
    expect(lines).toContain('eu | duckdb | :memory: | 4 | 100 in 60 s | 20 s');
    expect(lines).toContain('us | duckdb | :memory: | 4 | 7 in 500 ms | 20 s');
    expect(lines.filter((line) => /^[12] \|/.test(line))).toEqual([
      '1 | eu/Get all email changes | broadcast (payments) | email | — | 300 s | up to 1 | —',
      '1 | us/Get all email changes | broadcast (payments) | email | — | 300 s | up to 1 | —',
      '2 | eu/Get token changes | broadcast (payments) | token | eu/Get all email changes, us/Get all email changes | 300 s | up to 4 | —',
      '2 | us/Get token changes | broadcast (payments) | token | eu/Get all email changes, us/Get all email changes | 300 s | up to 4 | —',
    ]);
    expect(stdout).toContain('4 of 4 expected sources would run. Deadline 600 s.');
  });

  it('asks only for the part that is named', async () => {
    const { code, stdout } = await cam(...at, '--partition', 'region=us', '--json');
    expect(code).toBe(0);
    const plan = JSON.parse(stdout) as RunPlan;
    expect(plan.sources.map(({ id, strategy }) => [id, strategy])).toEqual([
      ['us/Get all email changes', 'multi'],
      ['us/Get token changes', 'multi'],
    ]);
    expect(plan.notes).toContain('Only 1 of 2 databases of payments are asked: those that can hold region us.');
  });

  it('takes several values, and refuses what nobody holds or what is no part at all', async () => {
    expect((await cam(...at, '--partition', 'region=us,eu', '--json')).stdout).toContain('eu/Get token changes');
    expect((await cam(...at, '--partition', 'region=us', '--partition', 'region=eu', '--json')).stdout).toContain('eu/Get token changes');
    const unknown = await cam(...at, '--partition', 'region=mars');
    expect([unknown.code, unknown.stderr]).toEqual([4, 'No database holds region mars. Choose from: eu, us.\n']);
    for (const text of ['region', 'region=', '=us', 'region=us,']) {
      const wrong = await cam(...at, '--partition', text);
      expect([wrong.code, wrong.stderr.includes('key=value')]).toEqual([4, true]);
    }
  });

  it('asks only the databases that are named, says so, and refuses a name that is not configured', async () => {
    const { code, stdout } = await cam(...at, '--databases', 'us', '--json');
    const plan = JSON.parse(stdout) as RunPlan;
    expect(plan.databases.map(({ name }) => name)).toEqual(['us']);
    expect(plan.notes.join('\n')).toContain('1 of 2');
    // The list that the tokens are asked with is not whole without the other database.
    expect(code).toBe(2);
    expect(plan.unplanned.map(({ source }) => source)).toEqual(['us/Get token changes']);
    const both = ['--databases', 'us, eu', '--databases', 'us'];
    expect((JSON.parse((await cam(...at, ...both, '--json')).stdout) as RunPlan).databases.map(({ name }) => name)).toEqual(['eu', 'us']);
    const unknown = await cam(...at, '--databases', 'mars');
    expect([unknown.code, unknown.stderr]).toEqual([4, 'No database of this name is configured: mars. Choose from: eu, us.\n']);
    const wrong = await cam(...at, '--databases', 'us,');
    expect([wrong.code, wrong.stderr.includes('name,name')]).toEqual([4, true]);
  });

  it('ends with 4 and the mistakes where the configuration has any', async () => {
    const { code, stderr } = await cam(...at, '--config', join(folder, 'broken.yaml'));
    expect(code).toBe(4);
    expect(stderr).toContain('databases is empty');
  });
});

describe('cam run', () => {
  it('asks a group only for the part that is named, and carries the note into the result', async () => {
    await writeFile(join(folder, 'row.sql'), "SELECT '1' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date");
    const yaml = await readFile(join(folder, 'databases.yaml'), 'utf8');
    const runnable = yaml.replace('all.sql', 'row.sql').split('\n').slice(0, -1).join('\n');
    await writeFile(join(folder, 'runnable.yaml'), runnable);
    const part = await command('run', '--config', join(folder, 'runnable.yaml'), ...at, '--partition', 'region=us', '--json');
    expect(part.stderr).toContain('Note: Only 1 of 2 databases of payments are asked: those that can hold region us.');
    const answered = (stdout: string) =>
      (JSON.parse(stdout) as { metadata: { sources: { source: string; outcome: string }[] } }).metadata.sources.map(
        ({ source, outcome }) => [source, outcome],
      );
    expect(answered(part.stdout)).toEqual([['us/Get all email changes', 'completed']]);
    const chosen = await command('run', '--config', join(folder, 'runnable.yaml'), ...at, '--databases', 'us', '--json');
    expect(answered(chosen.stdout)).toEqual([['us/Get all email changes', 'completed']]);
    expect(chosen.stderr).toMatch(/Note: .*1 of 2/);
    const all = await command('run', '--config', join(folder, 'runnable.yaml'), ...at, '--json');
    expect(answered(all.stdout)).toEqual([
      ['eu/Get all email changes', 'completed'],
      ['us/Get all email changes', 'completed'],
    ]);
  });
});

describe('a plan in words', () => {
  it('says what is left out and why, and what is usual', () => {
    const base = samplePlan(2);
    const [first, second] = base.sources;
    const plan: RunPlan = {
      ...base,
      sources: [
        { ...first!, endpoints: [] },
        samplePlannedSource({ ...second!, estimatedMs: 1_500, after: ['a/1', 'a/2', 'a/3', 'a/4'], level: 1 }),
      ],
      unplanned: [{ source: first!.id, failure: failure('breaker.open', { message: 'It is left alone.' }) }],
      estimate: { durationMs: 12_345, known: 1, of: 2 },
      notes: ['Something to know.'],
    };
    const text = readablePlan(plan);
    expect(text).toContain('fake:database_1 (left alone)');
    expect(text).toMatch(/left out +database_1\/query/);
    expect(text).toMatch(/2 +database_2\/query .* 4 sources .* 1\.5 s\n/);
    expect(text).toContain('Left out: database_1/query: It is left alone. Wait until it is probed again or close the breaker by hand.');
    expect(text).toContain('Note: Something to know.');
    expect(text).toContain(
      '1 of 2 expected sources would run. No deadline. It usually takes at least 12.3 s (by the history of 1 of 2 sources).',
    );
  });
});
