/** The only place that listens to windows: checks who asks, then hands the call to the contract. */
import type { IpcMain, IpcMainInvokeEvent, WebContents } from 'electron';
import type { Logger } from '../app/base/logger.ts';
import type { Reply } from '../app/contract/client.ts';
import { dispatch, type Handlers } from '../app/contract/dispatch.ts';
import { failure } from '../app/model/failure.ts';
import { isAppUrl } from './app-origin.ts';
import { callChannel, eventChannel } from './ipc-channels.ts';

/** What the server needs. */
export interface IpcServerOptions {
  readonly ipcMain: Pick<IpcMain, 'handle' | 'removeHandler'>;
  readonly handlers: Handlers;
  readonly subscribe: (listener: (event: string, payload: unknown) => void) => () => void;
  /** Web contents of the program's own windows, as they are now. */
  readonly ownContents: () => readonly WebContents[];
  readonly logger: Logger;
}

/** Answers calls and sends events until the returned function is called. */
export function serveWindows(options: IpcServerOptions): () => void {
  const { ipcMain, handlers, logger, ownContents } = options;
  ipcMain.handle(callChannel, async (event, method: unknown, input: unknown): Promise<Reply<unknown>> => {
    if (!isTrustedSender(event, ownContents())) {
      logger.warn('a call from a foreign sender was refused', {
        method: typeof method === 'string' ? method.slice(0, 100) : typeof method,
      });
      return { ok: false, error: failure('request.forbidden') };
    }
    if (typeof method !== 'string') return { ok: false, error: failure('request.invalid', { message: 'The method has no name.' }) };
    return await dispatch(handlers, method, input);
  });
  const unsubscribe = options.subscribe((event, payload) => {
    for (const contents of ownContents()) {
      if (!contents.isDestroyed()) contents.send(eventChannel, event, payload);
    }
  });
  return () => {
    unsubscribe();
    ipcMain.removeHandler(callChannel);
  };
}

/**
 * Whether a message comes from the top frame of one of our windows, showing our page. Fails closed: a frame that is gone, has
 * navigated away, has no URL yet or cannot be asked is not trusted.
 */
export function isTrustedSender(event: Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>, ownContents: readonly WebContents[]): boolean {
  try {
    const frame = event.senderFrame;
    if (frame === null || frame.detached || frame.parent !== null) return false;
    return ownContents.includes(event.sender) && isAppUrl(frame.url);
  } catch {
    // Electron throws when a property of a disposed frame is read.
    return false;
  }
}
