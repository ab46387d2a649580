/** A run as the main process sees it: how long its event loop is held, what it keeps in memory, how fast a cancel is. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { App } from '../../app/services/create-app.ts';
import { appWith, fourDatabases, runToEnd } from './app-target.ts';
import { type BenchRow, median } from './bench-row.ts';
import { inFolder } from './measure.ts';

const cancelRounds = 5;
const rowsPerSource = 250_000;
const megabyte = 1024 * 1024;

/** Two measurements over real processes and the embedded driver. */
export async function benchRun(): Promise<BenchRow[]> {
  return [...(await inFolder(benchMillionRows)), ...(await inFolder(benchCancel))];
}

async function benchMillionRows(folder: string): Promise<BenchRow[]> {
  const rows = (index: number): string =>
    `SELECT (i % 100000)::VARCHAR AS user_id, TIMESTAMP '2026-11-20 14:00:00' - to_microseconds((i * 7919 + ${index}) % 2592000000000) AS change_date,\n` +
    `  'value ' || i AS old_value, 'changed to ' || i AS new_value, 'analyst' AS changed_by, i AS number\n` +
    `FROM range(${rowsPerSource}) AS numbers(i) WHERE :start_date IS NOT NULL\n`;
  const app = await appWith(folder, fourDatabases(rows));
  try {
    await runToEnd(app);
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const state = await runToEnd(app);
    delay.disable();
    const grown = (process.memoryUsage().rss - before) / megabyte;
    const arrived = Object.values(state.sources).reduce((sum, source) => sum + source.rows, 0);
    const heldMs = delay.max / 1e6;
    return [
      {
        name: 'main process: longest hold of the event loop while 1 M rows arrive',
        value: heldMs,
        unit: 'ms',
        bar: '≤ 50',
        holds: heldMs <= 50,
        note: `${arrived} rows, 4 sources`,
      },
      {
        name: 'main process: memory grown by a run of 1 M rows',
        value: grown,
        unit: 'MiB',
        bar: '≤ 32',
        holds: grown <= 32,
        note: 'second run against the first',
      },
    ];
  } finally {
    await app.close();
  }
}

async function benchCancel(folder: string): Promise<BenchRow[]> {
  const endless = `SELECT count(*)::VARCHAR AS user_id, TIMESTAMP '2026-11-20 14:00:00' AS change_date FROM range(100000000) AS a(i), range(100000) AS b(j)\nWHERE i * j % 7 = 3 AND :start_date IS NOT NULL\n`;
  const app = await appWith(
    folder,
    Array.from({ length: 8 }, (_, index) => ({ name: `database_${index}`, type: 'email', sql: endless })),
  );
  const times: number[] = [];
  try {
    for (let round = 0; round < cancelRounds; round += 1) times.push(await cancelOnce(app));
  } finally {
    await app.close();
  }
  const value = median(times);
  return [
    {
      name: 'cancel: from the click until 8 running queries are cancelled',
      value,
      unit: 'ms',
      bar: '≤ 250',
      holds: value <= 250,
      note: `median of ${cancelRounds}; all confirmed`,
    },
  ];
}

async function cancelOnce(app: App): Promise<number> {
  const { runId } = await app.runs.start({ lastEvent: '2026-11-20T14:00:00Z', strict: false });
  const run = app.runs.get(runId);
  await new Promise<void>((resolve) => {
    const stop = run.log.on(() => {
      if (Object.values(run.state.sources).every((source) => source.status === 'running')) {
        stop();
        resolve();
      }
    });
  });
  const begin = performance.now();
  app.runs.cancel(runId);
  await new Promise<void>((resolve) => {
    const stop = run.log.on(() => {
      if (!Object.values(run.state.sources).every((source) => source.status === 'cancelled')) return;
      stop();
      resolve();
    });
  });
  const elapsed = performance.now() - begin;
  await run.ended;
  const unconfirmed = Object.values(run.state.sources).filter(
    (source) => source.outcome?.kind !== 'cancelled' || !source.outcome.confirmed,
  );
  if (unconfirmed.length > 0) throw new Error(`${unconfirmed.length} of 8 queries were not cancelled and confirmed`);
  return elapsed;
}
