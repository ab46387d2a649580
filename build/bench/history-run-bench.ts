/**
 * What recording costs a run: its wall time with 5,500 records a second going into the history beside it, against without; and
 * how many of them reach SQLite meanwhile. Of two runs: one over databases that take seconds to answer, which is what the program is for, and one
 * that waits for nothing and keeps all processors busy, which is the worst there is.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../app/base/clock.ts';
import { silentLogger } from '../../app/base/logger.ts';
import { type History, openHistory } from '../../app/history/history.ts';
import { executionEvent, sampleExecution } from '../../app/testing/history-events.ts';
import { appWith, fourDatabases, runToEnd } from './app-target.ts';
import { type BenchRow, median } from './bench-row.ts';
import { migrationsDirectory } from './history-of-a-year.ts';
import { inFolder, timed } from './measure.ts';
import { listenOften, startOracleApp, startProcess } from './oracle-stand-in.ts';
import type { StandInMethods } from './oracle-target.ts';

/** A tenth more than has to reach the store, so that what still waits at the end of a run is made up for. */
const perSecond = 5500;
const asked = 5000;
const everyMs = 10;
/** Records come before the run begins, so that it meets a writer at work. */
const aheadMs = 1000;

/** A run that is measured. */
interface Scene {
  /** Completes "wall time of a run …". */
  readonly name: string;
  readonly rounds: number;
  run(): Promise<unknown>;
}

type Way = 'alone' | 'control' | 'beside';
const ways: readonly Way[] = ['alone', 'control', 'beside'];

/** What a run beside records shows. */
interface Beside {
  readonly ms: number;
  /** Records a second that reached SQLite from the begin of the run to its end. */
  readonly stored: number;
  /** How long after the end of the run the last one did. */
  readonly restMs: number;
}

/** Measures both runs. */
export function benchHistoryBesideRun(): Promise<BenchRow[]> {
  return inFolder(async (folder) => [...(await besideWaitingRun(folder)), ...(await besideBusyRun(folder))]);
}

/** 4 databases that answer after 5 s with 25,000 rows each, over Oracle's wire protocol. */
async function besideWaitingRun(folder: string): Promise<BenchRow[]> {
  const { client, kill } = startProcess<StandInMethods>('oracle-listener-entry.ts');
  try {
    const core = await startOracleApp(await listenOften(client, 4, { rows: 25_000, latencyMs: 5000 }), 1);
    try {
      return await measure(join(folder, 'waiting'), {
        name: 'over 4 databases that answer after 5 s',
        rounds: 7,
        run: async () => {
          const { outcome, sources } = await core.run();
          if (outcome !== 'succeeded') throw new Error(`the run ended ${String(outcome)}: ${JSON.stringify(sources)}`);
        },
      });
    } finally {
      await core.close();
    }
  } finally {
    kill();
  }
}

/** 4 databases inside the program that make up 250,000 rows each as fast as they can. */
async function besideBusyRun(folder: string): Promise<BenchRow[]> {
  const sql = `SELECT (i % 100000)::VARCHAR AS user_id, TIMESTAMP '2026-11-20 14:00:00' - to_microseconds((i * 7919) % 2592000000000) AS change_date,\n  'value ' || i AS old_value FROM range(250000) AS numbers(i) WHERE :start_date IS NOT NULL\n`;
  const app = await appWith(
    folder,
    fourDatabases(() => sql),
  );
  try {
    return await measure(join(folder, 'busy'), {
      name: 'of 1 M rows that keeps all processors busy',
      rounds: 15,
      run: () => runToEnd(app),
    });
  } finally {
    await app.close();
  }
}

/**
 * The run alone, beside records, and beside a timer that makes none: that one shows what else falls on a run here. In an order that
 * changes from round to round, each when all that the last one left to do is done.
 */
async function measure(directory: string, scene: Scene): Promise<BenchRow[]> {
  const history = await openHistory({
    location: { kind: 'sqlite', file: join(directory, 'beside.sqlite') },
    directory: join(directory, 'journal'),
    migrationsDirectory,
    host: 'bench',
    clock: systemClock,
    logger: silentLogger,
    closeWaitMs: 120_000,
  });
  try {
    const times: Record<Way, number[]> = { alone: [], control: [], beside: [] };
    const besides: Beside[] = [];
    // The first run and the first records load what they need.
    await scene.run();
    await beside(history, -1, () => sleep(aheadMs));
    for (let round = 0; round < scene.rounds; round += 1) {
      for (const place of ways.keys()) {
        const way = ways[(place + round) % ways.length] ?? 'alone';
        await rested();
        const result = way === 'beside' ? await beside(history, round, () => scene.run()) : undefined;
        if (result !== undefined) besides.push(result);
        times[way].push(result?.ms ?? (await withoutRecords(() => scene.run(), way === 'control')));
      }
    }
    return rowsOf(scene, times, besides);
  } finally {
    await history.close();
  }
}

/** How long the run takes alone, or beside a timer that does nothing. */
async function withoutRecords(run: () => Promise<unknown>, withTimer: boolean): Promise<number> {
  const stop = withTimer ? tell(() => undefined) : () => undefined;
  await sleep(aheadMs);
  const ms = await timed(run);
  stop();
  return ms;
}

async function beside(history: History, round: number, run: () => Promise<unknown>): Promise<Beside> {
  let told = 0;
  const stop = tell(() => {
    void history.record(executionEvent(sampleExecution({ executionId: `beside:${String(round)}:${String((told += 1))}` })));
  });
  const inStore = (): number => told - history.state.waiting - history.state.unwritten;
  await sleep(aheadMs);
  const storedBefore = inStore();
  const begin = performance.now();
  await run();
  const ms = performance.now() - begin;
  const stored = ((inStore() - storedBefore) / ms) * 1000;
  stop();
  await history.recorded();
  return { ms, stored, restMs: performance.now() - begin - ms };
}

function rowsOf({ name, rounds }: Scene, times: Record<Way, readonly number[]>, besides: readonly Beside[]): BenchRow[] {
  const more = (way: Way): number => (median(times[way].map((ms, round) => ms / (times.alone[round] ?? ms))) - 1) * 100;
  const ms = (values: readonly number[]): string => `${String(Math.round(median(values)))} ms`;
  const stored = median(besides.map((one) => one.stored));
  const value = more('beside');
  return [
    {
      name: `wall time of a run ${name} while ${perSecond.toLocaleString('en')} records a second are recorded`,
      value,
      unit: '% more',
      bar: '< 1',
      holds: value < 1,
      note: `median of ${String(rounds)} rounds; ${ms(times.beside)} beside, ${ms(times.alone)} alone; beside a timer that records nothing ${more('control').toFixed(1)} % more`,
    },
    {
      name: 'records that reach SQLite meanwhile',
      value: stored,
      unit: '/s',
      bar: `≥ ${asked.toLocaleString('en')}`,
      holds: stored >= asked,
      note: `the last one ${ms(besides.map((one) => one.restMs))} after the run; until then they wait in the journal on the disk`,
    },
  ];
}

/** Waits until this process does nothing any more: verdicts are kept after a run, memory is given back. */
async function rested(): Promise<void> {
  const lookMs = 100;
  for (let calm = 0, looks = 0; calm < 5 && looks < 80; looks += 1) {
    const before = process.cpuUsage();
    await sleep(lookMs);
    const { user, system } = process.cpuUsage(before);
    calm = user + system < lookMs * 50 ? calm + 1 : 0;
  }
}

/** Calls 5,500 times a second until it is stopped. */
function tell(take: () => void): () => void {
  const begin = performance.now();
  let told = 0;
  const timer = setInterval(() => {
    const due = Math.ceil(((performance.now() - begin) / 1000) * perSecond);
    for (; told < due; told += 1) take();
  }, everyMs);
  return () => {
    clearInterval(timer);
  };
}
