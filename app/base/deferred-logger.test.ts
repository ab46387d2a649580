import { describe, expect, it } from 'vitest';
import { createLogger, type LogEntry } from './logger.ts';
import { createDeferredLogger } from './deferred-logger.ts';

describe('a logger without a target yet', () => {
  it('keeps its lines, in order and without secrets, and hands them on', () => {
    const early = createDeferredLogger(() => 1);
    early.logger.with({ process: 'worker' }).warn('first', { password: 'x' });
    early.logger.info('second');
    const lines: LogEntry[] = [];
    early.connect(
      createLogger(
        (entry) => lines.push(entry),
        () => 2,
      ),
    );
    early.logger.error('third');
    expect(lines.map(({ level, message, fields }) => [level, message, fields])).toEqual([
      ['warn', 'first', { process: 'worker', password: '[redacted]' }],
      ['info', 'second', {}],
      ['error', 'third', {}],
    ]);
  });

  it('does not keep lines without limit', () => {
    const early = createDeferredLogger(() => 1);
    for (let line = 0; line < 1000; line += 1) early.logger.info(String(line));
    let count = 0;
    early.connect(
      createLogger(
        () => (count += 1),
        () => 2,
      ),
    );
    expect(count).toBe(200);
  });
});
