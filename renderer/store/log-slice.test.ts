import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../app/base/logger.ts';
import { appendLog, initialLog, logCapacity } from './log-slice.ts';

const lines = (count: number, from = 0): LogEntry[] =>
  Array.from({ length: count }, (_, index) => ({ at: from + index, level: 'info', message: `line ${String(from + index)}`, fields: {} }));

describe('appendLog', () => {
  it('keeps the newest lines up to the capacity and numbers them without a break', () => {
    const log = appendLog(appendLog(initialLog(), lines(4_000)), lines(2_500, 4_000));
    expect(log.entries.length).toBe(logCapacity);
    expect(log.entries.at(-1)).toMatchObject({ id: 6_500, entry: { message: 'line 6499' } });
    expect(log.entries.every((each, index) => index === 0 || each.id === (log.entries[index - 1]?.id ?? 0) + 1)).toBe(true);
  });

  it('drops what is more than the capacity in one burst', () => {
    const log = appendLog(appendLog(initialLog(), lines(10)), lines(20_000));
    expect(log.entries.length).toBe(logCapacity);
    expect([log.entries[0]?.entry.at, log.entries.at(-1)?.id]).toEqual([15_000, 20_010]);
  });
});
