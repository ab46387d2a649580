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

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** So far ahead is looked: all days of a year, with the nights on which clocks change. */
const ahead = 400 * dayMs;
/** The occurrences of two hours, of a line that holds each minute. */
const lookedAtSingly = 120;

/**
 * The longest distance between two occurrences that follow, of 400 days from the instant on, or the first one where that is longer still.
 *
 * A line holds at the same times on each of its days, so that not all occurrences have to be looked at: the first ones each, then two days
 * hour by hour, then all days at the hour that lies in the middle of the longest distance so far. Where several distances of a day are
 * equally long, the one that a clock change lengthens may be another: then the result is too short by that hour.
 */
export function longestDistance(occurrences: Occurrences, since: Instant): Distance | undefined {
  const first = occurrences.after(since);
  if (first === undefined) return undefined;
  const firstMs = msOfInstant(first);
  const near = [...singly(occurrences, first, firstMs + ahead), ...every(occurrences, hourMs, firstMs, firstMs + 2 * dayMs)];
  const longest = longestOf(near);
  if (longest === undefined) return undefined;
  const middleMs = (msOfInstant(longest.from) + msOfInstant(longest.to)) / 2;
  return longestOf([longest, ...every(occurrences, dayMs, middleMs, firstMs + ahead)]);
}

function* singly(occurrences: Occurrences, first: Instant, endMs: number): Generator<Distance> {
  let from = first;
  for (let count = 0; count < lookedAtSingly && msOfInstant(from) <= endMs; count += 1) {
    const to = occurrences.after(from);
    if (to === undefined) return;
    yield distance(from, to);
    from = to;
  }
}

/** The distances in which the moments lie that are so far apart, each once. */
function* every(occurrences: Occurrences, stepMs: number, beginMs: number, endMs: number): Generator<Distance> {
  for (let atMs = beginMs; atMs <= endMs;) {
    const at = instantFromMs(Math.floor(atMs));
    const [from, to] = [occurrences.atOrBefore(at), occurrences.after(at)];
    if (to === undefined) return;
    if (from !== undefined) yield distance(from, to);
    atMs += stepMs * Math.max(1, Math.ceil((msOfInstant(to) - atMs) / stepMs));
  }
}

function distance(from: Instant, to: Instant): Distance {
  return { from, to, hours: (msOfInstant(to) - msOfInstant(from)) / hourMs };
}

/** Of equal ones the first. */
function longestOf(distances: readonly Distance[]): Distance | undefined {
  return distances.reduce<Distance | undefined>(
    (longest, each) => (longest === undefined || each.hours > longest.hours ? each : longest),
    undefined,
  );
}
