import { fileURLToPath } from 'node:url';
import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../app/base/clock.ts';
import { createLogger, type LogEntry, silentLogger } from '../app/base/logger.ts';
import { createRpcClient } from '../app/channel/rpc.ts';
import { failure } from '../app/model/failure.ts';
import { fakeDatabase } from '../app/testing/worker-builders.ts';
import type { OwnProcess } from '../app/worker/process.ts';
import { createDatabaseWorker } from '../app/worker/supervisor.ts';
import { workerEnvironment } from '../app/worker/worker-environment.ts';
import type { EchoMethods } from './testing/echo-process.ts';
import { forkUtilityProcess } from './testing/utility-process-stub.ts';
import { type UtilityChild, utilitySpawner } from './utility-spawner.ts';

const echo = fileURLToPath(new URL('testing/echo-process.ts', import.meta.url));
const started: OwnProcess[] = [];

afterEach(async () => {
  for (const child of started.splice(0)) {
    child.kill();
    await child.exited;
  }
});

const killNow = (pid: number): void => {
  process.kill(pid, 'SIGKILL');
};

function start(environment: Record<string, string | undefined> = {}) {
  const lines: LogEntry[] = [];
  const spawn = utilitySpawner({
    fork: forkUtilityProcess,
    entries: { worker: echo, engine: '/not/this/one', 'oracle-probe': '/nor/this' },
    environment: { PATH: process.env.PATH, CAM_KEPT: 'kept', CAM_TAKEN: 'taken' },
    logger: createLogger(
      (entry) => lines.push(entry),
      () => 0,
    ),
    killNow,
  });
  const child = spawn('worker', 'accounts', environment);
  started.push(child);
  const client = createRpcClient<EchoMethods>(child.channel, () => failure('worker.crashed'));
  return { child, client, lines };
}

describe('a utility process', () => {
  it('is started with its name and exactly the environment it is given', async () => {
    const { client } = start({ CAM_OWN: 'own', CAM_TAKEN: undefined });
    expect(await client.call('describe', 'CAM_OWN')).toMatchObject({ name: 'accounts', value: 'own' });
    expect(await client.call('describe', 'CAM_KEPT')).toMatchObject({ value: 'kept' });
    expect(await client.call('describe', 'CAM_TAKEN')).toMatchObject({ value: undefined });
    expect(await client.call('describe', 'HOME')).toMatchObject({ value: undefined });
  });

  it('is given the limits of V8 as arguments, for a packaged program takes no notice of NODE_OPTIONS', async () => {
    const { client } = start(workerEnvironment(fakeDatabase({})));
    const { value, flags } = await client.call('describe', 'NODE_OPTIONS');
    expect([value, flags.at(-1)]).toEqual([undefined, '--max-semi-space-size=8']);
  });

  it('speaks over its parent port without losing what a message holds', async () => {
    const { client } = start();
    const message = { big: 12345678901234567890n, when: new Date(0), missing: undefined, list: [1, null, 'ä'] };
    expect(await client.call('echo', message)).toEqual(message);
  });

  it('tells its id once it has one, and keeps it for the log after its end', async () => {
    const { child, client } = start();
    expect(child.pid).toBeUndefined();
    const { pid } = await client.call('describe', '');
    expect([await child.started, child.pid]).toEqual([pid, pid]);
    await client.call('exit', 0).catch(() => undefined);
    await child.exited;
    expect(child.pid).toBe(pid);
  });

  it('that ends before it has started is waited for by nobody', async () => {
    const child = Object.assign(new EventEmitter(), { pid: undefined, stdout: null, stderr: null });
    const own = utilitySpawner({
      fork: () => child as unknown as UtilityChild,
      entries: { worker: '/w.js', engine: '/e.js', 'oracle-probe': '/p.js' },
      environment: {},
      logger: silentLogger,
      killNow,
    })('worker', 'accounts', {});
    child.emit('exit', 1);
    expect(await own.started).toBeUndefined();
  });

  it('as the worker of a database is told of by its id, although it has none at first', async () => {
    const told: (readonly [number | undefined, string | undefined])[] = [];
    const processes: OwnProcess[] = [];
    const entry = fileURLToPath(new URL('../app/testing/worker-entry.ts', import.meta.url));
    const spawn = utilitySpawner({
      fork: forkUtilityProcess,
      entries: { worker: entry, engine: entry, 'oracle-probe': entry },
      environment: process.env,
      logger: silentLogger,
      killNow,
    });
    const worker = createDatabaseWorker({
      spawn: (...what) => {
        const own = spawn(...what);
        processes.push(own);
        return own;
      },
      database: fakeDatabase({}),
      oracleClient: { traceLevel: 0 },
      clientIdentifier: 'X123456',
      clock: systemClock,
      logger: silentLogger,
      cancelGraceMs: 4000,
      onProcess: (...what) => told.push([what[0], what[1]]),
    });
    const ping = await worker.ping({ endpoint: 0 }, { signal: new AbortController().signal });
    expect(ping.failure).toBeUndefined();
    killNow((await processes[0]?.started) ?? 0);
    await processes[0]?.exited;
    await expect.poll(() => told.length).toBe(2);
    const pid = processes[0]?.pid;
    expect(pid).toBeGreaterThan(0);
    expect(told).toEqual([
      [pid, undefined],
      [undefined, 'The process ended unexpectedly.'],
    ]);
    await worker.close();
  });

  it('that ends closes its channel, rejects what waits and tells its exit code', async () => {
    const { child, client } = start();
    await expect(client.call('exit', 3)).rejects.toMatchObject({ failure: { code: 'worker.crashed' } });
    expect(await child.exited).toEqual({ code: 3, signal: null });
    await expect(client.call('echo', 1)).rejects.toMatchObject({ failure: { code: 'worker.crashed' } });
  });

  it('that hears nothing any more is ended by kill, and kill may come twice', async () => {
    const { child, client } = start();
    await client.call('echo', 1);
    const waiting = client.call('hang', null);
    waiting.catch(() => undefined);
    child.kill();
    child.kill();
    await child.exited;
    child.kill();
    await expect(waiting).rejects.toMatchObject({ failure: { code: 'worker.crashed' } });
  });

  it('can be killed before it has started', async () => {
    const { child, client } = start();
    expect(child.pid).toBeUndefined();
    child.kill();
    await child.exited;
    await expect(client.call('echo', 1)).rejects.toMatchObject({ failure: { code: 'worker.crashed' } });
  });

  it('that has just ended by itself may be killed too', async () => {
    const child = Object.assign(new EventEmitter(), { pid: 4711, stdout: null, stderr: null });
    const gone = (): void => {
      throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' });
    };
    const own = utilitySpawner({
      fork: () => child as unknown as UtilityChild,
      entries: { worker: '/w.js', engine: '/e.js', 'oracle-probe': '/p.js' },
      environment: {},
      logger: silentLogger,
      killNow: gone,
    })('worker', 'accounts', {});
    own.kill();
    child.emit('exit', 0);
    expect(await own.exited).toEqual({ code: 0, signal: null });
  });

  it('that dies of a fatal error of V8 does not take the main process along, and its report is not logged', async () => {
    const child = Object.assign(new EventEmitter(), { pid: 4711, stdout: null, stderr: null, postMessage: () => undefined });
    const lines: LogEntry[] = [];
    const logger = createLogger(
      (entry) => lines.push(entry),
      () => 0,
    );
    const own = utilitySpawner({
      fork: () => child as unknown as UtilityChild,
      entries: { worker: '/w.js', engine: '/e.js', 'oracle-probe': '/p.js' },
      environment: {},
      logger,
      killNow,
    })('worker', 'accounts', {});
    const waiting = createRpcClient<EchoMethods>(own.channel, () => failure('worker.crashed')).call('echo', 1);
    child.emit('error', 'FatalError', 'v8::Heap', '{"environmentVariables":{"CAM_PASSWORD":"hunter2"}}');
    child.emit('error', 'FatalError', 'v8::Heap', '{}');
    child.emit('exit', 133);
    await expect(waiting).rejects.toMatchObject({ failure: { code: 'worker.crashed' } });
    expect(lines.map(({ level, fields }) => [level, fields.type, fields.location])).toEqual([
      ['error', 'FatalError', 'v8::Heap'],
      ['error', 'FatalError', 'v8::Heap'],
    ]);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('is asked to end when its channel is closed, and the close is told once', async () => {
    const { child, client } = start();
    await client.call('echo', 1);
    let closes = 0;
    child.channel.onClose(() => {
      closes += 1;
    });
    child.channel.close();
    child.channel.close();
    child.channel.post('after the end');
    await child.exited;
    await new Promise<void>((resolve) => {
      child.channel.onClose(resolve);
    });
    expect(closes).toBe(1);
  });

  it('has what it prints logged, without passwords', async () => {
    const { child, client, lines } = start();
    await client.call('print', 'password=hunter2 here');
    await client.call('exit', 0).catch(() => undefined);
    await child.exited;
    // What is left of a line is heard with the end of its stream, which may come after the exit.
    await expect.poll(() => lines.length).toBe(1);
    expect(lines.map((line) => [line.message, line.fields.process, line.fields.name, line.fields.text])).toEqual([
      ['printed by a process', 'worker', 'accounts', 'password=[redacted] here'],
    ]);
  });

  it('has its own log lines kept as what they are', async () => {
    const { child, client, lines } = start();
    await client.call('print', '{"at":1,"level":"info","message":"a session was opened","fields":{"run":"r1"}}\n');
    await expect.poll(() => lines.length).toBe(1);
    expect(lines.map(({ level, message, fields }) => [level, message, fields])).toEqual([
      ['info', 'a session was opened', { run: 'r1', process: 'worker', name: 'accounts', pid: child.pid }],
    ]);
  });

  it('is started with pipes for its output and a name for the task list', () => {
    const seen: unknown[] = [];
    const fork = (...args: unknown[]): UtilityChild => {
      seen.push(...args);
      return Object.assign(new EventEmitter(), { stdout: null, stderr: null }) as unknown as UtilityChild;
    };
    const lines: LogEntry[] = [];
    const logger = createLogger(
      (entry) => lines.push(entry),
      () => 0,
    );
    utilitySpawner({
      fork,
      entries: { worker: '/w.js', engine: '/e.js', 'oracle-probe': '/p.js' },
      environment: { A: '1', B: undefined },
      logger,
      killNow,
    })('engine', 'engine', {});
    expect(seen).toEqual([
      '/e.js',
      ['engine'],
      { env: { A: '1' }, serviceName: 'Client Activity Monitor engine engine', stdio: ['ignore', 'pipe', 'pipe'] },
    ]);
  });
});
