import { describe, expect, it } from 'vitest';
import { type ProcessorTimes, SpareProcessors } from './spare-processors.ts';

/** Measures whatever the test says next. */
function measuring(...times: readonly ProcessorTimes[]): SpareProcessors {
  const left = [...times];
  return new SpareProcessors(() => left.shift() ?? { processors: 1, idleMs: NaN, allMs: NaN, ownMs: NaN });
}

const start: ProcessorTimes = { processors: 2, idleMs: 1000, allMs: 4000, ownMs: 50 };

describe('the processors to spare', () => {
  it('are the idle time of all of them since the last look, and what the thread used itself', () => {
    const spare = measuring(start, { processors: 2, idleMs: 1020, allMs: 4200, ownMs: 80 });
    spare.sinceLast();
    expect(spare.sinceLast()).toBeCloseTo(0.5);
  });

  it('are not known at the first look, nor after too short or too long a time', () => {
    const tooSoon = { ...start, idleMs: 1060, allMs: 4060 };
    const tooLate = { ...start, idleMs: 5000, allMs: 8000 };
    const spare = measuring(start, tooSoon, tooLate, { ...tooLate, idleMs: 5200, allMs: 8200 });
    expect([1, 2, 3, 4].map(() => spare.sinceLast())).toEqual([undefined, undefined, undefined, 2]);
  });

  it('are measured of this machine in a share that can be', async () => {
    const spare = new SpareProcessors();
    spare.sinceLast();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const measured = spare.sinceLast();
    expect(measured).toBeGreaterThanOrEqual(0);
    // The systems count in steps, so a little more than all is possible.
    expect(measured).toBeLessThan((await import('node:os')).cpus().length * 1.5);
  });
});
