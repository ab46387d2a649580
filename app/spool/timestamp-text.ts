/** Dates and times as text, read into microseconds. */

/** A wall clock as whole seconds since 1970-01-01 00:00:00 and microseconds (0 … 999,999) within the second. */
export interface WallClock {
  readonly seconds: number;
  readonly micros: number;
}

const pattern = /^(-?\d{4,6})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?$/;

/**
 * Reads `YYYY-MM-DD HH:MM:SS[.fraction]`; a year may have a sign and up to six digits. Digits below a microsecond are cut off.
 * Returns `undefined` where the text is no such time or names a day that no calendar has.
 */
export function parseWallClock(text: string): WallClock | undefined {
  return parseUsual(text) ?? parseAny(text);
}

/** Times with a year of four digits, read digit by digit: four times as fast as the pattern, and every row has one. */
function parseUsual(text: string): WallClock | undefined {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const hasMarks = text[4] === '-' && text[7] === '-' && text[10] === ' ' && text[13] === ':' && text[16] === ':';
  if (!hasMarks) return undefined;
  if (text.length === 19) return wallClock(year, month, day, hour, minute, second, 0);
  if (text.length !== 26 || text[19] !== '.') return undefined;
  const micros = twoDigits(text, 20) * 10_000 + twoDigits(text, 22) * 100 + twoDigits(text, 24);
  return wallClock(year, month, day, hour, minute, second, micros);
}

function parseAny(text: string): WallClock | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const part = (index: number): number => Number(match[index]);
  const micros = match[7] === undefined ? 0 : Number(match[7].padEnd(6, '0').slice(0, 6));
  return wallClock(part(1), part(2), part(3), part(4), part(5), part(6), micros);
}

/** The number that two digits make, or NaN where there are none. */
function twoDigits(text: string, index: number): number {
  const tens = text.charCodeAt(index) - 48;
  const ones = text.charCodeAt(index + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

function wallClock(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  micros: number,
): WallClock | undefined {
  // Written so that a NaN fails every comparison.
  const isDate = Number.isInteger(year) && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  if (!isDate || !(hour <= 23 && minute <= 59 && second <= 59 && micros <= 999_999)) return undefined;
  return { seconds: daysSinceEpoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second, micros };
}

function daysInMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** Days of the proleptic Gregorian calendar, counted in years that begin in March, so that the leap day is the last. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = month > 2 ? month - 3 : month + 9;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * marchMonth + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
