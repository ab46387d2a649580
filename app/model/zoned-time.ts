/**
 * Times as people type and read them, in an IANA zone. Nights on which clocks change are never settled silently: a time
 * that does not exist, or exists twice, is refused and the person is asked to say which (with an offset).
 */
import { Temporal } from 'temporal-polyfill';
import { CamError, failure } from './failure.ts';
import { type Instant, instantFromMicros, microsOfInstant } from './instant.ts';

/** Clocks are set back by an hour; in history by three at most. */
const mostRepeatedHours = 3;

/** Whether the text names an IANA zone that this machine knows. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone.includes('/') || zone === 'UTC' || zone === 'GMT';
  } catch {
    return false;
  }
}

/**
 * Reads a time: `now`, an ISO 8601 time with an offset or `Z`, or a date and time without one, which is read in `zone`
 * (`2026-11-20 14:00`, `2026-11-20T14:00:00.123456`). A date alone is refused: it could mean its beginning or its end.
 * @throws CamError `request.invalid` when it is not such a time, or the clocks skip or repeat it in the zone
 */
export function parseTime(text: string, zone: string, nowMs: number): Instant {
  const trimmed = text.trim();
  if (trimmed.toLowerCase() === 'now') return instantFromMicros(BigInt(Math.floor(nowMs)) * 1000n);
  const iso = trimmed.replace(/^(\d{4}-\d{2}-\d{2}) +(?=\d)/, '$1T');
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:?\d{2}/.test(iso)) throw notATime(trimmed);
  const hasOffset = /(?:[Zz]|[+-]\d{2}(?::?\d{2})?)$/.test(iso.slice(11));
  try {
    const instant = hasOffset
      ? Temporal.Instant.from(iso)
      : Temporal.PlainDateTime.from(iso).toZonedDateTime(zone, { disambiguation: 'reject' }).toInstant();
    return instantFromMicros(floorToMicros(instant.epochNanoseconds));
  } catch {
    throw hasOffset ? notATime(trimmed) : explainLocal(trimmed, iso, zone);
  }
}

/** The instant as a date and time in the zone: `2026-11-20 14:00:00`, with its {@link shownFraction}. */
export function formatInZone(instant: Instant, zone: string): string {
  const zoned = zonedOf(instant, zone);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const year = String(zoned.year).padStart(4, '0');
  const base = `${year}-${pad(zoned.month)}-${pad(zoned.day)} ${pad(zoned.hour)}:${pad(zoned.minute)}:${pad(zoned.second)}`;
  return `${base}${shownFraction(instant)}`;
}

/**
 * The fraction of a second of a time as people read it: three digits, all six where the time has microseconds, nothing for a whole second,
 * so that times beside each other have the same length: `.930`, `.930001`, or an empty text.
 */
export function shownFraction(time: string): string {
  const digits = (/\.(\d+)/.exec(time)?.[1] ?? '').padEnd(6, '0');
  if (/^0+$/.test(digits)) return '';
  return `.${/^\d{3}0+$/.test(digits) ? digits.slice(0, 3) : digits}`;
}

/** The zone's offset at that instant: `+01:00`. */
export function offsetInZone(instant: Instant, zone: string): string {
  return zonedOf(instant, zone).offset;
}

/**
 * When the clocks of the zone are set back so that an hour (or what it is there) which the clocks show twice lies between `from` and `to`, in
 * part at least; the earliest first.
 */
export function clocksSetBack(zone: string, from: Instant, to: Instant): readonly Instant[] {
  if (zone === 'UTC') return [];
  const found: Instant[] = [];
  const end = microsOfInstant(to) * 1000n;
  const begin = microsOfInstant(from) * 1000n;
  const last = zonedOf(to, zone).add({ hours: mostRepeatedHours }).epochNanoseconds;
  let at = zonedOf(from, zone).subtract({ hours: mostRepeatedHours }).getTimeZoneTransition('next');
  for (; at !== null && at.epochNanoseconds <= last; at = at.getTimeZoneTransition('next')) {
    const back = BigInt(at.subtract({ nanoseconds: 1 }).offsetNanoseconds - at.offsetNanoseconds);
    const isNear = at.epochNanoseconds - back <= end && at.epochNanoseconds + back >= begin;
    if (back > 0n && isNear) found.push(instantFromMicros(at.epochNanoseconds / 1000n));
  }
  return found;
}

/** The instant as local date and time of the zone with all six digits: `YYYY-MM-DD HH:MM:SS.ffffff`, for binding. */
export function localTimestamp(instant: Instant, zone: string): string {
  const text = formatInZone(instant, zone).slice(0, 19);
  return `${text}.${instant.slice(20, 26)}`;
}

function zonedOf(instant: Instant, zone: string): Temporal.ZonedDateTime {
  return new Temporal.ZonedDateTime(microsOfInstant(instant) * 1000n, zone);
}

function floorToMicros(nanoseconds: bigint): bigint {
  const rest = ((nanoseconds % 1000n) + 1000n) % 1000n;
  return (nanoseconds - rest) / 1000n;
}

function notATime(text: string): CamError {
  return new CamError(
    failure('request.invalid', {
      message: `“${text}” is not a date and time.`,
      action: 'Write it like 2026-11-20 14:00:00, or with an offset like 2026-11-20T14:00:00+01:00, or now.',
    }),
  );
}

function explainLocal(text: string, iso: string, zone: string): CamError {
  let plain: Temporal.PlainDateTime;
  try {
    plain = Temporal.PlainDateTime.from(iso);
  } catch {
    return notATime(text);
  }
  const earlier = plain.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const later = plain.toZonedDateTime(zone, { disambiguation: 'later' });
  const isGap = !earlier.toPlainDateTime().equals(plain);
  return new CamError(
    failure('request.invalid', {
      message: isGap
        ? `${text} does not exist in ${zone}: the clocks skip it that night.`
        : `${text} happens twice in ${zone}: the clocks are set back that night.`,
      action: isGap
        ? `Choose ${later.toPlainDateTime().toString().replace('T', ' ')} or write an offset.`
        : `Write ${iso}${earlier.offset} for the first or ${iso}${later.offset} for the second.`,
    }),
  );
}
