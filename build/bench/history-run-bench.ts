/** What recording costs a run: its wall time with 5,000 records a second going into the history beside it, against without. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../app/base/clock.ts';
import { silentLogger } from '../../app/base/logger.ts';
import { type History, openHistory } from '../../app/history/history.ts';
import { programDirectory } from '../../app/hosts/core.ts';
import { executionEvent, sampleExecution } from '../../app/testing/history-events.ts';
import { type BenchRow, median } from './bench-row.ts';
import { appWith, runToEnd } from './run-bench.ts';

const rounds = 7;
const perSecond = 5000;
const everyMs = 10;

/** Runs in turn with and without records beside them, so that what else the machine does falls on both alike. */
export async function benchHistoryBesideRun(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cam-bench-beside-'));
  const types = ['password', 'email', 'phone', 'token'];
  const sql = `SELECT (i % 100000)::VARCHAR AS user_id, TIMESTAMP '2026-11-20 14:00:00' - to_microseconds((i * 7919) % 2592000000000) AS change_date,\n  'value ' || i AS old_value FROM range(250000) AS numbers(i) WHERE :start_date IS NOT NULL\n`;
  const app = await appWith(
    folder,
    types.map((type, index) => ({ name: `database_${index}`, type, sql })),
  );
  const history = await openHistory({
    location: { kind: 'sqlite', file: join(folder, 'beside.sqlite') },
    directory: join(folder, 'journal'),
    migrationsDirectory: join(programDirectory, 'sql', 'history'),
    host: 'bench',
    clock: systemClock,
    logger: silentLogger,
    closeWaitMs: 120_000,
  });
  try {
    await runToEnd(app);
    const alone: number[] = [];
    const beside: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      alone.push(await timed(() => runToEnd(app)));
      const stop = recordSteadily(history, round);
      beside.push(await timed(() => runToEnd(app)));
      stop();
      await history.recorded();
    }
    const change = (median(beside) / median(alone) - 1) * 100;
    return [
      {
        name: `wall time of a run of 1 M rows while ${perSecond} records a second are recorded`,
        value: change,
        unit: '% more',
        bar: '< 1',
        holds: change < 1,
        note: `medians of ${rounds}: ${Math.round(median(alone))} ms alone, ${Math.round(median(beside))} ms beside`,
      },
    ];
  } finally {
    await history.close();
    await app.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

function recordSteadily(history: History, round: number): () => void {
  const begin = performance.now();
  let told = 0;
  const timer = setInterval(() => {
    for (const due = ((performance.now() - begin) / 1000) * perSecond; told < due; told += 1)
      void history.record(executionEvent(sampleExecution({ executionId: `beside:${String(round)}:${String(told)}` })));
  }, everyMs);
  return () => {
    clearInterval(timer);
  };
}
