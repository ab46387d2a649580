import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { freePort } from './server-process.ts';

let server: Server;
let proxy: FaultProxy;
let clients: Socket[] = [];
let arrived: Buffer[] = [];
let serverEnds = 0;
let serverErrors: string[] = [];

/** A server that sends everything back, and ends when the client does. */
beforeEach(async () => {
  clients = [];
  arrived = [];
  serverEnds = 0;
  serverErrors = [];
  server = createServer({ noDelay: true }, (socket) => {
    socket.on('data', (bytes: Buffer) => {
      arrived.push(bytes);
      socket.write(bytes);
    });
    socket.on('end', () => (serverEnds += 1));
    socket.on('error', (error: NodeJS.ErrnoException) => serverErrors.push(error.code ?? ''));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  proxy = await startFaultProxy({ host: '127.0.0.1', port: typeof address === 'object' && address !== null ? address.port : 0 });
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  await proxy.close();
  server.close();
  await once(server, 'close');
});

interface Client {
  readonly socket: Socket;
  readonly received: () => Buffer;
  /** Resolves when so many bytes are there. */
  readonly bytes: (count: number) => Promise<Buffer>;
  /** How the connection ended: `end`, or the error's code. */
  readonly ended: Promise<string>;
}

function open(): Client {
  const socket = connect(proxy.port, proxy.host);
  socket.setNoDelay(true);
  clients.push(socket);
  let received = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => (received = Buffer.concat([received, bytes])));
  const ended = new Promise<string>((resolve) => {
    socket.once('end', () => {
      resolve('end');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? '');
    });
  });
  const bytes = async (count: number): Promise<Buffer> => {
    while (received.length < count) await once(socket, 'data');
    return received;
  };
  return { socket, received: () => received, bytes, ended };
}

const numbered = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, index) => index % 251));

describe('without faults', () => {
  it('every byte goes both ways in its order, and the end too', async () => {
    const client = open();
    const sent = numbered(3_000_000);
    client.socket.write(sent);
    expect((await client.bytes(sent.length)).equals(sent)).toBe(true);
    client.socket.end();
    expect(await client.ended).toBe('end');
    expect({ up: proxy.forwarded('up'), down: proxy.forwarded('down'), serverEnds }).toEqual({
      up: sent.length,
      down: sent.length,
      serverEnds: 1,
    });
  });

  it('several connections are kept apart and counted', async () => {
    const [first, second] = [open(), open()];
    first.socket.write('first');
    second.socket.write('second');
    expect((await first.bytes(5)).toString()).toBe('first');
    expect((await second.bytes(6)).toString()).toBe('second');
    expect({ open: proxy.connections(), accepted: proxy.accepted() }).toEqual({ open: 2, accepted: 2 });
  });

  it('a server that refuses looks like one that resets', async () => {
    const gone = await startFaultProxy({ host: '127.0.0.1', port: await freePort() });
    const socket = connect(gone.port, gone.host);
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
    await gone.close();
  });
});

describe('slow networks', () => {
  it('latency lets bytes arrive later and in their order', async () => {
    proxy.set('up', { latencyMs: 120, jitterMs: 20 });
    const client = open();
    const begun = performance.now();
    for (const text of ['a', 'b', 'c', 'd']) {
      client.socket.write(text);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect((await client.bytes(4)).toString()).toBe('abcd');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(100);
  });

  it('bandwidth holds the bytes back', async () => {
    proxy.set('down', { bytesPerSecond: 100_000 });
    const client = open();
    const begun = performance.now();
    client.socket.write(numbered(30_000));
    expect((await client.bytes(30_000)).equals(numbered(30_000))).toBe(true);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(250);
  });

  it('a slicer tears what was sent at once', async () => {
    proxy.set('up', { sliceBytes: 3 });
    const client = open();
    client.socket.write(numbered(300));
    expect((await client.bytes(300)).equals(numbered(300))).toBe(true);
    expect(arrived.length).toBeGreaterThan(10);
  });

  it('a slow close comes after the bytes, and late', async () => {
    proxy.set('down', { closeDelayMs: 150 });
    const client = open();
    const begun = performance.now();
    client.socket.end('last words');
    expect(await client.ended).toBe('end');
    expect(client.received().toString()).toBe('last words');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(140);
  });
});

describe('broken networks', () => {
  it('a proxy that is down resets what is open and refuses what comes, and can come back on the same port', async () => {
    const before = open();
    before.socket.write('x');
    await before.bytes(1);
    await proxy.setDown(true);
    expect(await before.ended).toBe('ECONNRESET');
    expect(await open().ended).toBe('ECONNREFUSED');
    await proxy.setDown(false);
    const after = open();
    after.socket.write('y');
    expect((await after.bytes(1)).toString()).toBe('y');
  });

  it('a black hole swallows bytes and tells nobody', async () => {
    const client = open();
    client.socket.write('seen');
    await client.bytes(4);
    proxy.set('down', { blackHole: true });
    client.socket.write('unseen');
    await expect.poll(() => proxy.swallowed('down')).toBe(6);
    expect(Buffer.concat(arrived).toString()).toBe('seenunseen');
    expect({ received: client.received().toString(), isOpen: client.socket.readable }).toEqual({ received: 'seen', isOpen: true });
  });

  it('a connection that falls silent after a while is one', async () => {
    proxy.set('up', { silentAfterMs: 100 });
    const client = open();
    client.socket.write('early');
    await client.bytes(5);
    await new Promise((resolve) => setTimeout(resolve, 120));
    client.socket.write('late');
    await expect.poll(() => proxy.swallowed('up')).toBe(4);
    proxy.set('up');
    client.socket.write('!');
    expect((await client.bytes(6)).toString()).toBe('early!');
  });

  it('a limit of bytes passes exactly so many and ends both sides', async () => {
    proxy.set('down', { endAfterBytes: 1000 });
    const client = open();
    client.socket.write(numbered(5000));
    expect(await client.ended).toBe('end');
    expect(client.received().equals(numbered(1000))).toBe(true);
    await expect.poll(() => serverEnds).toBe(1);
  });

  it('a reset after so many bytes is a reset on both sides', async () => {
    proxy.set('up', { resetAfterBytes: 10 });
    const client = open();
    client.socket.write(numbered(50));
    expect(await client.ended).toBe('ECONNRESET');
    await expect.poll(() => serverErrors).toEqual(['ECONNRESET']);
    expect(proxy.forwarded('up')).toBe(10);
  });

  it('resetting all cuts what is open and takes new connections', async () => {
    const first = open();
    first.socket.write('x');
    await first.bytes(1);
    proxy.resetAll();
    expect(await first.ended).toBe('ECONNRESET');
    const second = open();
    second.socket.write('y');
    expect((await second.bytes(1)).toString()).toBe('y');
  });
});

it('closing leaves no connection', async () => {
  proxy.set('up', { latencyMs: 10_000 });
  proxy.set('down', { blackHole: true });
  const client = open();
  client.socket.write(numbered(2_000_000));
  await expect.poll(() => proxy.connections()).toBe(1);
  await proxy.close();
  expect(await client.ended).toBe('ECONNRESET');
  expect(proxy.connections()).toBe(0);
});
