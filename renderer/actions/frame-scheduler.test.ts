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
});
