import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf } from './duration-buckets.ts';
import { nearestRank } from './percentiles.ts';
import { baselineOf, mannKendallScore, median, modifiedZScore, theilSenSlope } from './robust.ts';

const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 40 });

describe('the median', () => {
  it('has as many values below it as above', () => {
    fc.assert(
      fc.property(values, (list) => {
        const middle = median(list);
        expect(list.filter((value) => value < middle).length).toBeLessThanOrEqual(list.length / 2);
        expect(list.filter((value) => value > middle).length).toBeLessThanOrEqual(list.length / 2);
      }),
    );
  });

  it('of nothing does not exist', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('the modified z-score', () => {
  it('is that of the published example', () => {
    // Median 2.15, MAD 0.05 with one wild value: the values of a small series worked out by hand.
    const baseline = baselineOf([2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3]);
    expect(baseline.median).toBeCloseTo(2.45, 10);
    expect(baseline.mad).toBeCloseTo(0.15, 10);
    expect(modifiedZScore(8.3, baseline, 0)).toBeCloseTo(26.3055, 4);
    expect(modifiedZScore(2.1, baseline, 0)).toBeCloseTo(-1.57383, 4);
  });

  it('is finite where all past values are the same', () => {
    expect(modifiedZScore(2, baselineOf([1, 1, 1]), 0.1)).toBe(10);
  });
});

describe('the slope of Theil and Sen', () => {
  it('is that of a line whatever a few wild points say', () => {
    const points = Array.from({ length: 21 }, (_, x) => [x, x % 7 === 3 ? 1e6 : 2 * x + 1] as const);
    expect(theilSenSlope(points)).toBeCloseTo(2, 10);
    expect(theilSenSlope([[1, 5]])).toBeNull();
    expect(
      theilSenSlope([
        [1, 5],
        [1, 6],
      ]),
    ).toBeNull();
  });
});

describe('the Mann–Kendall score', () => {
  it('is that of a rising series by the published formula', () => {
    // n = 10, S = 45, variance = 10·9·25/18 = 125.
    expect(mannKendallScore([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toBeCloseTo(44 / Math.sqrt(125), 10);
    expect(mannKendallScore([10, 9, 8, 7, 6, 5, 4, 3, 2, 1])).toBeCloseTo(-44 / Math.sqrt(125), 10);
  });

  it('is corrected for ties and zero where nothing varies', () => {
    // n = 4 with one pair of ties: S = 5, variance = (4·3·13 − 2·1·9)/18.
    expect(mannKendallScore([1, 2, 2, 3])).toBeCloseTo(4 / Math.sqrt(138 / 18), 10);
    expect(mannKendallScore([5, 5, 5])).toBe(0);
    expect(mannKendallScore([])).toBe(0);
  });

  it('changes its sign when time runs backwards', () => {
    fc.assert(
      fc.property(values, (list) => {
        expect(mannKendallScore(list.toReversed())).toBeCloseTo(-mannKendallScore(list), 10);
      }),
    );
  });
});

describe('a bucket of durations', () => {
  it('never decreases with the duration and is at most 6.25 % wide', () => {
    let measured = 0;
    fc.assert(
      fc.property(fc.maxSafeInteger().map(Math.abs), fc.nat(1_000_000), (us, more) => {
        expect(bucketOf(us + more)).toBeGreaterThanOrEqual(bucketOf(us));
        if (us < 16 || us >= 2 ** 52) return;
        measured += 1;
        expect(bucketOf(Math.ceil(us * 1.0626))).toBeGreaterThan(bucketOf(us));
      }),
    );
    expect(measured).toBeGreaterThan(5);
    expect([0, 1, 15, 16, 17, 31, 32, 33, 34, 2 ** 32 - 1, 2 ** 32].map(bucketOf)).toEqual([0, 1, 15, 16, 17, 31, 32, 32, 33, 463, 464]);
  });
});

describe('the nearest rank', () => {
  it('is the smallest place that holds at least p % of all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 10_000 }), (percent, n) => {
        const rank = nearestRank(percent, n);
        expect(rank * 100).toBeGreaterThanOrEqual(percent * n);
        expect(rank === 1 || (rank - 1) * 100 < percent * n).toBe(true);
      }),
    );
  });
});
