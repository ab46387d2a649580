/**
 * What recording costs a run: its wall time with 5,000 records a second going into the history beside it, against without; and
 * what of these records is in SQLite by when. The records are made before, for in the program they are events of other runs.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../app/base/clock.ts';
import { silentLogger } from '../../app/base/logger.ts';
import { type History, openHistory } from '../../app/history/history.ts';
import type { HistoryEvent } from '../../app/history/records.ts';
import { executionEvent, sampleExecution } from '../../app/testing/history-events.ts';
import { appWith, fourDatabases, runToEnd } from './app-target.ts';
import { type BenchRow, median } from './bench-row.ts';
import { migrationsDirectory } from './history-of-a-year.ts';
import { inFolder, timed } from './measure.ts';

const rounds = 7;
/** After a run its verdicts are still being kept: that must not fall on the next one. */
const pauseMs = 800;
const perSecond = 5000;
const everyMs = 10;
const mostSeconds = 10;

/** A run beside records. */
interface Round {
  readonly aloneMs: number;
  readonly besideMs: number;
  readonly controlMs: number;
  /** Records a second that were in SQLite when the run ended. */
  readonly stored: number;
  /** How long after the end of the run all of them were. */
  readonly restMs: number;
}

/** Runs in turn without records, with records, and with a timer that makes none, so that what else the machine does falls on all alike. */
export function benchHistoryBesideRun(): Promise<BenchRow[]> {
  return inFolder(measure);
}

async function measure(folder: string): Promise<BenchRow[]> {
  const sql = `SELECT (i % 100000)::VARCHAR AS user_id, TIMESTAMP '2026-11-20 14:00:00' - to_microseconds((i * 7919) % 2592000000000) AS change_date,\n  'value ' || i AS old_value FROM range(250000) AS numbers(i) WHERE :start_date IS NOT NULL\n`;
  const app = await appWith(
    folder,
    fourDatabases(() => sql),
  );
  const history = await openHistory({
    location: { kind: 'sqlite', file: join(folder, 'beside.sqlite') },
    directory: join(folder, 'journal'),
    migrationsDirectory,
    host: 'bench',
    clock: systemClock,
    logger: silentLogger,
    closeWaitMs: 120_000,
  });
  try {
    await runToEnd(app);
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const events = eventsOf(round);
      await sleep(pauseMs);
      const stop = tell(events, () => undefined);
      const controlMs = await timed(() => runToEnd(app));
      stop();
      await sleep(pauseMs);
      const aloneMs = await timed(() => runToEnd(app));
      await sleep(pauseMs);
      measured.push({ controlMs, aloneMs, ...(await besideRecords(history, events, () => runToEnd(app))) });
    }
    return rowsOf(measured);
  } finally {
    await history.close();
    await app.close();
  }
}

function eventsOf(round: number): readonly HistoryEvent[] {
  return Array.from({ length: perSecond * mostSeconds }, (_, number) =>
    executionEvent(sampleExecution({ executionId: `beside:${String(round)}:${String(number)}` })),
  );
}

async function besideRecords(
  history: History,
  events: readonly HistoryEvent[],
  run: () => Promise<unknown>,
): Promise<Pick<Round, 'besideMs' | 'stored' | 'restMs'>> {
  let told = 0;
  const stop = tell(events, (event) => {
    told += 1;
    void history.record(event);
  });
  const begin = performance.now();
  await run();
  const besideMs = performance.now() - begin;
  stop();
  const { waiting, unwritten } = history.state;
  const stored = ((told - waiting - unwritten) / besideMs) * 1000;
  await history.recorded();
  return { besideMs, stored, restMs: performance.now() - begin - besideMs };
}

function rowsOf(measured: readonly Round[]): BenchRow[] {
  const change = (of: (round: Round) => number): number => (median(measured.map((round) => of(round) / round.aloneMs)) - 1) * 100;
  const percent = change((round) => round.besideMs);
  const control = change((round) => round.controlMs);
  const ms = (of: (round: Round) => number): string => `${Math.round(median(measured.map(of)))} ms`;
  const stored = median(measured.map((round) => round.stored));
  return [
    {
      name: `wall time of a run of 1 M rows while ${perSecond} records a second are recorded`,
      value: percent,
      unit: '% more',
      bar: '< 1',
      holds: percent < 1,
      note: `median of the ratios of ${rounds} pairs; the medians are ${ms((round) => round.aloneMs)} alone and ${ms((round) => round.besideMs)} beside; a timer that records nothing: ${control.toFixed(1)} % more`,
    },
    {
      name: 'records that reach SQLite while that run keeps both cores busy',
      value: stored,
      unit: '/s',
      bar: '≥ 5,000',
      holds: stored >= 5000,
      note: `the rest waits in the journal on the disk and is in SQLite ${ms((round) => round.restMs)} after the run`,
    },
  ];
}

/** Hands out 5,000 events a second until it is stopped. */
function tell(events: readonly HistoryEvent[], take: (event: HistoryEvent) => void): () => void {
  const begin = performance.now();
  let told = 0;
  const timer = setInterval(() => {
    const due = Math.min(events.length, Math.ceil(((performance.now() - begin) / 1000) * perSecond));
    for (const event of events.slice(told, due)) take(event);
    told = due;
  }, everyMs);
  return () => {
    clearInterval(timer);
  };
}
