/**
 * Moments in time with microseconds. An {@link Instant} is text, so that it can be sent anywhere without loss.
 */

/** A moment in UTC: `YYYY-MM-DDTHH:MM:SS.ffffffZ`, always six digits of fraction. Sorts as text. */
export type Instant = string;

const pattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{6})Z$/;

/** Whether the text is an instant in exactly the form above and a real date. */
export function isInstant(text: string): boolean {
  return pattern.test(text) && !Number.isNaN(Date.parse(text)) && instantFromMicros(microsOfInstant(text)) === text;
}

/** The instant of an epoch count of microseconds (years 0001 to 9999). */
export function instantFromMicros(micros: bigint): Instant {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = (micros - fraction) / 1_000_000n;
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${fraction.toString().padStart(6, '0')}Z`;
}

/** The instant of an epoch count of milliseconds. */
export function instantFromMs(ms: number): Instant {
  return instantFromMicros(BigInt(Math.round(ms)) * 1000n);
}

/** Microseconds since 1970-01-01 UTC. */
export function microsOfInstant(instant: Instant): bigint {
  return BigInt(Date.parse(`${instant.slice(0, 19)}Z`)) * 1000n + BigInt(instant.slice(20, 26));
}

/** Milliseconds since 1970-01-01 UTC; what is below a millisecond is cut off. */
export function msOfInstant(instant: Instant): number {
  return Number(microsOfInstant(instant) / 1000n);
}

/** The instant `hours` later (earlier where negative); fractions of an hour are kept to the microsecond. */
export function addHours(instant: Instant, hours: number): Instant {
  return instantFromMicros(microsOfInstant(instant) + BigInt(Math.round(hours * 3_600_000_000)));
}

/** The earlier of two instants. */
export function earlierOf(a: Instant, b: Instant): Instant {
  return a < b ? a : b;
}

/** The later of two instants. */
export function laterOf(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}

/**
 * The same second without its fraction. A lower bound of whole seconds lets no more than a second more through, and a
 * database can compare it with a DATE column by that column's index.
 */
export function wholeSecond(instant: Instant): Instant {
  return `${instant.slice(0, 19)}.000000Z`;
}
