import { describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { ProgressThrottle } from './progress-throttle.ts';

describe('a progress throttle', () => {
  it('sends the first value at once, then the latest one each interval', async () => {
    const clock = new FakeClock();
    const sent: (readonly [number, number])[] = [];
    const throttle = new ProgressThrottle<number>(clock, 100, (value) => sent.push([clock.nowMs(), value]));
    for (let value = 1; value <= 50; value++) {
      throttle.push(value);
      await clock.advance(7);
    }
    await clock.advance(1000);
    expect(sent).toEqual([
      [0, 1],
      [100, 15],
      [200, 29],
      [300, 43],
      [400, 50],
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('sends nothing after it was stopped, and leaves no timer', async () => {
    const clock = new FakeClock();
    const sent: number[] = [];
    const throttle = new ProgressThrottle<number>(clock, 100, (value) => sent.push(value));
    throttle.push(1);
    throttle.push(2);
    throttle.stop();
    await clock.advance(1000);
    expect(sent).toEqual([1]);
    expect(clock.pendingTimers).toBe(0);
  });
});
