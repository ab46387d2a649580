/** Reads the time of the last event as an analyst types it, and finds the two traps of local time: gaps and doubled hours. */
import { Temporal } from 'temporal-polyfill';
import { addHours, type Instant, instantFromMicros } from '../../app/model/instant.ts';

/** One way to read a local time that can be read in two. */
export interface Reading {
  readonly instant: Instant;
  /** Text with its offset, such as `2026-10-25 02:30:00+01:00`: typed instead, it is unambiguous. */
  readonly text: string;
}

/** What a typed time means. */
export type LastEvent =
  | { readonly kind: 'empty' }
  /** The moment at which the run starts. */
  | { readonly kind: 'now' }
  | { readonly kind: 'instant'; readonly instant: Instant }
  /** The local time does not exist in the zone: clocks were put forward over it. */
  | { readonly kind: 'gap'; readonly before: Reading; readonly after: Reading }
  /** The local time occurs twice in the zone: clocks were put back. */
  | { readonly kind: 'ambiguous'; readonly earlier: Reading; readonly later: Reading }
  | { readonly kind: 'invalid'; readonly reason: 'form' | 'date' | 'offset' | 'zone' };

const pattern =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?)?\s*(Z|[+-]\d{2}:?\d{2}|[+-]\d{2})?$/i;

/** The meaning of the text in an IANA zone. A date without a time of day is its midnight. */
export function readLastEvent(text: string, zone: string): LastEvent {
  const typed = text.trim();
  if (typed === '') return { kind: 'empty' };
  if (typed.toLowerCase() === 'now') return { kind: 'now' };
  const match = pattern.exec(typed);
  if (match === null) return { kind: 'invalid', reason: 'form' };
  const local = localOf(match);
  if (local === undefined) return { kind: 'invalid', reason: 'date' };
  const offset = match[8];
  return offset === undefined ? inZone(local, zone) : atOffset(local, offset);
}

/** What `run.start` is sent for a readable time: an exact instant, or `now`; `null` for anything else. */
export function lastEventToSend(lastEvent: LastEvent): string | null {
  if (lastEvent.kind === 'now') return 'now';
  return lastEvent.kind === 'instant' ? lastEvent.instant : null;
}

/** Both ends of the window that ends at the instant. */
export function windowOf(lastEvent: Instant, hours: number): { readonly from: Instant; readonly to: Instant } {
  return { from: addHours(lastEvent, -hours), to: lastEvent };
}

/** The local time of a moment in the zone as it would be typed: `YYYY-MM-DD HH:MM:SS`. */
export function typedTimeOf(nowMs: number, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone).toPlainDateTime();
  return textOf(local, 'second');
}

function localOf(match: RegExpExecArray): Temporal.PlainDateTime | undefined {
  const part = (index: number): number => Number(match[index] ?? '0');
  const micros = Number((match[7] ?? '').padEnd(6, '0'));
  try {
    return Temporal.PlainDateTime.from(
      {
        year: part(1),
        month: part(2),
        day: part(3),
        hour: part(4),
        minute: part(5),
        second: part(6),
        millisecond: Math.floor(micros / 1000),
        microsecond: micros % 1000,
      },
      { overflow: 'reject' },
    );
  } catch {
    return undefined;
  }
}

function inZone(local: Temporal.PlainDateTime, zone: string): LastEvent {
  const read = (disambiguation: 'reject' | 'earlier' | 'later'): Temporal.ZonedDateTime => local.toZonedDateTime(zone, { disambiguation });
  try {
    return { kind: 'instant', instant: instantOf(read('reject')) };
  } catch {
    // Either the zone is unknown or the local time is: told apart below.
  }
  try {
    const [earlier, later] = [read('earlier'), read('later')];
    if (earlier.toPlainDateTime().equals(local)) return { kind: 'ambiguous', earlier: readingOf(earlier), later: readingOf(later) };
    return { kind: 'gap', before: readingOf(earlier), after: readingOf(later) };
  } catch {
    return { kind: 'invalid', reason: 'zone' };
  }
}

function atOffset(local: Temporal.PlainDateTime, offset: string): LastEvent {
  const normal = /^z$/i.test(offset) ? 'UTC' : offset.length === 3 ? `${offset}:00` : offset;
  try {
    return { kind: 'instant', instant: instantOf(local.toZonedDateTime(normal)) };
  } catch {
    return { kind: 'invalid', reason: 'offset' };
  }
}

function instantOf(zoned: Temporal.ZonedDateTime): Instant {
  return instantFromMicros(zoned.epochNanoseconds / 1000n);
}

function readingOf(zoned: Temporal.ZonedDateTime): Reading {
  return { instant: instantOf(zoned), text: `${textOf(zoned.toPlainDateTime(), 'auto')}${zoned.offset}` };
}

function textOf(local: Temporal.PlainDateTime, precision: 'second' | 'auto'): string {
  const text = local.toString(precision === 'second' ? { smallestUnit: 'second' } : {});
  return text.replace('T', ' ');
}
