/** The lower bound of a time range, safe on the night when clocks are set back. */
import { Temporal } from 'temporal-polyfill';
import { type Instant, instantFromMicros, microsOfInstant } from '../model/instant.ts';

/**
 * The instant to bind for "not before `instant`" in a database that keeps wall clocks of a zone.
 *
 * In the hour before clocks are set back, later moments have earlier wall clocks: from 02:30 summer time on, rows of 02:10 winter
 * time are still to come, and a bound of 02:30 would lose them. There the bound is put back to the earliest wall clock that is still
 * to come. It lets a little too much through, which the evaluation of the window takes out again; it never loses a row.
 */
export function lowerBoundInstant(instant: Instant, zone: string): Instant {
  const micros = microsOfInstant(instant);
  const zoned = new Temporal.ZonedDateTime(micros * 1000n, zone);
  const transition = zoned.getTimeZoneTransition('next');
  if (transition === null) return instant;
  const setBackMicros = BigInt(zoned.offsetNanoseconds - transition.offsetNanoseconds) / 1000n;
  const transitionMicros = transition.epochNanoseconds / 1000n;
  return transitionMicros - micros < setBackMicros ? instantFromMicros(transitionMicros - setBackMicros) : instant;
}
