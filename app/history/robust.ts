/** Statistics that a few wild values do not move. All pure. */

/** The middle of the values; of an even number the mean of the two in the middle. @throws RangeError without values */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError('there is no median of nothing');
  return (lower + upper) / 2;
}

/** Middle and spread of values. */
export interface Baseline {
  readonly n: number;
  readonly median: number;
  /** Median of the absolute deviations from the median, not scaled. */
  readonly mad: number;
}

/** Median and MAD. @throws RangeError without values */
export function baselineOf(values: readonly number[]): Baseline {
  const middle = median(values);
  return { n: values.length, median: middle, mad: median(values.map((value) => Math.abs(value - middle))) };
}

/**
 * How far a value lies from a baseline, as the modified z-score 0.6745·(x − median)/MAD of B. Iglewicz and D. Hoaglin, "How
 * to Detect and Handle Outliers" (ASQC Basic References in Quality Control 16, 1993), who call values beyond 3.5 outliers.
 * `leastSpread` stands in for a smaller MAD/0.6745: where all past values are the same, the smallest difference would be
 * infinitely unusual.
 */
export function modifiedZScore(value: number, baseline: Baseline, leastSpread: number): number {
  return (value - baseline.median) / Math.max(baseline.mad / 0.6745, leastSpread);
}

/**
 * The slope of a line through points (x, y): the median of the slopes between all pairs of points (P. K. Sen, "Estimates of
 * the regression coefficient based on Kendall's tau", Journal of the American Statistical Association 63, 1968). `null` with
 * fewer than two different x.
 */
export function theilSenSlope(points: readonly (readonly [x: number, y: number])[]): number | null {
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2);
  let count = 0;
  points.forEach(([x1, y1], index) => {
    for (let other = index + 1; other < points.length; other += 1) {
      const [x2, y2] = points[other] ?? [x1, y1];
      if (x2 !== x1) slopes[count++] = (y2 - y1) / (x2 - x1);
    }
  });
  return count === 0 ? null : median(slopes.subarray(0, count));
}

/**
 * Whether values rise or fall over time, as the standard normal score of the Mann–Kendall test with its correction for ties
 * (H. B. Mann, Econometrica 13, 1945; M. G. Kendall, "Rank Correlation Methods", 1975): beyond ±1.96 a trend is unlikely to be
 * chance (5 %). 0 where nothing varies.
 */
export function mannKendallScore(values: readonly number[]): number {
  const n = values.length;
  let s = 0;
  values.forEach((earlier, index) => {
    for (let later = index + 1; later < n; later += 1) s += Math.sign((values[later] ?? earlier) - earlier);
  });
  const ties = new Map<number, number>();
  for (const value of values) ties.set(value, (ties.get(value) ?? 0) + 1);
  const term = (count: number): number => count * (count - 1) * (2 * count + 5);
  const tied = [...ties.values()].reduce((sum, count) => sum + term(count), 0);
  const variance = (term(n) - tied) / 18;
  return variance <= 0 ? 0 : (s - Math.sign(s)) / Math.sqrt(variance);
}
