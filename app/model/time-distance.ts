/** How far an event lies from T, exactly. */

const second = 1_000_000n;
const minute = 60n * second;
const hour = 60n * minute;
const day = 24n * hour;

/**
 * A distance in microseconds (positive: before T) in words: `3 h 12 m 05.000001 s before T`, `at T`, `1 d 02 h after T`.
 * Nothing is rounded; parts that are zero at the end are left out.
 */
export function showDistance(beforeTMicros: string): string {
  const micros = BigInt(beforeTMicros);
  if (micros === 0n) return 'at T';
  return `${showMicros(micros < 0n ? -micros : micros)} ${micros > 0n ? 'before' : 'after'} T`;
}

/** The same where there is little room: from a minute on, without the fraction of the second. Nothing else is left out. */
export function showDistanceRoughly(beforeTMicros: string): string {
  const micros = BigInt(beforeTMicros);
  const isLong = micros >= minute || micros <= -minute;
  return showDistance(isLong ? String(micros - (micros % second)) : beforeTMicros);
}

function showMicros(micros: bigint): string {
  const parts = [
    { count: micros / day, unit: 'd' },
    { count: (micros % day) / hour, unit: 'h' },
    { count: (micros % hour) / minute, unit: 'm' },
  ].map(({ count, unit }) => ({ count, text: count.toString(), unit }));
  const rest = micros % minute;
  const seconds = (rest / second).toString();
  const fraction = (rest % second).toString().padStart(6, '0').replace(/0+$/, '');
  const all = [...parts, { count: rest, text: fraction === '' ? seconds : `${seconds}.${fraction}`, unit: 's' }];
  const first = all.findIndex(({ count }) => count > 0n);
  const last = all.findLastIndex(({ count }) => count > 0n);
  return all
    .slice(first, last + 1)
    .map(({ text, unit }, place) => `${place === 0 ? text : padded(text)} ${unit}`)
    .join(' ');
}

/** Two digits before the point. */
function padded(text: string): string {
  return text.split('.')[0]?.length === 1 ? `0${text}` : text;
}
