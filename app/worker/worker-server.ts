/** A database's own process: answers the calls of its supervisor until the channel closes. */
import type { Channel } from '../channel/channel.ts';
import { type RpcHandlers, serveRpc } from '../channel/rpc.ts';
import { CamError, failure } from '../model/failure.ts';
import type { WorkerMethods } from './protocol.ts';
import { createDatabaseSession, type DatabaseSession, type SessionPorts } from './session.ts';

/**
 * Serves one database.
 * @returns a promise that resolves when the channel has closed and the sessions have ended: the process may go then
 */
export function serveWorker(channel: Channel, ports: SessionPorts): Promise<void> {
  let session: DatabaseSession | undefined;
  const opened = (): DatabaseSession => {
    if (session === undefined) throw new CamError(failure('request.invalid', { message: 'The worker has not been told its database.' }));
    return session;
  };
  const handlers: RpcHandlers<WorkerMethods> = {
    open: async (input) => {
      if (session !== undefined) throw new CamError(failure('request.invalid', { message: 'The worker has its database already.' }));
      session = createDatabaseSession(input, ports);
      return Promise.resolve({ processId: process.pid });
    },
    execute: async (input, { notify, signal }) => opened().execute(input, notify, signal),
    proceed: (attempt) => {
      session?.proceed(attempt);
      return Promise.resolve(null);
    },
    check: async (input, { signal }) => opened().check(input, signal),
    ping: async (input, { signal }) => opened().ping(input, signal),
    endSession: async ({ session: name }) => {
      await session?.endSession(name);
      return null;
    },
    heartbeat: () => Promise.resolve({ busy: session?.busy ?? 0 }),
    close: async () => {
      await session?.close();
      return null;
    },
  };
  serveRpc(channel, handlers);
  return new Promise((resolve) => {
    channel.onClose(() => {
      void (session?.close() ?? Promise.resolve()).finally(resolve);
    });
  });
}
