/**
 * Moments at which a cron line holds in a zone. Five fields: minute, hour, day of the month, month, day of the week.
 *
 * On nights on which clocks change, a line whose minute and hour are named (`30 2 * * *`, `30 2,14 * * *`) holds once: at the
 * first moment after the gap where the time is skipped, at the first of the two where it happens twice. A line with `*` or a
 * step in minute or hour follows the time that passes.
 */
import { Cron } from 'croner';
import { type Instant, instantFromMs, msOfInstant } from './instant.ts';

/** The moments of one line. */
export interface Occurrences {
  /** The first one after the instant; `undefined` where there is none (30 February). */
  after(instant: Instant): Instant | undefined;
  /** The last one at or before the instant. */
  atOrBefore(instant: Instant): Instant | undefined;
}

/** Reads a line. @throws Error with the library's own words where it is none */
export function occurrencesOf(cron: string, zone: string): Occurrences {
  const line = new Cron(cron, { timezone: zone, paused: true, mode: '5-part', fixedTimeRule: 'no-wildcard' });
  return {
    after: (instant) => instantOf(line.nextRun(new Date(msOfInstant(instant)))),
    atOrBefore: (instant) => {
      // The library looks strictly before; a second later, the moment itself is before.
      const [found] = line.previousRuns(1, new Date(msOfInstant(instant) + 1000));
      return instantOf(found ?? null);
    },
  };
}

function instantOf(date: Date | null): Instant | undefined {
  return date === null ? undefined : instantFromMs(date.getTime());
}

/** A distance between two occurrences. */
export interface Distance {
  readonly from: Instant;
  readonly to: Instant;
  readonly hours: number;
}

/** So many occurrences are looked at, and no more than 400 days. */
const lookedAt = 400;
const yearMs = 400 * 86_400_000;

/** The longest distance between two occurrences that follow, from the instant on for a year or 400 occurrences. */
export function longestDistance(occurrences: Occurrences, since: Instant): Distance | undefined {
  let longest: Distance | undefined;
  let from = occurrences.after(since);
  for (let count = 0; from !== undefined && count < lookedAt; count += 1) {
    const to = occurrences.after(from);
    if (to === undefined || msOfInstant(from) - msOfInstant(since) > yearMs) break;
    const hours = (msOfInstant(to) - msOfInstant(from)) / 3_600_000;
    if (longest === undefined || hours > longest.hours) longest = { from, to, hours };
    from = to;
  }
  return longest;
}
