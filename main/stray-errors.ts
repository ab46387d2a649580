/** Errors that nobody waited for. Left to themselves they are told on a terminal that a desktop program does not have. */
import type { EventEmitter } from 'node:events';
import { errorText } from '../app/base/error-text.ts';
import type { Logger } from '../app/base/logger.ts';

/**
 * Logs what nobody caught. An exception is only looked at, not handled: Electron goes on to tell the person of it. A rejection is
 * handled by being logged, and the program goes on.
 */
export function logStrayErrors(process: Pick<EventEmitter, 'on'>, logger: Logger): void {
  process.on('uncaughtExceptionMonitor', (error: unknown) => {
    logger.error('an exception was not caught', { error: errorText(error) });
  });
  process.on('unhandledRejection', (reason: unknown) => {
    logger.error('a rejection was not handled', { error: errorText(reason) });
  });
}
