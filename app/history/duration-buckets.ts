/**
 * Buckets of durations, a sixteenth of a power of two wide (at most 6.25 %), in whole microseconds. Only integers are used, so
 * every machine puts a duration into the same bucket.
 */

const perPower = 16;
const bits = 4;

/** The bucket of a duration of `us` ≥ 0 whole microseconds (at most 2^53). Larger durations never have smaller buckets. */
export function bucketOf(us: number): number {
  if (us < perPower) return us;
  const power = highestBit(us);
  // The bits below the highest one.
  const part = Math.floor(us / 2 ** (power - bits)) - perPower;
  return (power - bits + 1) * perPower + part;
}

function highestBit(value: number): number {
  const high = Math.floor(value / 2 ** 32);
  return high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(value);
}
