/** The two ends of a thread as channels. */
import type { MessagePort, Worker } from 'node:worker_threads';
import type { Channel } from '../channel/channel.ts';

/** The end of whoever started the thread. It closes when the thread has ended, however; closing it ends the thread at once. */
export function workerChannel(worker: Worker): Channel {
  return channelOn(worker, 'exit', () => void worker.terminate());
}

/** The thread's own end. It closes with its port; a thread whose port is closed has nothing to keep it alive. */
export function portChannel(port: MessagePort): Channel {
  return channelOn(port, 'close', () => {
    port.close();
  });
}

function channelOn(end: Worker | MessagePort, closeEvent: string, close: () => void): Channel {
  let isClosed = false;
  end.once(closeEvent, () => {
    isClosed = true;
  });
  return {
    post: (message) => {
      if (!isClosed) end.postMessage(message);
    },
    onMessage: (listener) => {
      end.on('message', listener);
      return () => {
        end.off('message', listener);
      };
    },
    onClose: (listener) => {
      if (isClosed) {
        queueMicrotask(listener);
        return () => undefined;
      }
      end.once(closeEvent, listener);
      return () => {
        end.off(closeEvent, listener);
      };
    },
    close,
  };
}
