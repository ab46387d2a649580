/** The program of the threads of the history: one follows the journal into the store, one answers questions. */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../base/clock.ts';
import { serveRpc } from '../channel/rpc.ts';
import { serveReader } from './reader.ts';
import { SpareProcessors } from './spare-processors.ts';
import { StoreWriter } from './store-writer.ts';
import { portChannel } from './thread-channel.ts';
import { giveWay } from './thread-priority.ts';
import type { ThreadData, WriterMethods } from './thread-methods.ts';

if (parentPort === null) throw new Error('This program is a thread of the Client Activity Monitor.');
const channel = portChannel(parentPort);
const { role, session, location, migrationsDirectory } = workerData as ThreadData;
const store = { location, migrationsDirectory, nowMs: () => systemClock.nowMs(), onIdleError: () => undefined };

if (role === 'reader') {
  serveReader(channel, store);
} else {
  giveWay();
  const processors = new SpareProcessors();
  let tell: (report: WriterMethods['run']['notice']) => void = () => undefined;
  const writer = new StoreWriter({
    session,
    store,
    clock: systemClock,
    spare: () => processors.sinceLast(),
    onReport: (report) => {
      tell(report);
    },
  });
  let running = Promise.resolve();
  serveRpc<WriterMethods>(channel, {
    run: async (_input, { notify }) => {
      tell = notify;
      running = writer.run();
      await running;
      return null;
    },
    advance: (end) => {
      writer.advance(end);
      return Promise.resolve(null);
    },
    drained: async () => {
      await writer.drained();
      return null;
    },
    stop: async () => ({ isComplete: await writer.stop(running) }),
  });
}
