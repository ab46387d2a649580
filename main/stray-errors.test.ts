import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createLogger, type LogEntry } from '../app/base/logger.ts';
import { logStrayErrors } from './stray-errors.ts';

describe('errors that nobody waited for', () => {
  it('are logged with where they came from, without passwords', () => {
    const lines: LogEntry[] = [];
    const process = new EventEmitter();
    logStrayErrors(
      process,
      createLogger(
        (entry) => lines.push(entry),
        () => 0,
      ),
    );
    process.emit('uncaughtExceptionMonitor', new Error('password=hunter2 was refused'), 'uncaughtException');
    process.emit('unhandledRejection', 'only a text', Promise.resolve());
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['error', 'an exception was not caught'],
      ['error', 'a rejection was not handled'],
    ]);
    expect(lines[0]?.fields.error).toMatch(/^Error: password=\[redacted\] was refused\n\s+at /);
    expect(lines[1]?.fields.error).toBe('only a text');
  });

  it('are not handled by being looked at: an exception goes on its way', () => {
    const process = new EventEmitter();
    logStrayErrors(
      process,
      createLogger(
        () => undefined,
        () => 0,
      ),
    );
    expect(process.listenerCount('uncaughtException')).toBe(0);
  });
});
