/**
 * The history: what recording costs, how much it takes in, and how long answers take over a million records. SQLite, with the
 * threads that the program uses.
 */
import { constants, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '../../app/base/clock.ts';
import { silentLogger } from '../../app/base/logger.ts';
import { type History, openHistory } from '../../app/history/history.ts';
import type { HistoryMethods } from '../../app/history/history-methods.ts';
import type { HistoryEvent } from '../../app/history/records.ts';
import type { Scope } from '../../app/model/history-figures.ts';
import { executionEvent } from '../../app/testing/history-events.ts';
import { scriptedExecutions } from '../../app/testing/history-script.ts';
import type { BenchRow } from './bench-row.ts';
import { busiestUser, type HistoryOfAYear, migrationsDirectory, recordsOfYear, yearScript } from './history-of-a-year.ts';
import { askInTurn, inFolder } from './measure.ts';

const sustained = 100_000;
const pacedPerSecond = 5000;
const pacedSeconds = 5;
const askedOften = 15;

/** Recording at full speed and at 5,000 a second, then questions. */
export function benchHistory(year: HistoryOfAYear): Promise<BenchRow[]> {
  return inFolder(async (directory) => {
    const rows = await withHistory(join(directory, 'new.sqlite'), directory, async (history) => {
      const events = scriptedEvents();
      return [...(await benchPaced(history, events)), await benchSustained(history, events, 'records into the store')];
    });
    const file = join(directory, 'year.sqlite');
    await copyFile(await year.file(), file, constants.COPYFILE_FICLONE);
    const name = `further records into a store of ${recordsOfYear.toLocaleString('en')}`;
    const more = await withHistory(file, directory, async (history) => [
      ...(await benchQuestions(history)),
      await benchSustained(history, furtherEvents(), name),
    ]);
    return [...rows, ...more];
  });
}

async function withHistory<T>(file: string, directory: string, work: (history: History) => Promise<T>): Promise<T> {
  const history = await openHistory({
    location: { kind: 'sqlite', file },
    directory,
    migrationsDirectory,
    host: 'bench',
    clock: systemClock,
    logger: silentLogger,
    memoryBytes: 512 << 20,
    closeWaitMs: 120_000,
  });
  try {
    await history.ask('running', null);
    return await work(history);
  } finally {
    await history.close();
  }
}

function* scriptedEvents(): Generator<HistoryEvent> {
  for (const record of scriptedExecutions(yearScript(1_000_000))) yield executionEvent(record);
}

/** Executions of the last hour that the store does not have yet. */
function* furtherEvents(): Generator<HistoryEvent> {
  const script = { ...yearScript(sustained), days: 1 / 24 };
  for (const record of scriptedExecutions(script)) yield executionEvent({ ...record, executionId: `further-${record.executionId}` });
}

/** 5,000 a second for five seconds: what a call costs, and how long the event loop of the program is held up at most. */
async function benchPaced(history: History, events: Generator<HistoryEvent>): Promise<BenchRow[]> {
  const batch = take(events, pacedPerSecond * pacedSeconds);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let spentMs = 0;
  const begin = performance.now();
  for (let told = 0; told < batch.length;) {
    const due = Math.min(batch.length, Math.ceil(((performance.now() - begin) / 1000) * pacedPerSecond));
    for (; told < due; told += 1) {
      const event = batch[told];
      const start = performance.now();
      if (event !== undefined) void history.record(event);
      spentMs += performance.now() - start;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await history.recorded();
  delay.disable();
  const costMs = spentMs / batch.length;
  const heldMs = delay.percentile(99.9) / 1e6;
  return [
    {
      name: 'recording an event',
      value: costMs,
      unit: 'ms',
      bar: '< 0.1',
      holds: costMs < 0.1,
      note: `mean of ${batch.length} at ${pacedPerSecond}/s`,
    },
    {
      name: 'hold-up of the event loop while recording, 99.9 %',
      value: heldMs,
      unit: 'ms',
      bar: '≤ 50',
      holds: heldMs <= 50,
      note: `${pacedPerSecond} records/s for ${pacedSeconds} s; longest ${Math.round(delay.max / 1e6)} ms, what others do on the machine included`,
    },
  ];
}

/** As fast as it goes, until all of it is in the store. */
async function benchSustained(history: History, events: Generator<HistoryEvent>, name: string): Promise<BenchRow> {
  const batch = take(events, sustained);
  const begin = performance.now();
  for (const event of batch) void history.record(event);
  await history.recorded();
  const perSecond = batch.length / ((performance.now() - begin) / 1000);
  return {
    name,
    value: perSecond,
    unit: '/s',
    bar: '≥ 5,000',
    holds: perSecond >= 5000,
    note: `${batch.length} records, until the last is in SQLite, flushed to the disk`,
  };
}

function take(events: Generator<HistoryEvent>, count: number): readonly HistoryEvent[] {
  const taken: HistoryEvent[] = [];
  while (taken.length < count) {
    const next = events.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}

interface Question {
  readonly name: string;
  readonly ask: (history: History) => Promise<unknown>;
}

function question<K extends keyof HistoryMethods>(name: string, method: K, input: HistoryMethods[K]['input']): Question {
  return { name, ask: (history) => history.ask(method, input) };
}

const scopes: readonly Scope[] = [{}, { userId: busiestUser }];

const pages: readonly Question[] = [
  question('first page', 'executions', { userId: busiestUser, limit: 100, offset: 0 }),
  question('largest page', 'executions', { userId: busiestUser, limit: 1000, offset: 0 }),
  question('deep page', 'executions', { userId: busiestUser, limit: 100, offset: 100_000 }),
  question('page by status', 'executions', { userId: busiestUser, status: 'timeout', limit: 100, offset: 1000 }),
  question('page by type', 'executions', { userId: busiestUser, databaseType: 'oracle', limit: 100, offset: 10_000 }),
  question('page by both', 'executions', { userId: busiestUser, status: 'success', databaseType: 'postgres', limit: 100, offset: 10_000 }),
  question("everybody's deep page", 'executions', { limit: 100, offset: 900_000 }),
  question('page of runs', 'runs', { limit: 100, offset: 0 }),
];

const statistics: readonly Question[] = scopes.flatMap((scope) =>
  [1, 30, 365].flatMap((days) => [
    question(`${String(days)} days`, 'statistics', { scope, days, withPercentiles: false }),
    question(`${String(days)} days with percentiles`, 'statistics', { scope, days, withPercentiles: true }),
    question(`${String(days)} days by database`, 'groupedStatistics', { scope, days, groupBy: 'database', withPercentiles: false }),
    question(`${String(days)} days, each day`, 'dailySeries', { scope, days }),
  ]),
);

const pageOfHistory: readonly Question[] = [
  question('by database with percentiles', 'groupedStatistics', { scope: {}, days: 30, groupBy: 'database', withPercentiles: true }),
  question('slowest', 'slowestQueries', { scope: {}, days: 30, by: 'average', limit: 10 }),
  question('errors', 'errorPatterns', { scope: {}, days: 30, limit: 20 }),
  question('trends', 'queryTrends', { scope: {}, days: 30 }),
];

async function benchQuestions(history: History): Promise<BenchRow[]> {
  const sizes = `over ${recordsOfYear.toLocaleString('en')} records`;
  const rows: BenchRow[] = [];
  for (const [name, questions] of [
    [`a page of executions, p95 ${sizes}`, pages],
    [`a statistic, p95 ${sizes}`, statistics],
    [`a chart of the history page (30 days), p95 ${sizes}`, pageOfHistory],
  ] as const) {
    const { p95, note } = await askInTurn(
      questions.map(({ name: asked, ask }) => ({ name: asked, ask: () => ask(history) })),
      askedOften,
    );
    rows.push({ name, value: p95, unit: 'ms', bar: '≤ 100', holds: p95 <= 100, note });
  }
  return rows;
}
