import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFrameJob } from './frame-scheduler.ts';

describe('createFrameJob', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is done after a while on a page that is given no frames, and only once', () => {
    let runs = 0;
    const job = createFrameJob(
      {
        requestFrame: () => 1,
        cancelFrame: () => undefined,
        setTimer: (callback, delayMs) => setTimeout(callback, delayMs),
        clearTimer: (handle) => clearTimeout(handle),
      },
      () => {
        runs += 1;
      },
    );
    job.request();
    job.request();
    vi.advanceTimersByTime(5_000);
    expect(runs).toBe(1);
    job.request();
    job.cancel();
    vi.advanceTimersByTime(5_000);
    expect(runs).toBe(1);
  });

  it('is not done again before the pause is over, and nothing asked meanwhile is forgotten', () => {
    const done: number[] = [];
    const job = createFrameJob(
      {
        requestFrame: (callback) => setTimeout(callback, 16),
        cancelFrame: (handle) => clearTimeout(handle),
        setTimer: (callback, delayMs) => setTimeout(callback, delayMs),
        clearTimer: (handle) => clearTimeout(handle),
      },
      () => done.push(Date.now()),
      100,
    );
    const start = Date.now();
    for (let turn = 0; turn < 50; turn += 1) {
      job.request();
      vi.advanceTimersByTime(10);
    }
    vi.advanceTimersByTime(1_000);
    expect(done.map((at) => at - start)).toEqual([16, 132, 248, 364, 480, 596]);
  });
});
