import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../app/base/logger.ts';
import { appendLog, initialLog } from '../../store/log-slice.ts';
import { filterLog } from './filter-log.ts';

const line = (level: LogEntry['level'], message: string, fields = {}): LogEntry => ({ at: 0, level, message, fields });
const { entries } = appendLog(initialLog(), [
  line('debug', 'row batch'),
  line('info', 'started', { version: '0.1.0' }),
  line('warn', 'trying again', { vendorCode: 'ORA-03113', attempt: 2 }),
  line('error', 'source failed', { source: 'a/b' }),
]);
const found = (level: LogEntry['level'], search: string): string[] =>
  filterLog(entries, { level, search }).map((each) => each.entry.message);

describe('filterLog', () => {
  it('keeps lines of at least the level', () => {
    expect(found('debug', '').length).toBe(4);
    expect(found('warn', '')).toEqual(['trying again', 'source failed']);
  });

  it('searches message and fields in any case', () => {
    expect(found('debug', 'ora-03113')).toEqual(['trying again']);
    expect(found('debug', ' SOURCE ')).toEqual(['source failed']);
    expect(found('debug', 'attempt=2')).toEqual(['trying again']);
    expect(found('error', 'started')).toEqual([]);
  });
});
