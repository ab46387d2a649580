import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { instantFromMs } from '../../model/instant.ts';
import type { LedgerPage } from '../../model/ledger.ts';
import { migrationsDirectory } from '../../testing/history-store.ts';
import { ledgerOf } from '../../testing/ledger-conformance.ts';
import { runPage } from '../../history/executions.ts';
import { openStore, type Store } from '../../history/store.ts';

const cam = fileURLToPath(new URL('../cam.ts', import.meta.url));
const hourMs = 3_600_000;
let folder: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-schedule-'));
});

afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** Four databases in memory in which one client has changed everything three hours ago; `broken` has no table, `withoutId` a row more. */
async function configure(schedule: string, broken: readonly string[] = [], withoutId: readonly string[] = []): Promise<void> {
  const at = new Date(Date.now() - 4 * hourMs).toISOString().slice(0, 19).replace('T', ' ');
  await mkdir(join(folder, 'config'));
  const databases = await Promise.all(
    ['password', 'email', 'phone', 'token'].map(async (type) => {
      const from = broken.includes(type) ? ' FROM nowhere' : '';
      await writeFile(
        join(folder, `${type}.sql`),
        `SELECT * FROM (SELECT 'c1' AS user_id, TIMESTAMP '${at}' AS change_date${from}${withoutId.includes(type) ? ` UNION ALL SELECT NULL, TIMESTAMP '${at}'` : ''}) WHERE change_date >= :start_date`,
      );
      return `  - {name: ${type}, driver: duckdb, path: ':memory:', sql_queries: [{name: changes, query_location: ${type}.sql, change_type: ${type}}]}`;
    }),
  );
  await writeFile(join(folder, 'databases.yaml'), `databases:\n${databases.join('\n')}\n`);
  await writeFile(join(folder, 'config', 'schedules.yaml'), `schedules:\n  - ${schedule}\n`);
}

/** A ledger in which the schedule began two hours ago: two intervals are due. */
async function seed(name = 'hourly'): Promise<void> {
  await withStore(async (store) => {
    const hour = Math.floor(Date.now() / hourMs) * hourMs;
    await ledgerOf(store)('schedule', { schedule: name, since: instantFromMs(hour - 2 * hourMs) });
  });
}

async function withStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const location = { kind: 'sqlite', file: join(folder, 'data', 'history', 'history.sqlite') } as const;
  const store = await openStore({ location, migrationsDirectory, nowMs: () => Date.now(), onIdleError: () => undefined });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

function ledger(): Promise<LedgerPage> {
  return withStore((store) => ledgerOf(store)('ledger', { limit: 100, offset: 0 }));
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(...args: readonly string[]): {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly said: (text: string) => Promise<void>;
} {
  const files = ['--config', join(folder, 'databases.yaml'), '--data', join(folder, 'data')];
  const child = spawn(process.execPath, [cam, 'schedule', ...files, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  const listeners = new Set<() => void>();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    for (const listener of listeners) listener();
  });
  return {
    child,
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, out, err })),
    said: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!err.includes(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      }),
  };
}

// Each starts programs of several processes.
describe('cam schedule', { timeout: 300_000 }, () => {
  it('--once evaluates what is due, the oldest first, tells it, and ends', async () => {
    await configure('{name: hourly, cron: 0 * * * *, alerts: [{email: {to: [soc@example.com]}}]}');
    await seed();
    const { code, out, err } = await start('--once').ended;
    expect({ code, err }).toMatchObject({ code: 0 });
    const { intervals } = await ledger();
    expect(intervals.map(({ state, attempts, result }) => [state, attempts, result?.confirmed])).toEqual([
      ['done', 1, 1],
      ['done', 1, 1],
    ]);
    const starts = intervals.map(({ startedAt }) => startedAt ?? '');
    expect(starts).toEqual(starts.toSorted().reverse());
    expect(out).toMatch(/hourly\s+0 \* \* \* \* \(UTC\)\s+.*2 done/);
    const mails = (await readdir(join(folder, 'data', 'reports'))).filter((name) => name.endsWith('.eml'));
    expect(mails).toHaveLength(3);
    expect((await readFile(join(folder, 'data', 'reports', mails[0] ?? ''), 'utf8')).startsWith('X-Unsent: 1')).toBe(true);
    // The next one finds nothing to do.
    const again = await start('--once', '--json').ended;
    expect(again.code).toBe(0);
    expect(JSON.parse(again.out)).toMatchObject({ total: 2, schedules: [{ counts: { done: 2 } }] });
    expect((await ledger()).intervals.every(({ attempts }) => attempts === 1)).toBe(true);
  });

  it('says below its list which rows could not take part, for "nothing" is missing there', async () => {
    await configure('{name: hourly, cron: 0 * * * *}', [], ['email']);
    await seed();
    const { code, out } = await start('--once').ended;
    expect(code).toBe(0);
    expect(out).toMatch(/done\s+1\s+nothing/);
    expect(out).toMatch(
      /\nFiltered or left out\n( {2}hourly, to \d{4}-\d\d-\d\d \d\d:00: 1 row without an id could not take part\.\n){2}$/,
    );
  });

  it('in two processes at once evaluates each interval once', async () => {
    await configure('{name: hourly, cron: 0 * * * *}');
    await seed();
    const ends = await Promise.all([start('--once').ended, start('--once').ended]);
    expect(ends.map(({ code }) => code).includes(0)).toBe(true);
    const { intervals } = await ledger();
    expect(intervals.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['done', 1],
      ['done', 1],
    ]);
    const runs = await withStore(({ db }) => runPage(db, {}, { limit: 100, offset: 0 }));
    expect(runs.runs.map(({ runId }) => runId).sort()).toEqual(intervals.map(({ runId }) => runId ?? '').sort());
  });

  it('killed in the middle of an interval leaves it to the next one, never as done', async () => {
    await configure('{name: hourly, cron: 0 * * * *}');
    await seed();
    const first = start();
    await first.said('an interval is evaluated');
    first.child.kill('SIGKILL');
    await first.ended;
    expect((await ledger()).intervals.map(({ state }) => state)).toEqual(['pending', 'running']);
    const { code } = await start('--once').ended;
    expect(code).toBe(0);
    expect((await ledger()).intervals.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['done', 1],
      ['done', 2],
    ]);
  });

  it('ended by Ctrl+C gives its interval back', async () => {
    await configure('{name: hourly, cron: 0 * * * *}');
    await seed();
    const first = start();
    await first.said('an interval is evaluated');
    first.child.kill('SIGINT');
    expect((await first.ended).code).toBe(0);
    const { intervals } = await ledger();
    expect(intervals.some(({ state }) => state === 'running')).toBe(false);
    expect(intervals.at(-1)).toMatchObject({ attempts: intervals.at(-1)?.state === 'done' ? 1 : 0 });
  });

  it('with a source missing is incomplete, names it, and says so by its exit code', async () => {
    await configure('{name: hourly, cron: 0 * * * *, retry: {times: 0}}', ['token']);
    await seed();
    const { code, out } = await start('--once').ended;
    expect(code).toBe(2);
    expect(out).toMatch(/incomplete\s+0\+\s+token\/changes/);
    const { intervals } = await ledger();
    expect(intervals[0]).toMatchObject({ state: 'incomplete', result: { missing: [{ source: 'token/changes', reason: 'failed' }] } });
  });

  it('says where a schedule would stand when there is none, and every mistake in the file', async () => {
    await configure('{name: hourly, cron: 99 * * * *}');
    const wrong = await start('--once').ended;
    expect(wrong.code).toBe(4);
    expect(wrong.err).toMatch(/schedules.yaml:2:\d+ schedules\[0\].cron: The cron line is not understood/);
    await writeFile(join(folder, 'config', 'schedules.yaml'), 'schedules: []\n');
    const none = await start('--list').ended;
    expect(none.code).toBe(4);
    expect(none.err).toContain(`There is no schedule in ${join(folder, 'config', 'schedules.yaml')}.`);
  });
});
