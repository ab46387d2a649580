import { describe, expect, it } from 'vitest';
import { createLogger, type LogEntry } from '../base/logger.ts';
import { dispatch, type Handlers } from '../contract/dispatch.ts';
import { windowHandlers } from './window-handlers.ts';

describe('a part of the window that could not be drawn', () => {
  const logged: LogEntry[] = [];
  const handlers = windowHandlers(
    createLogger(
      (entry) => logged.push(entry),
      () => 0,
    ),
  ) as Handlers;

  it('stands in the log with its name and why, without secrets', async () => {
    const report = { part: 'Results', message: 'x is not a function', detail: 'at Results\npassword=geheim' };
    expect(await dispatch(handlers, 'window.broken', report)).toEqual({ ok: true, value: null });
    expect(logged).toMatchObject([{ level: 'error', fields: { part: 'Results', error: 'x is not a function' } }]);
    expect(JSON.stringify(logged)).not.toContain('geheim');
  });

  it('is refused where it is longer than agreed, so that a window cannot fill the disk with one call', async () => {
    const before = logged.length;
    const report = { part: 'Results', message: '', detail: 'x'.repeat(20_001) };
    expect(await dispatch(handlers, 'window.broken', report)).toMatchObject({ ok: false, error: { code: 'request.invalid' } });
    expect(logged.length).toBe(before);
  });
});
