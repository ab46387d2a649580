import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { abort, type AbortReason } from '../base/abort.ts';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import type { DatabaseConfig } from '../model/database.ts';
import { type FakeScriptInput, fakeSql } from '../testing/fake-script.ts';
import { watchLeaks } from '../testing/leak-check.ts';
import { executeInput, fakeDatabase, testSpawner } from '../testing/worker-builders.ts';
import type { ExecuteNotice, ExecuteOutput } from './protocol.ts';
import { createDatabaseWorker, type DatabaseWorker, type DatabaseWorkerOptions } from './supervisor.ts';

const columns = [
  { name: 'USER_ID', kind: 'integer' as const },
  { name: 'CHANGE_DATE', kind: 'timestamp' as const },
];
const hanging = fakeSql({ columns, execute: { then: 'hang' } });
const deaf = fakeSql({ columns, execute: { then: 'hang', ignoreAbort: true, ignoreCut: true } });
const flowing = fakeSql({ columns, rows: 1e9, fetch: { delayMs: 1 } });
const quick = fakeSql({ columns, rows: 10 });
/** Part of util-linux: sets a limit of a process that runs. */
const limiter = 'prlimit';
const { signal: never } = new AbortController();

let folder: string;
let made = 0;
let checkLeaks: () => Promise<void>;
const workers: DatabaseWorker[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-supervisor-'));
  checkLeaks = watchLeaks();
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.close()));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await checkLeaks();
});

function open(
  script: FakeScriptInput = {},
  database: Partial<DatabaseConfig> = {},
  change: Partial<DatabaseWorkerOptions> = {},
): {
  worker: DatabaseWorker;
  processes: ReturnType<typeof testSpawner>['processes'];
  told: (readonly [number | undefined, string | undefined])[];
} {
  const { spawn, processes } = testSpawner();
  const told: (readonly [number | undefined, string | undefined])[] = [];
  const worker = createDatabaseWorker({
    spawn,
    database: fakeDatabase(script, database),
    oracleClient: { traceLevel: 0 },
    clientIdentifier: 'X123456',
    clock: systemClock,
    logger: silentLogger,
    cancelGraceMs: 4000,
    onProcess: (processId, note) => told.push([processId, note]),
    ...change,
  });
  workers.push(worker);
  return { worker, processes, told };
}

interface Running {
  readonly output: Promise<ExecuteOutput>;
  /** Resolves when the statement runs in the database. */
  readonly isRunning: Promise<void>;
  readonly directory: string;
  cancel(reason?: AbortReason): void;
}

function start(worker: DatabaseWorker, sql: string, change: Parameters<typeof executeInput>[2] = {}): Running {
  const directory = join(folder, `source-${String(++made)}`);
  const controller = new AbortController();
  let tell: () => void = () => undefined;
  const isRunning = new Promise<void>((resolve) => (tell = resolve));
  const onNotice = (notice: ExecuteNotice): void => {
    if (notice.kind === 'state' && notice.status === 'running') tell();
  };
  const output = worker.execute(executeInput(sql, directory, change), { signal: controller.signal, onNotice });
  return { output, isRunning, directory, cancel: (reason = { kind: 'cancel', by: 'a test' }) => abort(controller, reason) };
}

async function leftIn(directory: string): Promise<string[]> {
  return existsSync(directory) ? readdir(directory) : [];
}

describe('a worker', () => {
  it('starts its process with the first call and uses it for all', async () => {
    const { worker, processes, told } = open();
    expect(processes).toEqual([]);
    const outputs = await Promise.all([start(worker, quick).output, start(worker, quick).output]);
    outputs.push(await start(worker, quick).output);
    expect(outputs.map(({ outcome }) => outcome)).toEqual(new Array(3).fill(expect.objectContaining({ kind: 'completed', rows: 10 })));
    expect(processes.length).toBe(1);
    expect(told).toEqual([[processes[0]?.pid, undefined]]);
  });

  it('runs a real database too', async () => {
    const { worker } = open({}, { driver: 'duckdb', endpoint: { kind: 'duckdb', path: ':memory:' } });
    const sql = "SELECT n AS user_id, TIMESTAMP '2026-01-01' + to_seconds(n) AS change_date FROM range(5000) AS t(n)";
    expect((await start(worker, sql).output).outcome).toMatchObject({ kind: 'completed', rows: 5000 });
  });

  it('checks a source without running it', async () => {
    const { worker } = open();
    const input = { source: 's', sql: hanging, binds: {}, lists: [], startDate: '2026-01-01T00:00:00.000000Z', needsRoles: true };
    expect(await worker.check(input, { signal: never })).toMatchObject({ roles: { user: 'USER_ID' } });
  });

  it('starts no process for a source that is cancelled already', async () => {
    const { worker, processes } = open();
    const controller = new AbortController();
    abort(controller, { kind: 'cancel', by: 'a test' });
    const output = await worker.execute(executeInput(quick, folder), { signal: controller.signal, onNotice: () => undefined });
    expect(output).toEqual({
      wasTried: false,
      outcome: { kind: 'cancelled', confirmed: true, note: 'Cancelled before the statement was sent to the database.' },
    });
    expect(processes).toEqual([]);
  });

  it('sends nothing for a source that is cancelled while the process starts', async () => {
    const { worker } = open();
    const running = start(worker, quick);
    running.cancel();
    expect((await running.output).outcome).toMatchObject({ kind: 'cancelled', confirmed: true });
    expect((await start(worker, quick).output).outcome.kind).toBe('completed');
  });
});

describe('a cancel', () => {
  it('of eight running queries ends them all as cancelled, those that hang with their process', async () => {
    const healthy = open({}, { maxConcurrency: 8 });
    const ill = open({ statement: { columns } }, { maxConcurrency: 8, name: 'ill' });
    const running = [hanging, flowing, hanging, flowing, hanging, flowing].map((sql) => start(healthy.worker, sql));
    const stuck = [start(ill.worker, deaf), start(ill.worker, deaf)];
    const all = [...running, ...stuck];
    await Promise.all(all.map(({ isRunning }) => isRunning));
    for (const each of all) each.cancel();
    const outcomes = (await Promise.all(all.map(({ output }) => output))).map(({ outcome }) => outcome);
    expect(outcomes.slice(0, 6)).toEqual(
      new Array(6).fill({ kind: 'cancelled', confirmed: true, note: 'Cancelled; the database has ended the statement.' }),
    );
    for (const outcome of outcomes.slice(6)) expect(outcome).toMatchObject({ kind: 'cancelled', confirmed: false });
    expect(await ill.processes[0]?.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(ill.told.at(-1)).toEqual([undefined, 'The process was ended because a statement could not be stopped.']);
    expect((await Promise.all(all.map(({ directory }) => leftIn(directory)))).flat()).toEqual([]);
    expect((await start(ill.worker, quick).output).outcome.kind).toBe('completed');
    expect(ill.processes.length).toBe(2);
    expect(healthy.processes.length).toBe(1);
  });

  it('of a process that does not hear at all ends it after the grace, and says so', async () => {
    const { worker, processes } = open({}, {}, { cancelGraceMs: 200 });
    const marker = join(folder, `blocked-${String(++made)}`);
    const running = start(worker, fakeSql({ columns, execute: { then: 'block', marker } }));
    await expect.poll(() => existsSync(marker), { timeout: 30_000 }).toBe(true);
    running.cancel();
    expect((await running.output).outcome).toEqual({
      kind: 'cancelled',
      confirmed: false,
      note: 'Cancelled; the statement did not end within 0.2 s, so its process was ended; the database did not confirm that the statement has ended.',
    });
    expect(await processes[0]?.exited).toMatchObject({ signal: 'SIGKILL' });
  });

  it('by the deadline of the run is a timeout', async () => {
    const { worker } = open();
    const running = start(worker, hanging);
    await running.isRunning;
    running.cancel({ kind: 'timeout', afterMs: 3000, what: 'run' });
    expect((await running.output).outcome).toMatchObject({ kind: 'timeout', failure: { code: 'query.timeout' } });
  });
});

describe('a process that dies', () => {
  it('fails all its sources, and the next call starts another', async () => {
    const { worker, processes } = open();
    const other = start(worker, hanging);
    await other.isRunning;
    const crashing = start(worker, fakeSql({ columns, rows: 5000, midway: { afterRows: 2000, then: 'exit' } }));
    for (const { output } of [other, crashing]) {
      expect((await output).outcome).toMatchObject({
        kind: 'failed',
        failure: { code: 'worker.crashed', message: 'The worker process of the database ended unexpectedly (exit code 7).' },
      });
    }
    expect((await start(worker, quick).output).outcome.kind).toBe('completed');
    expect(processes.length).toBe(2);
  });

  it('by SIGKILL in the middle of a query is told by that name, and its rows are not visible', async () => {
    const { worker, processes, told } = open();
    const running = start(worker, flowing);
    await running.isRunning;
    const { pid } = processes[0] ?? {};
    process.kill(pid ?? 0, 'SIGKILL');
    expect((await running.output).outcome).toMatchObject({
      failure: { code: 'worker.crashed', message: expect.stringContaining('signal SIGKILL') as string },
    });
    expect((await leftIn(running.directory)).filter((name) => !name.endsWith('.partial'))).toEqual([]);
    expect(told).toEqual([
      [pid, undefined],
      [undefined, 'The process ended unexpectedly.'],
    ]);
  });

  it('while it is being cancelled leaves a cancelled source that is not confirmed', async () => {
    const { worker, processes } = open();
    const running = start(worker, deaf);
    await running.isRunning;
    running.cancel();
    process.kill(processes[0]?.pid ?? 0, 'SIGKILL');
    expect((await running.output).outcome).toMatchObject({
      kind: 'cancelled',
      confirmed: false,
      note: expect.stringContaining('the process ended meanwhile') as string,
    });
  });

  it('before it knows its database fails the source', async () => {
    const { worker, processes } = open();
    const running = start(worker, quick);
    process.kill(processes[0]?.pid ?? 0, 'SIGKILL');
    expect((await running.output).outcome).toMatchObject({ kind: 'failed', failure: { code: 'worker.crashed' } });
  });

  it('is told by a check, too', async () => {
    const { worker } = open({ connect: { then: 'exit' } });
    const input = { source: 's', sql: quick, binds: {}, lists: [], startDate: '2026-01-01T00:00:00.000000Z', needsRoles: true };
    expect(await worker.check(input, { signal: never })).toMatchObject({ columns: [], failure: { code: 'worker.crashed' } });
  });
});

describe('a process that never answers', () => {
  it('is ended, and its sources fail as unresponsive', async () => {
    const { worker, processes, told } = open({}, {}, { heartbeatMs: 500 });
    const other = start(worker, hanging);
    await other.isRunning;
    const blocking = start(worker, fakeSql({ columns, execute: { then: 'block' } }));
    for (const { output } of [other, blocking]) {
      expect((await output).outcome).toMatchObject({ kind: 'failed', failure: { code: 'worker.unresponsive' } });
    }
    expect(await processes[0]?.exited).toMatchObject({ signal: 'SIGKILL' });
    expect(told.at(-1)).toEqual([undefined, 'The process did not answer and was ended.']);
    expect((await start(worker, quick).output).outcome.kind).toBe('completed');
  });

  it('is not confused with one that is busy', async () => {
    const { worker, processes } = open({}, {}, { heartbeatMs: 1000 });
    const sql = fakeSql({ columns, rows: 1_000_000, batchRows: 10_000 });
    expect((await start(worker, sql).output).outcome).toMatchObject({ kind: 'completed', rows: 1_000_000 });
    expect(processes.length).toBe(1);
  });
});

describe('a statement that cannot be stopped', () => {
  it('after a timeout costs the process its life only when nothing else runs in it, and keeps its place until then', async () => {
    const { worker, processes } = open({}, {}, { cancelGraceMs: 1000 });
    const order: string[] = [];
    const other = start(worker, fakeSql({ columns, rows: 10, execute: { delayMs: 2500 } }));
    const otherEnd = other.output.then(({ outcome }) => order.push(`the other ${outcome.kind}`));
    await other.isRunning;
    const stuck = await start(worker, deaf, { timeoutMs: 100 }).output;
    order.push(`the stuck one ${stuck.outcome.kind}`);
    await otherEnd;
    expect(order).toEqual(['the other completed', 'the stuck one timeout']);
    expect(stuck).toMatchObject({ stuck: true });
    expect(await processes[0]?.exited).toMatchObject({ signal: 'SIGKILL' });
    expect((await start(worker, quick).output).outcome.kind).toBe('completed');
    expect(processes.length).toBe(2);
  });

  it('beside others that cannot be stopped either ends with all of them', async () => {
    const { worker, processes } = open({}, { maxConcurrency: 2 }, { cancelGraceMs: 400 });
    const outputs = await Promise.all([1, 2].map(() => start(worker, deaf, { timeoutMs: 100 }).output));
    expect(outputs.map(({ outcome, stuck }) => [outcome.kind, stuck])).toEqual(new Array(2).fill(['timeout', true]));
    expect(await processes[0]?.exited).toMatchObject({ signal: 'SIGKILL' });
  });
});

describe('a full disk', () => {
  it('fails the source as such and leaves nothing behind', async () => {
    const { worker, processes } = open();
    await start(worker, quick).output;
    // The process may write no file of more than 64 KiB, which the system refuses like a disk without room.
    execFileSync(limiter, ['--pid', String(processes[0]?.pid), '--fsize=65536']);
    const running = start(worker, fakeSql({ columns, rows: 500_000, batchRows: 10_000 }));
    const { outcome } = await running.output;
    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'disk.full', vendorCode: 'EFBIG' } });
    expect(await leftIn(running.directory)).toEqual([]);
    expect((await start(worker, quick).output).outcome.kind).toBe('completed');
  });
});

describe('closing', () => {
  it('ends the process politely', async () => {
    const { worker, processes } = open();
    await start(worker, quick).output;
    await worker.close();
    expect(await processes[0]?.exited).toEqual({ code: 0, signal: null });
    await worker.close();
    expect((await start(worker, quick).output).outcome).toMatchObject({
      kind: 'cancelled',
      note: expect.stringContaining('program was closed') as string,
    });
  });

  it('cancels what runs', async () => {
    const { worker } = open();
    const running = start(worker, flowing);
    await running.isRunning;
    await worker.close();
    expect((await running.output).outcome).toMatchObject({ kind: 'cancelled', confirmed: true });
  });

  it('ends a process that does not answer, too', async () => {
    const { worker, processes } = open({}, {}, { cancelGraceMs: 200 });
    const marker = join(folder, `blocked-${String(++made)}`);
    const running = start(worker, fakeSql({ columns, execute: { then: 'block', marker } }));
    await expect.poll(() => existsSync(marker), { timeout: 30_000 }).toBe(true);
    await worker.close();
    expect(await processes[0]?.exited).toMatchObject({ signal: 'SIGKILL' });
    expect((await running.output).outcome).toMatchObject({ kind: 'cancelled', confirmed: false });
  });

  it('by force ends the process at once', async () => {
    const { worker, processes } = open();
    const running = start(worker, hanging);
    await running.isRunning;
    worker.kill();
    expect(await processes[0]?.exited).toMatchObject({ signal: 'SIGKILL' });
    expect((await running.output).outcome).toMatchObject({ kind: 'cancelled', confirmed: false });
  });

  it('is what a worker does by itself when its parent is gone', async () => {
    const { worker, processes } = open();
    const running = start(worker, flowing);
    await running.isRunning;
    processes[0]?.channel.close();
    await processes[0]?.exited;
    expect((await running.output).outcome).toMatchObject({ kind: 'failed', failure: { code: 'worker.crashed' } });
  });
});
