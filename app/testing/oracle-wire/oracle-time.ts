/**
 * Oracle's dates on the wire. DATE: century + 100, year of century + 100, month, day, hour + 1, minute + 1, second + 1.
 * TIMESTAMP adds four bytes of nanoseconds. WITH TIME ZONE carries the moment in UTC and adds the zone's hour + 20 and
 * minute + 60.
 */

/** Bytes of the three forms. */
export const dateSize = 7;
export const timestampSize = 11;
export const zonedTimestampSize = 13;

const secondsOfDay = 86_400;
const microsOfSecond = 1_000_000n;

/** A date and time of day, as fields. */
interface Moment {
  /** Seconds since 1970-01-01 of the fields taken as UTC. */
  readonly seconds: number;
  readonly nanos: number;
}

const textPattern = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?)?$/;

/**
 * A time a backend may give: microseconds since 1970-01-01, or text `YYYY-MM-DD[ HH:MM:SS[.fffffffff]]` where
 * nanoseconds matter. Both are a wall clock for DATE and TIMESTAMP and UTC for WITH TIME ZONE.
 */
export type WireTime = bigint | string;

/** Writes seven bytes; what is below a second is cut off, as Oracle's DATE has none. */
export function encodeDate(value: WireTime, bytes: Buffer, at: number): number {
  writeFields(momentOf(value).seconds, bytes, at);
  return dateSize;
}

/** Writes eleven bytes. */
export function encodeTimestamp(value: WireTime, bytes: Buffer, at: number): number {
  const { seconds, nanos } = momentOf(value);
  writeFields(seconds, bytes, at);
  bytes.writeUInt32BE(nanos, at + dateSize);
  return timestampSize;
}

/** Writes thirteen bytes, zone +00:00. */
export function encodeZonedTimestamp(value: WireTime, bytes: Buffer, at: number): number {
  encodeTimestamp(value, bytes, at);
  bytes[at + timestampSize] = 20;
  bytes[at + timestampSize + 1] = 60;
  return zonedTimestampSize;
}

/** Microseconds since 1970-01-01 of a DATE, TIMESTAMP or TIMESTAMP WITH TIME ZONE; nanoseconds below are cut off. */
export function decodeMicros(bytes: Buffer): bigint {
  const year = (bytes.readUInt8(0) - 100) * 100 + bytes.readUInt8(1) - 100;
  const days = daysFromCivil(year, bytes.readUInt8(2), bytes.readUInt8(3));
  const seconds = days * secondsOfDay + (bytes.readUInt8(4) - 1) * 3600 + (bytes.readUInt8(5) - 1) * 60 + (bytes.readUInt8(6) - 1);
  const nanos = bytes.length >= timestampSize ? bytes.readUInt32BE(dateSize) : 0;
  return BigInt(seconds) * microsOfSecond + BigInt(Math.floor(nanos / 1000));
}

function momentOf(value: WireTime): Moment {
  if (typeof value === 'string') return momentOfText(value);
  let seconds = value / microsOfSecond;
  let micros = value % microsOfSecond;
  if (micros < 0n) {
    micros += microsOfSecond;
    seconds -= 1n;
  }
  return { seconds: Number(seconds), nanos: Number(micros) * 1000 };
}

function momentOfText(text: string): Moment {
  const parts = textPattern.exec(text);
  if (parts === null) throw new RangeError(`not a date: ${text}`);
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part: string | undefined) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const seconds = daysFromCivil(year, month, day) * secondsOfDay + hour * 3600 + minute * 60 + second;
  return { seconds, nanos: Number((parts[7] ?? '').padEnd(9, '0')) };
}

function writeFields(seconds: number, bytes: Buffer, at: number): void {
  const days = Math.floor(seconds / secondsOfDay);
  const rest = seconds - days * secondsOfDay;
  // Days to a proleptic Gregorian date without Date, which is several times slower here.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  if (year < 1 || year > 9999) throw new RangeError(`year ${String(year)} is outside 0001 to 9999`);
  bytes[at] = Math.floor(year / 100) + 100;
  bytes[at + 1] = (year % 100) + 100;
  bytes[at + 2] = month;
  bytes[at + 3] = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  bytes[at + 4] = Math.floor(rest / 3600) + 1;
  bytes[at + 5] = Math.floor((rest % 3600) / 60) + 1;
  bytes[at + 6] = (rest % 60) + 1;
}

function daysFromCivil(year: number, month: number, day: number): number {
  const fromMarch = month <= 2 ? year - 1 : year;
  const era = Math.floor(fromMarch / 400);
  const yearOfEra = fromMarch - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}
