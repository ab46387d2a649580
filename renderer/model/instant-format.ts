/** Instants as wall-clock text in a zone, without losing a microsecond. */
import { isZone, shownFraction } from '../../app/model/zoned-time.ts';

/** Writes instants of one zone. */
export interface InstantFormat {
  readonly zone: string;
  /** `YYYY-MM-DD HH:MM:SS`, with the fraction where there is one. */
  full(instant: string): string;
  /** `MM-DD HH:MM:SS` of a count of milliseconds since 1970, for logs: they go on over midnight. */
  dayAndTime(ms: number): string;
  /** The zone's offset at the instant: `UTC+01:00`. */
  offset(instant: string): string;
}

/** The writer for an IANA zone; an unknown zone is replaced by UTC, and `zone` says so. */
export function createInstantFormat(wanted: string): InstantFormat {
  const zone = isZone(wanted) ? wanted : 'UTC';
  // Formatters are costly to make; most users of a zone's name never write a time.
  let dateTime: Intl.DateTimeFormat | undefined;
  let offset: Intl.DateTimeFormat | undefined;
  const partsOf = (ms: number): Record<string, string> =>
    Object.fromEntries((dateTime ??= dateTimeIn(zone)).formatToParts(ms).map((part) => [part.type, part.value]));
  return {
    zone,
    full: (instant) => {
      const ms = Date.parse(`${instant.slice(0, 19)}Z`);
      if (Number.isNaN(ms)) return instant;
      // At the ends of the calendar the local year would leave the four digits: there UTC is said, as such.
      if (instant < '0001-01-03' || instant > '9999-12-30') return `${instant.slice(0, 19).replace('T', ' ')}${shownFraction(instant)}Z`;
      const part = partsOf(ms);
      const date = `${(part.year ?? '').padStart(4, '0')}-${part.month ?? ''}-${part.day ?? ''}`;
      return `${date} ${part.hour ?? ''}:${part.minute ?? ''}:${part.second ?? ''}${shownFraction(instant)}`;
    },
    dayAndTime: (ms) => {
      const part = partsOf(ms);
      return `${part.month ?? ''}-${part.day ?? ''} ${part.hour ?? ''}:${part.minute ?? ''}:${part.second ?? ''}`;
    },
    offset: (instant) => {
      const ms = Date.parse(`${instant.slice(0, 19)}Z`);
      if (Number.isNaN(ms)) return 'UTC+00:00';
      offset ??= new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
      const name = offset.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
      return name === 'GMT' ? 'UTC+00:00' : name.replace('GMT', 'UTC');
    },
  };
}

function dateTimeIn(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
}
