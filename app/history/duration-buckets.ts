/**
 * Buckets of durations, an eighth of a power of two wide (at most 12.5 %), in whole microseconds. Only integers are used, so
 * every machine puts a duration into the same bucket.
 */

const perPower = 8;

/** The bucket of a duration of `us` ≥ 0 whole microseconds (at most 2^53). Larger durations never have smaller buckets. */
export function bucketOf(us: number): number {
  if (us < perPower) return us;
  const power = highestBit(us);
  // The three bits below the highest one.
  const eighth = Math.floor(us / 2 ** (power - 3)) - perPower;
  return (power - 2) * perPower + eighth;
}

/** The smallest duration of a bucket, in microseconds; the largest is one less than that of the next bucket. */
export function lowestOf(bucket: number): number {
  if (bucket < perPower) return bucket;
  const power = Math.floor(bucket / perPower) + 2;
  return (perPower + (bucket % perPower)) * 2 ** (power - 3);
}

function highestBit(value: number): number {
  const high = Math.floor(value / 2 ** 32);
  return high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(value);
}
