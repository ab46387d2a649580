/** Oracle over the wire to a stand-in in a process of its own: rows into the spool, memory, many databases at a time. */
import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../app/base/clock.ts';
import { silentLogger } from '../../app/base/logger.ts';
import { msOfInstant } from '../../app/model/instant.ts';
import type { NumberedRunEvent, RunState } from '../../app/model/run.ts';
import { sampleDatabase } from '../../app/testing/builders.ts';
import { executeInput, testSpawner } from '../../app/testing/worker-builders.ts';
import { createDatabaseWorker } from '../../app/worker/supervisor.ts';
import { type BenchRow, median } from './bench-row.ts';
import { inFolder, peakMemoryMiB } from './measure.ts';
import { listenOften, passwordVariable, type StandIn, startOracleApp, startProcess } from './oracle-stand-in.ts';
import { account, type BareReadMethods, changesSql, type StandInMethods } from './oracle-target.ts';

const million = 1_000_000;
const rounds = 5;

/** Measures everything. */
export function benchOracle(): Promise<BenchRow[]> {
  return inFolder(measure);
}

async function measure(folder: string): Promise<BenchRow[]> {
  const { client: standIn, kill } = startProcess<StandInMethods>('oracle-listener-entry.ts');
  try {
    return [
      ...(await benchRate(standIn, folder)),
      ...(await benchMemory(standIn, folder)),
      ...(await benchLatency(standIn)),
      await benchForty(standIn),
    ];
  } finally {
    kill();
  }
}

/** Rows thrown away by a bare loop and rows into a committed spool, in turn, each in a process of its own that is warm. */
async function benchRate(standIn: StandIn, folder: string): Promise<BenchRow[]> {
  const { port } = await standIn.call('listen', { rows: million, latencyMs: 0 });
  const { client: reader, kill } = startProcess<BareReadMethods>('oracle-reader-entry.ts');
  const { spool, close } = startWorker(port);
  const bareMs: number[] = [];
  const spooledMs: number[] = [];
  try {
    for (let round = -1; round < rounds; round++) {
      const bare = await reader.call('read', { port });
      if (bare.rows !== million) throw new Error(`read ${String(bare.rows)} rows`);
      const spooled = await spool(join(folder, `rate-${String(round)}`), million);
      // The first round warms both up.
      if (round < 0) continue;
      bareMs.push(bare.durationMs);
      spooledMs.push(spooled);
    }
  } finally {
    kill();
    await close();
  }
  // Pairs are measured one right after the other, so what else the machine does weighs on both.
  const share = median(bareMs.map((bare, index) => (100 * bare) / (spooledMs[index] ?? Infinity)));
  const note = `1,000,000 rows of 6 columns, median of ${String(rounds)} in turn`;
  const rate = (times: readonly number[]) => ({ value: (1000 * million) / median(times), unit: 'rows/s', bar: '–', holds: true, note });
  return [
    { name: 'Oracle: bare getRows loop, rows thrown away', ...rate(bareMs) },
    { name: 'Oracle: rows into a committed spool', ...rate(spooledMs) },
    { name: 'Oracle: share that remains', value: share, unit: '%', bar: '≥ 85 %', holds: share >= 85, note: 'median of the pairs' },
  ];
}

async function benchMemory(standIn: StandIn, folder: string): Promise<BenchRow[]> {
  const { port } = await standIn.call('listen', { rows: 5 * million, latencyMs: 0 });
  const { spool, pid, close } = startWorker(port);
  try {
    await spool(join(folder, 'memory'), 5 * million);
    const value = peakMemoryMiB(pid());
    if (value === undefined) return [];
    return [{ name: 'Oracle: peak memory of a worker, 5,000,000 rows', value, unit: 'MiB', bar: '≤ 200 MiB', holds: value <= 200 }];
  } finally {
    await close();
  }
}

/** A whole run over eight databases with four queries each, every query a second late: as long as its slowest database, no longer. */
async function benchLatency(standIn: StandIn): Promise<BenchRow[]> {
  const eight = await measureRuns(await listenOften(standIn, 8, { rows: 100, latencyMs: 1000 }));
  const alone = await measureRuns(await listenOften(standIn, 1, { rows: 100, latencyMs: 1000 }));
  const value = median(eight.map(({ runMs, slowestMs }) => runMs / slowestMs));
  const runMs = (runs: readonly RunTimes[]) => ({ value: median(runs.map((run) => run.runMs)), unit: 'ms', bar: '–', holds: true });
  const note = `whole run, merge included; median of ${String(rounds)}`;
  const bar = { bar: '≤ 1.3', holds: value <= 1.3, note: 'from the start of its process to its last row' };
  return [
    { name: 'Oracle: 8 databases × 4 queries of 1 s, whole run', ...runMs(eight), note },
    { name: 'Oracle: one such database alone, whole run', ...runMs(alone), note },
    { name: 'Oracle: the 8 databases against their slowest', value, unit: '×', ...bar },
  ];
}

interface RunTimes {
  readonly runMs: number;
  /** Of the slowest database, from the start of its process to the end of its last source. */
  readonly slowestMs: number;
}

async function measureRuns(ports: readonly number[]): Promise<RunTimes[]> {
  const app = await startOracleApp(ports, 4);
  const times: RunTimes[] = [];
  let started = new Map<string, string>();
  const stop = app.app.subscribe((name, payload) => {
    if (name !== 'run.event') return;
    const { event } = payload as NumberedRunEvent;
    if (event.kind === 'database-process' && event.processId !== undefined) started.set(event.database, event.at);
  });
  try {
    for (let round = 0; round < rounds; round++) {
      started = new Map();
      const state = await app.run();
      if (state.outcome !== 'succeeded') throw new Error(JSON.stringify(state.sources));
      const each = [...started].map(([database, at]) => between(at, lastEnd(state, database)));
      times.push({ runMs: between(state.startedAt, state.endedAt), slowestMs: Math.max(...each) });
    }
  } finally {
    stop();
    await app.close();
  }
  return times;
}

/** Errors of forty databases in one run. */
async function benchForty(standIn: StandIn): Promise<BenchRow> {
  const app = await startOracleApp(await listenOften(standIn, 40, { rows: 100, latencyMs: 0 }), 1);
  try {
    const state = await app.run();
    const value = Object.values(state.sources).filter(({ outcome }) => outcome?.kind !== 'completed').length;
    const seconds = (between(state.startedAt, state.endedAt) / 1000).toFixed(1);
    const note = `${String(cpus().length)} cores, 16 processes at a time, ${seconds} s`;
    return { name: 'Oracle: sources without an answer of 40 databases', value, unit: '', bar: '= 0', holds: value === 0, note };
  } finally {
    await app.close();
  }
}

function lastEnd({ sources }: RunState, database: string): string | undefined {
  const own = Object.values(sources).filter(({ source }) => source.database === database);
  return own
    .map(({ endedAt }) => endedAt ?? '')
    .sort()
    .at(-1);
}

function between(from: string, to: string | undefined): number {
  return to === undefined ? Infinity : msOfInstant(to) - msOfInstant(from);
}

function startWorker(port: number) {
  const { spawn, processes } = testSpawner();
  const worker = createDatabaseWorker({
    spawn,
    database: sampleDatabase({
      driver: 'oracle',
      endpoint: { kind: 'oracle', host: '127.0.0.1', port, serviceName: 'TESTDB' },
      authentication: { kind: 'password', user: account.user, passwordEnv: passwordVariable },
    }),
    oracleClient: { traceLevel: 0 },
    password: () => account.password,
    clientIdentifier: 'bench',
    clock: systemClock,
    logger: silentLogger,
    cancelGraceMs: 5000,
  });
  return {
    pid: () => processes[0]?.pid,
    close: () => worker.close(),
    /** Milliseconds from the call to the committed spool, which is removed again. */
    spool: async (directory: string, rows: number): Promise<number> => {
      const start = performance.now();
      const { signal } = new AbortController();
      const { outcome } = await worker.execute(executeInput(changesSql, directory), { signal, onNotice: () => undefined });
      const durationMs = performance.now() - start;
      if (outcome.kind !== 'completed' || outcome.rows !== rows) throw new Error(`the source ended ${JSON.stringify(outcome)}`);
      await rm(directory, { recursive: true, force: true });
      return durationMs;
    },
  };
}
