import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChainVerdict } from '../../model/history-audit.ts';
import type { RunDetail, RunPage } from '../../model/history-pages.ts';

const program = fileURLToPath(new URL('../cam.ts', import.meta.url));
const children: ChildProcess[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-killed-'));
  await writeFile(join(folder, 'quick.sql'), "SELECT '1' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date");
  await writeFile(
    join(folder, 'endless.sql'),
    "SELECT i::VARCHAR AS user_id, TIMESTAMP '2026-11-20' AS change_date FROM range(1000000000) a(i), range(1000) b(j)",
  );
});

afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function configure(name: string, tokenFile: string): Promise<void> {
  const database = (own: string, type: string, file: string): string[] => [
    `  - name: ${own}`,
    '    driver: duckdb',
    "    path: ':memory:'",
    '    sql_queries:',
    `      - {name: ${type}, query_location: ${file}, change_type: ${type}}`,
  ];
  const lines = ['databases:', ...database('one', 'email', 'quick.sql'), ...database('two', 'token', tokenFile)];
  await writeFile(join(folder, name), lines.join('\n'));
}

function start(config: string, ...args: readonly string[]): ChildProcess {
  const files = ['--config', join(folder, config), '--data', join(folder, 'data')];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args, ...files], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  return child;
}

async function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly stdout: string }> {
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout };
}

/** The first row of the store, as soon as there is one. */
async function rowOf(sql: string): Promise<Record<string, unknown>> {
  const file = join(folder, 'data', 'history', 'history.sqlite');
  for (;;) {
    if (existsSync(file)) {
      const store = new DatabaseSync(file, { timeout: 15_000 });
      try {
        const row = store.prepare(sql).get();
        if (row !== undefined) return row;
      } catch (error) {
        // Its tables may be on their way.
        if (!String(error).includes('no such table')) throw error;
      } finally {
        store.close();
      }
    }
    await wait(50);
  }
}

describe('a run whose program is killed', () => {
  it('is ended as interrupted, with an end time, by the next program; what had answered stays answered', async () => {
    await configure('endless.yaml', 'endless.sql');
    const killed = start('endless.yaml', 'run', '--last-event', '2026-11-20T14:00:00Z');
    const { run_id: runId } = await rowOf(
      `SELECT open.run_id FROM query_executions open JOIN query_executions done USING (run_id)
       WHERE open.query_name = 'token' AND open.status IS NULL AND done.query_name = 'email' AND done.status = 'success'`,
    );
    killed.kill('SIGKILL');
    await once(killed, 'exit');

    const { code, stdout } = await ended(start('endless.yaml', 'history', 'show', String(runId), '--json'));
    expect(code).toBe(0);
    const { run, executions } = JSON.parse(stdout) as RunDetail;
    expect([run.outcome, run.completedAt]).toEqual(['interrupted', expect.any(String)]);
    expect(Date.parse(run.completedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(run.startedAt));
    const ends = executions.map(({ execution }) => [execution.queryName, execution.status, execution.completedAt !== null]);
    expect(ends.sort()).toEqual([
      ['email', 'success', true],
      ['token', 'interrupted', true],
    ]);
    const verified = await ended(start('endless.yaml', 'history', 'verify', '--json'));
    expect(JSON.parse(verified.stdout)).toMatchObject({ isIntact: true } satisfies Partial<ChainVerdict>);
  });
});

describe('two programs that run at once', () => {
  it('write one history, and each finds both runs in it', async () => {
    await configure('quick.yaml', 'quick.sql');
    const runs = ['run', '--last-event', '2026-11-20T14:00:00Z'] as const;
    const both = await Promise.all([ended(start('quick.yaml', ...runs)), ended(start('quick.yaml', ...runs))]);
    expect(both.map(({ code }) => code)).toEqual([2, 2]);
    const { stdout } = await ended(start('quick.yaml', 'history', 'list', '--json'));
    expect((JSON.parse(stdout) as RunPage).runs.map(({ outcome, answeredSources }) => [outcome, answeredSources])).toEqual([
      ['partial', 2],
      ['partial', 2],
    ]);
    expect((await ended(start('quick.yaml', 'history', 'verify', '--json'))).code).toBe(0);
  });
});
