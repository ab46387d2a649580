/** Parts of a time that stands in a field as text. */
import type { TimePart } from './rule.ts';

const pattern = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/;

/** The part of an ISO 8601 time; one with an offset is read in UTC, one without as it stands. `undefined` where it is no time. */
export function timePartOf(text: string, part: TimePart): number | undefined {
  const [, year, month, day, hour = '00', minute = '00', offset = 'Z'] = pattern.exec(text.trim()) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const withColon = offset === 'Z' ? offset : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:00${withColon}`);
  if (Number.isNaN(date.getTime())) return undefined;
  switch (part) {
    case 'minute':
      return date.getUTCMinutes();
    case 'hour':
      return date.getUTCHours();
    case 'day':
      return date.getUTCDate();
    case 'week':
      return isoWeekOf(date);
    case 'month':
      return date.getUTCMonth() + 1;
    case 'year':
      return date.getUTCFullYear();
  }
}

/** The ISO week is that of the week's Thursday, counted from the year in which the Thursday lies. */
function isoWeekOf(date: Date): number {
  const thursday = new Date(date);
  thursday.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const yearStart = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return Math.floor((Math.floor(thursday.getTime() / 86_400_000) - Math.floor(yearStart / 86_400_000)) / 7) + 1;
}
