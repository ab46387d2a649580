/** The channel of a process of ours to the program that started it: forked by Node, or a utility process of Electron. */
import { Emitter } from '../base/emitter.ts';
import type { Channel } from '../channel/channel.ts';

/** What Electron puts on `process` in a utility process. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/**
 * The channel to the parent.
 * @throws Error when the process was started by hand, without a parent that listens
 */
export function currentProcessChannel(): Channel {
  const messages = new Emitter<unknown>();
  const closes = new Emitter<undefined>();
  let closed = false;
  const end = (): void => {
    if (closed) return;
    closed = true;
    closes.emit(undefined);
  };
  const { parentPort } = process as unknown as { readonly parentPort?: ParentPort };
  const send = sender(parentPort);
  // Node and Electron keep messages back until somebody listens: so nothing is lost while a program is still starting.
  let isReading = false;
  const read = (): void => {
    if (isReading) return;
    isReading = true;
    if (parentPort === undefined) {
      process.on('message', (message) => {
        messages.emit(message);
      });
    } else {
      parentPort.on('message', (event) => {
        messages.emit(event.data);
      });
    }
  };
  if (parentPort === undefined) process.once('disconnect', end);
  return {
    post: (message) => {
      if (!closed) send(message);
    },
    onMessage: (listener) => {
      const stop = messages.on(listener);
      read();
      return stop;
    },
    onClose: (listener) => {
      if (!closed) return closes.on(listener);
      queueMicrotask(listener);
      return () => undefined;
    },
    close: () => {
      if (parentPort === undefined && process.connected) process.disconnect();
      end();
    },
  };
}

function sender(parentPort: ParentPort | undefined): (message: unknown) => void {
  if (parentPort !== undefined) {
    return (message) => {
      parentPort.postMessage(message);
    };
  }
  if (process.send === undefined) throw new Error('This program is started by the Client Activity Monitor, not by hand.');
  return (message) => {
    // A parent that has just gone is told by `disconnect`; the error given to this callback says nothing more.
    process.send?.(message, undefined, undefined, () => undefined);
  };
}
