/** What a worker costs: its spool beside the same driver's bare rows, its memory, its answer to a cancel. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { abort } from '../../app/base/abort.ts';
import { systemClock } from '../../app/base/clock.ts';
import { silentLogger } from '../../app/base/logger.ts';
import { createRpcClient } from '../../app/channel/rpc.ts';
import { forkSpawner } from '../../app/hosts/fork-spawner.ts';
import type { DatabaseConfig } from '../../app/model/database.ts';
import { failure } from '../../app/model/failure.ts';
import { fakeSql } from '../../app/testing/fake-script.ts';
import { executeInput, fakeDatabase, testSpawner } from '../../app/testing/worker-builders.ts';
import { createDatabaseWorker, type DatabaseWorker } from '../../app/worker/supervisor.ts';
import { type BenchRow, median } from './bench-row.ts';
import type { ReadMethods } from './duckdb-reader-entry.ts';
import { inFolder, peakMemoryMiB } from './measure.ts';

const rows = 1_000_000;
const rounds = 5;
const sql = 'SELECT user_id, old_email, new_email, change_date, changed_by, change_reason FROM email_changes';

/** Measures the worker. */
export function benchWorker(): Promise<readonly BenchRow[]> {
  return inFolder(async (folder) => {
    const path = join(folder, 'changes.duckdb');
    await writeChanges(path, rows);
    return [...(await benchRate(folder, path)), ...(await benchMemory(folder, path)), await benchCancel(folder)];
  });
}

/** Rows thrown away and rows into a committed spool, in turn, each in a process of its own that is warm. */
async function benchRate(folder: string, path: string): Promise<BenchRow[]> {
  const reader = startReader();
  const { worker, close } = startWorker(embedded(path));
  const bareMs: number[] = [];
  const spooledMs: number[] = [];
  try {
    for (let round = -1; round < rounds; round++) {
      const bare = await reader.client.call('read', { path, sql });
      const spooled = await spool(worker, sql, join(folder, `rate-${String(round)}`));
      if (bare.rows !== rows) throw new Error(`read ${String(bare.rows)} rows`);
      // The first round warms both up.
      if (round < 0) continue;
      bareMs.push(bare.durationMs);
      spooledMs.push(spooled);
    }
  } finally {
    reader.kill();
    await close();
  }
  const [bare, spooled] = [median(bareMs), median(spooledMs)];
  const share = (100 * bare) / spooled;
  const note = `1,000,000 rows of 6 columns, median of ${String(rounds)} in turn`;
  return [
    { name: 'embedded driver, rows thrown away', value: (1000 * rows) / bare, unit: 'rows/s', bar: '–', holds: true, note },
    { name: 'the same through worker and spool', value: (1000 * rows) / spooled, unit: 'rows/s', bar: '–', holds: true, note },
    { name: 'share that remains', value: share, unit: '%', bar: '≥ 50 %', holds: share >= 50 },
  ];
}

/** The most memory that a worker's process ever had, by the system's own count. */
async function benchMemory(folder: string, path: string): Promise<BenchRow[]> {
  const found: BenchRow[] = [];
  const columns = [
    { name: 'user_id', kind: 'integer' as const },
    { name: 'old_email', kind: 'text' as const },
    { name: 'new_email', kind: 'text' as const },
    { name: 'change_date', kind: 'timestamp' as const },
    { name: 'changed_by', kind: 'text' as const },
    { name: 'change_reason', kind: 'text' as const },
  ];
  const generated = (count: number): string => fakeSql({ columns, rows: count });
  const crossed = `SELECT c.* FROM (${sql}) AS c, range(5)`;
  const cases: readonly MemoryCase[] = [
    { name: 'peak memory of a worker, 5,000,000 rows', database: fakeDatabase(), statements: [generated(5 * rows)], limit: 200 },
    { name: 'the same rows in four sources at once', database: fakeDatabase(), statements: new Array(4).fill(generated(1.25 * rows)) },
    { name: 'the same rows from an embedded database in the process', database: embedded(path), statements: [crossed] },
  ];
  for (const { name, database, statements, limit } of cases) {
    const { worker, processes, close } = startWorker(database);
    try {
      const place = join(folder, `memory-${String(found.length)}`);
      await Promise.all(statements.map((statement, index) => spool(worker, statement, `${place}-${String(index)}`)));
      const value = peakMemoryMiB(processes[0]?.pid);
      if (value === undefined) return found;
      const bar = limit === undefined ? '–' : `≤ ${String(limit)} MiB`;
      found.push({ name, value, unit: 'MiB', bar, holds: value <= (limit ?? Infinity), note: '6 columns; VmHWM of the process' });
    } finally {
      await close();
    }
  }
  return found;
}

interface MemoryCase {
  readonly name: string;
  readonly database: DatabaseConfig;
  readonly statements: readonly string[];
  readonly limit?: number;
}

/** From the abort of eight running sources to the last of their outcomes. */
async function benchCancel(folder: string): Promise<BenchRow> {
  const { worker, close } = startWorker(fakeDatabase({}, { maxConcurrency: 8 }));
  const times: number[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const controller = new AbortController();
      let running = 0;
      let started: () => void = () => undefined;
      const allRun = new Promise<void>((resolve) => (started = resolve));
      const outputs = Array.from({ length: 8 }, (_, index) => {
        const input = executeInput(fakeSql({ rows: 1e9, fetch: { delayMs: 1 } }), join(folder, `cancel-${String(round)}-${String(index)}`));
        return worker.execute(
          { ...input, needsRoles: false },
          {
            signal: controller.signal,
            onNotice: (notice) => {
              if (notice.kind === 'state' && notice.status === 'running' && ++running === 8) started();
            },
          },
        );
      });
      await allRun;
      await new Promise((resolve) => setTimeout(resolve, 200));
      const start = performance.now();
      abort(controller, { kind: 'cancel', by: 'bench' });
      const ended = await Promise.all(outputs);
      times.push(performance.now() - start);
      if (ended.some(({ outcome }) => outcome.kind !== 'cancelled' || !outcome.confirmed)) throw new Error('a source was not cancelled');
    }
  } finally {
    await close();
  }
  const value = Math.max(...times);
  const note = `one worker, longest of ${String(rounds)}; to the outcome, not to the window`;
  return { name: '8 running queries cancelled', value, unit: 'ms', bar: '≤ 250 ms', holds: value <= 250, note };
}

function embedded(path: string): DatabaseConfig {
  return fakeDatabase({}, { driver: 'duckdb', endpoint: { kind: 'duckdb', path } });
}

async function writeChanges(path: string, count: number): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run(
    `CREATE TABLE email_changes AS SELECT i % 50000 AS user_id, 'old' || i || '@example.com' AS old_email,
       'new' || i || '@example.com' AS new_email, TIMESTAMP '2026-01-01' + to_microseconds(i * 1000003) AS change_date,
       'user' || (i % 100) AS changed_by, CASE WHEN i % 7 = 0 THEN NULL ELSE 'reason number ' || (i % 13) END AS change_reason
     FROM range(${String(count)}) AS t(i)`,
  );
  connection.closeSync();
  instance.closeSync();
}

function startReader() {
  const entry = fileURLToPath(new URL('duckdb-reader-entry.ts', import.meta.url));
  const spawn = forkSpawner({
    entries: { worker: entry, engine: entry, 'oracle-probe': entry },
    environment: process.env,
    logger: silentLogger,
  });
  // The same number of threads as a worker gets.
  const own = spawn('worker', 'reader', { UV_THREADPOOL_SIZE: '6', TZ: 'UTC' });
  return { client: createRpcClient<ReadMethods>(own.channel, () => failure('worker.crashed')), kill: () => own.kill() };
}

function startWorker(database: DatabaseConfig) {
  const { spawn, processes } = testSpawner();
  const worker = createDatabaseWorker({
    spawn,
    database,
    oracleClient: { traceLevel: 0 },
    clientIdentifier: 'bench',
    clock: systemClock,
    logger: silentLogger,
    cancelGraceMs: 5000,
  });
  return { worker, processes, close: () => worker.close() };
}

/** Milliseconds from the call to the committed spool, which is removed again. */
async function spool(worker: DatabaseWorker, statement: string, directory: string): Promise<number> {
  const start = performance.now();
  const { signal } = new AbortController();
  const { outcome } = await worker.execute(executeInput(statement, directory), { signal, onNotice: () => undefined });
  const durationMs = performance.now() - start;
  if (outcome.kind !== 'completed') throw new Error(`the source ended ${JSON.stringify(outcome)}`);
  await rm(directory, { recursive: true, force: true });
  return durationMs;
}
