/** A process that was held up: a server that answered in time is not blamed for it. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { driver, quiet, targetOf } from '../../testing/oracle-harness.ts';

/** A server of its own thread, which is not held up: it hangs up 200 ms after it was called. */
const server = `
const { parentPort } = require('node:worker_threads');
const server = require('node:net').createServer((socket) => {
  socket.on('error', () => undefined);
  socket.resume();
  parentPort.postMessage('called');
  setTimeout(() => socket.end(), 200);
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

it('a listener that hung up while this process was held up beyond its limit is told as one that hung up', async () => {
  const thread = new Worker(server, { eval: true });
  try {
    const [port] = (await once(thread, 'message')) as [number];
    const connecting = driver.connect(targetOf({ host: '127.0.0.1', port }, { connectTimeoutMs: 400 }), quiet);
    connecting.catch(() => undefined);
    await once(thread, 'message');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200);
    await expect(connecting).rejects.toMatchObject({ failure: { code: 'db.unreachable', vendorCode: 'NJS-500' } });
  } finally {
    await thread.terminate();
  }
});
