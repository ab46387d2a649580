import { cpus } from 'node:os';
import { describe, expect, it } from 'vitest';
import { type ProcessorTimes, SpareProcessors } from './spare-processors.ts';

/** Measures whatever the test says next. */
function measuring(...times: readonly ProcessorTimes[]): SpareProcessors {
  const left = [...times];
  return new SpareProcessors(() => left.shift() ?? { processors: 1, atMs: NaN, usedMs: NaN, ownMs: NaN });
}

const start: ProcessorTimes = { processors: 2, atMs: 7000, usedMs: 4000, ownMs: 50 };

describe('the processors to spare', () => {
  it('are those that nobody else has used since the last look', () => {
    // In 100 ms others used 150 of 200, and the thread itself 30 more.
    const spare = measuring(start, { processors: 2, atMs: 7100, usedMs: 4180, ownMs: 80 });
    spare.sinceLast();
    expect(spare.sinceLast()).toBeCloseTo(0.5);
  });

  it('are not known at the first look, nor after too short or too long a time', () => {
    const tooSoon = { ...start, atMs: 7030 };
    const tooLate = { ...start, atMs: 9000 };
    const spare = measuring(start, tooSoon, tooLate, { ...tooLate, atMs: 9100 });
    expect([1, 2, 3, 4].map(() => spare.sinceLast())).toEqual([undefined, undefined, undefined, 2]);
  });

  it('are all of them where the system tells nothing of their use', () => {
    const silent = { processors: 1, usedMs: 0, ownMs: 5 };
    const spare = measuring({ ...silent, atMs: 1 }, { ...silent, atMs: 101, ownMs: 60 });
    spare.sinceLast();
    expect(spare.sinceLast()).toBe(1);
  });

  it('are measured of this machine, and are no more than it has', async () => {
    const spare = new SpareProcessors();
    const measured = await new Promise<number | undefined>((resolve) => {
      const look = setInterval(() => {
        const value = spare.sinceLast();
        if (value === undefined) return;
        clearInterval(look);
        resolve(value);
      }, 100);
    });
    expect(measured).toBeGreaterThanOrEqual(0);
    expect(measured).toBeLessThanOrEqual(cpus().length);
  });
});
