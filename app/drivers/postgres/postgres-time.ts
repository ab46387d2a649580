/** PostgreSQL's dates and times (`DateStyle` ISO) as microseconds since 1970-01-01. */

/** `infinity` is the end of 64 bits, as in DuckDB: outside every window, and itself again when it is read. */
const infinity = 2n ** 63n - 1n;
const microsPerDay = 86_400_000_000;
const usual = /^(\d{4,6})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?(?:([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?)?( BC)?$/;

/**
 * `2026-11-20 14:00:00.123456` as if in UTC, or with its offset (`+01`, `-03:30`) as the moment it is.
 * @throws RangeError for a time that 64 bits of microseconds cannot hold, or a text of another form
 */
export function microsOfTimestamp(text: string): bigint {
  const quick = usualTime(text);
  if (!Number.isNaN(quick)) return BigInt(quick);
  return anyTime(text);
}

/** `2026-11-20` as the beginning of that day. @throws RangeError as {@link microsOfTimestamp} does */
export function microsOfDate(text: string): bigint {
  return anyTime(text);
}

/**
 * Nearly every time has a year of four digits: read digit by digit it costs a quarter of the pattern. NaN for any other
 * text, and where microseconds would need more digits than a double has.
 */
function usualTime(text: string): number {
  const isForm = text[4] === '-' && text[7] === '-' && text[10] === ' ' && text[13] === ':' && text[16] === ':';
  if (!isForm) return NaN;
  const days = daysSinceEpoch(two(text, 0) * 100 + two(text, 2), two(text, 5), two(text, 8));
  const seconds = two(text, 11) * 3600 + two(text, 14) * 60 + two(text, 17);
  let micros = 0;
  let at = 19;
  if (text[at] === '.') {
    let scale = 100_000;
    for (at = 20; isDigit(text, at); at += 1) {
      micros += (text.charCodeAt(at) - 48) * scale;
      scale /= 10;
    }
  }
  let offset = 0;
  if (at < text.length) {
    const sign = text[at] === '+' ? 1 : text[at] === '-' ? -1 : NaN;
    const hasMinutes = text[at + 3] === ':' && text.length === at + 6;
    if (text.length !== at + 3 && !hasMinutes) return NaN;
    offset = sign * (two(text, at + 1) * 3600 + (hasMinutes ? two(text, at + 4) * 60 : 0));
  }
  const total = days * microsPerDay + (seconds - offset) * 1_000_000 + micros;
  return Number.isSafeInteger(total) ? total : NaN;
}

function anyTime(text: string): bigint {
  if (text === 'infinity') return infinity;
  if (text === '-infinity') return -infinity;
  const match = usual.exec(text);
  if (match === null) throw new RangeError('not a date or time of PostgreSQL');
  const part = (index: number): number => Number(match[index] ?? 0);
  // There is no year 0: 1 BC is the year before 1 AD.
  const year = match[12] === undefined ? part(1) : 1 - part(1);
  const offset = (match[8] === '-' ? -1 : 1) * (part(9) * 3600 + part(10) * 60 + part(11));
  const seconds = daysSinceEpoch(year, part(2), part(3)) * 86_400 + part(4) * 3600 + part(5) * 60 + part(6) - offset;
  const micros = BigInt(seconds) * 1_000_000n + BigInt((match[7] ?? '').padEnd(6, '0'));
  if (BigInt.asIntN(64, micros) !== micros) throw new RangeError('the time needs more than 64 bits of microseconds');
  return micros;
}

function two(text: string, index: number): number {
  const tens = text.charCodeAt(index) - 48;
  const ones = text.charCodeAt(index + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

function isDigit(text: string, index: number): boolean {
  const digit = text.charCodeAt(index) - 48;
  return digit >= 0 && digit <= 9;
}

/** Days of the proleptic Gregorian calendar, which PostgreSQL uses for all times, counted in years that begin in March. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
