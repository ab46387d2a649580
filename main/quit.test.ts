import { describe, expect, it } from 'vitest';
import type { Clock } from '../app/base/clock.ts';
import { silentLogger } from '../app/base/logger.ts';
import { closeLimitMs, createQuitSequence } from './quit.ts';
import { preventableEvent } from './testing/windows-stub.ts';

function sequence(answers: { running: boolean; confirm?: () => Promise<boolean>; close?: () => Promise<void> }) {
  const calls: string[] = [];
  const timers: { delayMs: number; callback: () => void }[] = [];
  const clock: Clock = {
    nowMs: () => 0,
    monotonicMs: () => 0,
    setTimer: (delayMs, callback) => {
      const timer = { delayMs, callback };
      timers.push(timer);
      return () => {
        timers.splice(timers.indexOf(timer), 1);
      };
    },
  };
  const quitting = createQuitSequence({
    isRunning: () => answers.running,
    confirm: async () => {
      calls.push('ask');
      return await (answers.confirm?.() ?? Promise.resolve(true));
    },
    close: async () => {
      calls.push('close');
      await answers.close?.();
      calls.push('closed');
    },
    quit: () => {
      calls.push('quit');
      beforeQuit();
    },
    clock,
    logger: silentLogger,
  });
  const beforeQuit = (): boolean => {
    const event = preventableEvent({});
    quitting.onBeforeQuit(event);
    calls.push(event.defaultPrevented ? 'held' : 'passes');
    return event.defaultPrevented;
  };
  return { calls, timers, quitting, beforeQuit };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('quitting', () => {
  it('without a run closes the services before the program ends, and asks nothing', async () => {
    const { calls, timers, beforeQuit, quitting } = sequence({ running: false });
    beforeQuit();
    await settle();
    expect(calls).toEqual(['close', 'held', 'closed', 'quit', 'passes']);
    expect([quitting.isDone, timers.length]).toEqual([true, 0]);
  });

  it('during a run asks first, then cancels and closes, then ends', async () => {
    const { calls, beforeQuit } = sequence({ running: true });
    beforeQuit();
    await settle();
    expect(calls).toEqual(['ask', 'held', 'close', 'closed', 'quit', 'passes']);
  });

  it('during a run keeps running when the person says no, and asks again the next time', async () => {
    const { calls, beforeQuit, quitting } = sequence({ running: true, confirm: () => Promise.resolve(false) });
    beforeQuit();
    await settle();
    expect([calls, quitting.isDone]).toEqual([['ask', 'held'], false]);
    beforeQuit();
    await settle();
    expect(calls).toEqual(['ask', 'held', 'ask', 'held']);
  });

  it('asks and closes once, however often it is asked for meanwhile', async () => {
    let answer: (yes: boolean) => void = () => undefined;
    const { calls, beforeQuit } = sequence({ running: true, confirm: () => new Promise((resolve) => (answer = resolve)) });
    beforeQuit();
    beforeQuit();
    answer(true);
    await settle();
    expect(calls).toEqual(['ask', 'held', 'held', 'close', 'closed', 'quit', 'passes']);
  });

  it('ends although the services fail to close', async () => {
    const { calls, beforeQuit } = sequence({ running: false, close: () => Promise.reject(new Error('no')) });
    beforeQuit();
    await settle();
    expect(calls).toEqual(['close', 'held', 'quit', 'passes']);
  });

  it('ends although the services never finish closing', async () => {
    const { calls, timers, beforeQuit } = sequence({ running: false, close: () => new Promise(() => undefined) });
    beforeQuit();
    await settle();
    expect([calls, timers.map(({ delayMs }) => delayMs)]).toEqual([['close', 'held'], [closeLimitMs]]);
    timers[0]?.callback();
    await settle();
    expect(calls).toEqual(['close', 'held', 'quit', 'passes']);
  });

  it('can be asked for again when the question itself failed', async () => {
    const { calls, beforeQuit } = sequence({ running: true, confirm: () => Promise.reject(new Error('no dialog')) });
    beforeQuit();
    await settle();
    beforeQuit();
    await settle();
    expect(calls).toEqual(['ask', 'held', 'ask', 'held']);
  });
});
