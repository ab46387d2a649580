/**
 * The sockets a client library opens. The Thin library hands out neither its socket nor a way to give up a logon, and a
 * server that hears no break holds a call for ever; so the one thing that ends both for certain is to end the socket.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';

/** Node publishes every new client socket on it. */
const channel = 'net.client.socket';

/** Sockets opened by one piece of work. */
export interface WatchedSockets {
  /** Ends all that are open; whatever waits on them fails at once. */
  destroy(): void;
}

/**
 * Calls `work` and collects the sockets that it, and whatever it starts, opens until it has settled.
 * In Thick mode there are none: the client library opens its own, out of Node's sight.
 */
export function watchSockets<T>(work: () => Promise<T>): { readonly result: Promise<T>; readonly sockets: WatchedSockets } {
  const open = new Set<Socket>();
  const storage = new AsyncLocalStorage<true>();
  let isGivenUp = false;
  const onSocket = (message: unknown): void => {
    if (storage.getStore() !== true) return;
    const socket = socketOf(message);
    if (socket === undefined) return;
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
    });
    if (isGivenUp) end(socket);
  };
  subscribe(channel, onSocket);
  const result = storage.run(true, work).finally(() => {
    unsubscribe(channel, onSocket);
  });
  return {
    result,
    sockets: {
      destroy: () => {
        isGivenUp = true;
        for (const socket of open) end(socket);
      },
    },
  };
}

/** With an error: the library does not notice a socket that closes without one while it is still connecting. */
function end(socket: Socket): void {
  socket.destroy(new Error('given up'));
}

function socketOf(message: unknown): Socket | undefined {
  const socket = typeof message === 'object' && message !== null && 'socket' in message ? message.socket : undefined;
  return socket instanceof Socket ? socket : undefined;
}
