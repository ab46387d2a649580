import dns from 'node:dns';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { abort, AbortedError } from '../../base/abort.ts';
import { systemClock } from '../../base/clock.ts';
import { CamError } from '../../model/failure.ts';
import { startFaultProxy } from '../../testing/fault-proxy.ts';
import { startPostgres, type TestPostgres } from '../../testing/postgres-server.ts';
import { rowsOf, runningStatements, statementOf, targetOf } from '../../testing/postgres-target.ts';
import { seededNumbers } from '../../testing/ticket-caches.ts';
import type { Connection } from '../driver.ts';
import { createPostgresDriver } from './postgres-driver.ts';

const driver = createPostgresDriver({ clock: systemClock });
const cancelled = new AbortedError({ kind: 'cancel', by: 'a test' });
const slow = 'SELECT count(*) FROM generate_series(1, 100000000000) AS n';
const asleep = 'SELECT 1 FROM pg_sleep(600)';
const endless = 'SELECT generate_series(1, 100000000000) AS n';
const short = "SELECT n, repeat('x', 50) AS text FROM generate_series(1, 6000) AS n";
let server: TestPostgres;

beforeAll(async () => {
  server = await startPostgres();
  await server.sql('CREATE TABLE locked (n int)');
});

afterAll(async () => {
  await server.stop();
});

function connect(signal = new AbortController().signal): Promise<Connection> {
  return driver.connect(targetOf(server.admin), signal);
}

function cancelAfter(delayMs: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => {
    abort(controller, { kind: 'cancel', by: 'a test' });
  }, delayMs);
  return controller.signal;
}

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Sessions of the driver on the server. */
async function sessions(): Promise<number> {
  return (await server.sql("SELECT 1 FROM pg_stat_activity WHERE application_name ~ '^(cam:|client-activity-monitor)'")).length;
}

describe('the proof itself', () => {
  it('counts a statement that runs', async () => {
    const connection = await connect();
    const reading = errorOf(rowsOf(connection, slow));
    await expect.poll(() => runningStatements(server)).toBe(1);
    await connection.close('drop');
    expect(await reading).toBeInstanceOf(CamError);
    await server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid()");
    await expect.poll(() => runningStatements(server)).toBe(0);
  });
});

describe('100 cancels of 100', () => {
  it.each([
    ['while it works', slow, 40],
    ['while it sleeps', asleep, 40],
    ['while rows are fetched', endless, 40],
  ])('%s leave nothing running on the server', async (_when, sql, spreadMs) => {
    const next = seededNumbers(7);
    const connections = await Promise.all(Array.from({ length: 10 }, () => connect()));
    let aborted = 0;
    for (let round = 0; round < 10; round += 1) {
      const errors = await Promise.all(connections.map((connection) => errorOf(rowsOf(connection, sql, cancelAfter(next(spreadMs))))));
      aborted += errors.filter((error) => error instanceof AbortedError).length;
      expect(await runningStatements(server)).toBe(0);
    }
    expect(aborted).toBe(100);
    await Promise.all(connections.map((connection) => connection.close('end')));
  });

  it('that come as the statement ends never hit the next one', async () => {
    const next = seededNumbers(11);
    const connection = await connect();
    const outcomes = { rows: 0, aborted: 0 };
    for (let round = 0; round < 100; round += 1) {
      const outcome = await rowsOf(connection, short, cancelAfter(next(12))).catch((error: unknown) => error);
      if (Array.isArray(outcome)) outcomes.rows += 1;
      else if (outcome instanceof AbortedError) outcomes.aborted += 1;
      expect(await rowsOf(connection, 'SELECT n FROM generate_series(1, 3) AS n, pg_sleep(0.001)')).toEqual([['1'], ['2'], ['3']]);
    }
    expect(outcomes.rows + outcomes.aborted).toBe(100);
    expect(await runningStatements(server)).toBe(0);
    await connection.close('end');
  });

  it('while connecting leave no session behind', async () => {
    const next = seededNumbers(13);
    let aborted = 0;
    for (let round = 0; round < 10; round += 1) {
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, () => connect(cancelAfter(next(15))).catch((error: unknown) => error as Error)),
      );
      for (const outcome of outcomes) {
        if (outcome instanceof Error) {
          expect(outcome).toEqual(cancelled);
          aborted += 1;
        } else await outcome.close('end');
      }
    }
    expect(aborted).toBeGreaterThan(0);
    await expect.poll(sessions, { timeout: 10_000 }).toBe(0);
  });

  it('while it waits for a lock, in parsing or in running, end the waiting', async () => {
    const connection = await connect();
    const holder = errorOf(server.sql('BEGIN; LOCK TABLE locked IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(600)'));
    const isLocked = "SELECT 1 FROM pg_locks WHERE relation = 'locked'::regclass AND mode = 'AccessExclusiveLock' AND granted";
    await expect.poll(async () => (await server.sql(isLocked)).length).toBe(1);
    expect(await errorOf(rowsOf(connection, 'SELECT * FROM locked', cancelAfter(50)))).toEqual(cancelled);
    expect(await errorOf(connection.describe(statementOf('SELECT * FROM locked'), cancelAfter(50)))).toEqual(cancelled);
    await connection.close('end');
    await server.sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'locked'::regclass");
    await holder;
  });
});

describe('a cancel that the server does not hear', () => {
  /** A way to the server that takes one connection and no more: cancel requests, which are connections, go nowhere. */
  async function deafServer() {
    const proxy = await startFaultProxy(server.admin);
    const connection = await driver.connect(targetOf({ ...server.admin, port: proxy.port }), new AbortController().signal);
    return { proxy, connection };
  }

  it('stays pending, because nothing is proved, until the connection is dropped; then it is a lost connection, not an abort', async () => {
    const { proxy, connection } = await deafServer();
    const controller = new AbortController();
    const reading = errorOf(rowsOf(connection, asleep, controller.signal));
    await expect.poll(() => runningStatements(server)).toBe(1);
    proxy.set('up', { blackHole: true });
    abort(controller, { kind: 'cancel', by: 'a test' });
    // The cancel request has been sent, and has been swallowed.
    await expect.poll(() => proxy.swallowed('up'), { timeout: 10_000 }).toBeGreaterThanOrEqual(16);
    const first = await Promise.race([reading, new Promise((resolve) => setTimeout(resolve, 300, 'still pending'))]);
    expect({ first, running: await runningStatements(server) }).toEqual({ first: 'still pending', running: 1 });
    await connection.close('drop');
    expect(await reading).toMatchObject({ failure: { code: 'db.connection-lost' } });
    await proxy.close();
    await server.sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()",
    );
  });

  it('is repeated: heard later, it ends the statement', async () => {
    const { proxy, connection } = await deafServer();
    const controller = new AbortController();
    const reading = errorOf(rowsOf(connection, asleep, controller.signal));
    await expect.poll(() => runningStatements(server)).toBe(1);
    proxy.set('up', { resetAfterBytes: 0 });
    const before = proxy.accepted();
    abort(controller, { kind: 'cancel', by: 'a test' });
    await expect.poll(() => proxy.accepted(), { timeout: 10_000 }).toBeGreaterThan(before + 1);
    expect(await runningStatements(server)).toBe(1);
    proxy.set('up');
    expect(await reading).toEqual(cancelled);
    expect(await runningStatements(server)).toBe(0);
    await connection.close('drop');
    await proxy.close();
  });
});

describe('a cancel where the name of the server has come to lead elsewhere meanwhile', () => {
  /** Nobody listens there: the server knows of 127.0.0.1 only. */
  const elsewhere = '127.0.0.2';

  it.each([false, true])('goes to the server that runs the statement (TLS: %s)', async (tls) => {
    const own = await startPostgres({ tls });
    const lookup = vi.spyOn(dns, 'lookup');
    const leadTo = (address: string): void => {
      lookup.mockImplementation(((_name: string, _options: unknown, tell: (error: null, all: readonly object[]) => void) => {
        tell(null, [{ address, family: 4 }]);
      }) as unknown as typeof dns.lookup);
    };
    const authorities = getCACertificates();
    if (own.certificate !== undefined) setDefaultCACertificates([await readFile(own.certificate, 'utf8')]);
    try {
      leadTo('127.0.0.1');
      const endpoint = { kind: 'postgres', host: 'localhost', port: own.admin.port, database: 'postgres', tls } as const;
      const connection = await driver.connect(targetOf(own.admin, { endpoint }), new AbortController().signal);
      leadTo(elsewhere);
      expect(await errorOf(rowsOf(connection, asleep, cancelAfter(50)))).toEqual(cancelled);
      expect(await runningStatements(own)).toBe(0);
      await connection.close('end');
    } finally {
      lookup.mockRestore();
      setDefaultCACertificates(authorities);
      await own.stop();
    }
  });
});

describe('connecting', () => {
  it('to a server that takes the connection and says nothing ends at the limit', async () => {
    const proxy = await startFaultProxy(server.admin);
    proxy.set('down', { blackHole: true });
    const target = targetOf({ ...server.admin, port: proxy.port }, { connectTimeoutMs: 200 });
    expect(await errorOf(driver.connect(target, new AbortController().signal))).toMatchObject({
      failure: { code: 'db.unreachable', message: `127.0.0.1:${proxy.port}/postgres did not answer within 0.2 s.` },
    });
    await expect.poll(sessions, { timeout: 10_000 }).toBe(0);
    await proxy.close();
  });

  it('to such a server ends at once when it is cancelled', async () => {
    const proxy = await startFaultProxy(server.admin);
    proxy.set('up', { blackHole: true });
    const target = targetOf({ ...server.admin, port: proxy.port }, { connectTimeoutMs: 3_600_000 });
    expect(await errorOf(driver.connect(target, cancelAfter(50)))).toEqual(cancelled);
    await proxy.close();
  });
});

describe('connecting with TLS', () => {
  /** A server that agrees to TLS and then does as told. */
  async function agreeing(then: (socket: Socket) => void) {
    const listener = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write('S');
        then(socket);
      });
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const endpoint = { kind: 'postgres', host: '127.0.0.1', port, database: 'postgres', tls: true } as const;
    return { listener, target: { ...targetOf(server.admin), endpoint } };
  }

  it('to a server that then says nothing ends at once when it is cancelled, and at the limit', async () => {
    const { listener, target } = await agreeing(() => undefined);
    expect(await errorOf(driver.connect(target, cancelAfter(50)))).toEqual(cancelled);
    const late = await errorOf(driver.connect({ ...target, connectTimeoutMs: 100 }, new AbortController().signal));
    expect(late).toMatchObject({ failure: { code: 'db.unreachable' } });
    // Closes only when no connection is left.
    listener.close();
    await once(listener, 'close');
  });

  it('to a server that then hangs up is told as not reachable', async () => {
    const { listener, target } = await agreeing((socket) => socket.end());
    expect(await errorOf(driver.connect(target, new AbortController().signal))).toMatchObject({ failure: { code: 'db.unreachable' } });
    listener.close();
    await once(listener, 'close');
  });
});

describe('a broken connection', () => {
  it.each([
    ['a reset', { resetAfterBytes: 200_000 }],
    ['an ordinary end', { endAfterBytes: 200_000 }],
  ])('by %s in the middle of the rows is told as lost, never as the end of the rows', async (_how, faults) => {
    const proxy = await startFaultProxy(server.admin);
    const connection = await driver.connect(targetOf({ ...server.admin, port: proxy.port }), new AbortController().signal);
    proxy.set('down', faults);
    expect(await errorOf(rowsOf(connection, endless))).toMatchObject({ failure: { code: 'db.connection-lost' } });
    expect(await errorOf(rowsOf(connection, 'SELECT 1'))).toMatchObject({ failure: { code: 'db.connection-lost' } });
    await connection.close('end');
    await connection.close('drop');
    await proxy.close();
  });

  it('rows torn into the smallest pieces and late are the same rows', async () => {
    const proxy = await startFaultProxy(server.admin);
    proxy.set('down', { sliceBytes: 7, latencyMs: 2 });
    const connection = await driver.connect(targetOf({ ...server.admin, port: proxy.port }), new AbortController().signal);
    const rows = await rowsOf(connection, "SELECT n, 'ä€' || n AS text FROM generate_series(1, 300) AS n");
    expect(rows).toEqual(Array.from({ length: 300 }, (_, index) => [String(index + 1), `ä€${index + 1}`]));
    await connection.close('end');
    await proxy.close();
  });
});
