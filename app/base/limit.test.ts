import { describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import type { Clock } from './clock.ts';
import { setLimit } from './limit.ts';

/** A clock whose timers fire late by so much, as those of a process that was stopped. */
function lateBy(clock: FakeClock, lateMs: () => number): Clock {
  return {
    nowMs: () => clock.nowMs(),
    monotonicMs: () => clock.monotonicMs(),
    setTimer: (delayMs, callback) => clock.setTimer(delayMs + lateMs(), callback),
  };
}

describe('a limit', () => {
  it('is over when its time is, once, and never when it has been taken off', async () => {
    const clock = new FakeClock();
    let over = 0;
    setLimit(clock, 1000, () => over++);
    const takeOff = setLimit(clock, 500, () => (over += 10));
    await clock.advance(499);
    takeOff();
    await clock.advance(500);
    expect(over).toBe(0);
    await clock.advance(1);
    expect([over, clock.pendingTimers]).toEqual([1, 0]);
  });

  it('waits a moment longer where this process was held up, so that what came in meanwhile is read first', async () => {
    const clock = new FakeClock();
    let late = 60_000;
    let over = 0;
    setLimit(
      lateBy(clock, () => late),
      1000,
      () => over++,
    );
    late = 0;
    await clock.advance(61_000);
    expect(over).toBe(0);
    await clock.advance(500);
    expect([over, clock.pendingTimers]).toEqual([1, 0]);
  });

  it('can be taken off in that moment', async () => {
    const clock = new FakeClock();
    let over = 0;
    const takeOff = setLimit(
      lateBy(clock, () => 300),
      1000,
      () => over++,
    );
    await clock.advance(1300);
    takeOff();
    await clock.advance(10_000);
    expect([over, clock.pendingTimers]).toEqual([0, 0]);
  });
});
