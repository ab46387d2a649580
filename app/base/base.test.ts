import { describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { abort, AbortedError, abortReasonOf, childController, raceAbort } from './abort.ts';
import { sleep } from './clock.ts';
import { Disposables } from './disposables.ts';
import { Emitter } from './emitter.ts';
import { linesOf } from './lines.ts';
import { createLogger, type LogEntry, redactText } from './logger.ts';

describe('an abort', () => {
  it('keeps the first reason when aborted twice', () => {
    const controller = new AbortController();
    abort(controller, { kind: 'cancel', by: 'analyst' });
    abort(controller, { kind: 'timeout', afterMs: 5, what: 'attempt' });
    expect(abortReasonOf(controller.signal)).toEqual({ kind: 'cancel', by: 'analyst' });
  });

  it('without a typed reason counts as a cancel by somebody unknown, never as a timeout', () => {
    const controller = new AbortController();
    controller.abort(new Error('something else'));
    expect(abortReasonOf(controller.signal)).toEqual({ kind: 'cancel', by: 'unknown' });
  });

  it('reaches a child with its reason, and a disposed child no more', () => {
    const parent = new AbortController();
    const child = childController(parent.signal);
    const disposed = childController(parent.signal);
    disposed.dispose();
    abort(parent, { kind: 'shutdown' });
    expect(abortReasonOf(child.controller.signal)).toEqual({ kind: 'shutdown' });
    expect(disposed.controller.signal.aborted).toBe(false);
  });

  it('ends a race at once and swallows the late rejection', async () => {
    const controller = new AbortController();
    const late = Promise.withResolvers<never>();
    const race = raceAbort(late.promise, controller.signal);
    abort(controller, { kind: 'cancel', by: 'analyst' });
    await expect(race).rejects.toBeInstanceOf(AbortedError);
    late.reject(new Error('too late'));
  });
});

describe('sleep', () => {
  it('ends at its time', async () => {
    const clock = new FakeClock();
    let isAwake = false;
    const sleeping = sleep(clock, 1000, new AbortController().signal).then(() => {
      isAwake = true;
    });
    await clock.advance(999);
    expect(isAwake).toBe(false);
    await clock.advance(1);
    await sleeping;
    expect(isAwake).toBe(true);
  });

  it('is ended by an abort at once and leaves no timer', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const sleeping = sleep(clock, 60_000, controller.signal);
    abort(controller, { kind: 'cancel', by: 'analyst' });
    await expect(sleeping).rejects.toMatchObject({ reason: { kind: 'cancel' } });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('disposables', () => {
  it('are disposed in reverse order, all of them, and the first error is told', async () => {
    const order: number[] = [];
    const disposables = new Disposables();
    disposables.add(() => void order.push(1));
    disposables.add(() => {
      order.push(2);
      throw new Error('two failed');
    });
    disposables.add(() => void order.push(3));
    await expect(disposables.dispose()).rejects.toThrow('two failed');
    expect(order).toEqual([3, 2, 1]);
  });
});

describe('an emitter', () => {
  it('calls every listener although one throws', () => {
    const emitter = new Emitter<string>();
    const heard: string[] = [];
    emitter.on(() => {
      throw new Error('a bad listener');
    });
    const stop = emitter.on((value) => void heard.push(value));
    expect(() => {
      emitter.emit('one');
    }).toThrow('a bad listener');
    stop();
    expect(heard).toEqual(['one']);
    expect(emitter.size).toBe(1);
  });
});

describe('the log', () => {
  it('never holds a password, wherever it stands', () => {
    const entries: LogEntry[] = [];
    const logger = createLogger(
      (entry) => void entries.push(entry),
      () => 0,
    ).with({ database: 'one' });
    logger.info('connecting scott/tiger@host:1521/SVC', {
      password: 'hunter2',
      nested: { apiToken: 'abc', url: 'postgres://analyst:hunter2@host/db', list: ['pwd=hunter2 next'] },
    });
    const text = JSON.stringify(entries);
    expect(text).not.toMatch(/hunter2|tiger|abc/);
    expect(text).toContain('"database":"one"');
    expect(text).toContain('postgres://analyst:[redacted]@host/db');
  });

  it('leaves ordinary text alone', () => {
    const text = 'ORA-00942 at sql/get_token_changes.sql, 3 tokens read from a/b at 14:00';
    expect(redactText(text)).toBe(text);
  });
});

describe('the lines of a text', () => {
  async function lines(...pieces: readonly string[]): Promise<string[]> {
    const all: string[] = [];
    for await (const line of linesOf(ReadableStream.from(pieces))) all.push(line);
    return all;
  }

  it('are whole wherever its pieces end, and nothing but a line feed ends one', async () => {
    const text = '"a\u2028b"\n\n"c\u2029d\u0085e\vf"\r\nlast';
    const expected = ['"a\u2028b"', '', '"c\u2029d\u0085e\vf"\r', 'last'];
    for (let cut = 0; cut <= text.length; cut++) expect(await lines(text.slice(0, cut), text.slice(cut))).toEqual(expected);
    expect(await lines(...Array.from(text))).toEqual(expected);
  });

  it('are none of a text without any, and a last one needs no end', async () => {
    expect(await lines()).toEqual([]);
    expect(await lines('\n')).toEqual(['']);
    expect(await lines('a')).toEqual(['a']);
  });
});
