/** One measured figure. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it has to reach, in words: `≤ 2`, `≥ 50 %`. */
  readonly bar: string;
  /** Whether it does. */
  readonly holds: boolean;
  /** How it was measured, where that is not plain from the name. */
  readonly note?: string;
}

/** The middle of the values; of an even number the mean of the two in the middle. @throws RangeError without values */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError('there is no median of nothing');
  return (lower + upper) / 2;
}
