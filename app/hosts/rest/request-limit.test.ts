import { expect, it } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.ts';
import { RequestLimit } from './request-limit.ts';

it('a limit lets a burst through, then so many a second, and says after how many seconds there is room again', async () => {
  const clock = new FakeClock();
  const limit = new RequestLimit(clock, 0.5, 3);
  expect([limit.take(), limit.take(), limit.take(), limit.take()]).toEqual([0, 0, 0, 2]);
  await clock.advance(1000);
  expect(limit.take()).toBe(1);
  await clock.advance(1000);
  expect([limit.take(), limit.take()]).toEqual([0, 2]);
  await clock.advance(3_600_000);
  expect([limit.take(), limit.take(), limit.take(), limit.take()]).toEqual([0, 0, 0, 2]);
});
