import { expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { Throttle } from './throttle.ts';

function throttled() {
  const clock = new FakeClock();
  const calls: number[] = [];
  const throttle = new Throttle(clock, 500, () => calls.push(clock.monotonicMs()));
  return { clock, calls, throttle };
}

it('a throttle calls at once, and what is asked for in the pause becomes one call at its end', async () => {
  const { clock, calls, throttle } = throttled();
  throttle.request();
  await clock.advance(100);
  throttle.request();
  throttle.request();
  await clock.advance(1000);
  expect(calls).toEqual([0, 500]);
  throttle.request();
  expect(calls).toEqual([0, 500, 1100]);
});

it('a throttle that must call now does, and begins its pause anew', async () => {
  const { clock, calls, throttle } = throttled();
  throttle.request();
  await clock.advance(100);
  throttle.now();
  throttle.request();
  await clock.advance(499);
  expect(calls).toEqual([0, 100]);
  await clock.advance(1);
  expect(calls).toEqual([0, 100, 600]);
});

it('a throttle that is disposed of calls nothing any more', async () => {
  const { clock, calls, throttle } = throttled();
  throttle.request();
  throttle.request();
  throttle.dispose();
  await clock.advance(1000);
  throttle.now();
  expect(calls).toEqual([0]);
});
