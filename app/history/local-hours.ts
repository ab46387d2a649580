/** On which weekday and at which hour something happened, in an IANA zone. */
import { type Instant, msOfInstant } from '../model/instant.ts';
import { offsetInZone } from '../model/zoned-time.ts';

/** A local hour of a week. */
export interface LocalHour {
  /** 0 is Monday. */
  readonly weekday: number;
  /** 0 to 23. */
  readonly hour: number;
}

/** A function from instants to local hours. They are worked out once for each quarter of an hour: zones change their offsets no oftener. */
export function localHours(zone: string): (instant: Instant) => LocalHour {
  const known = new Map<string, LocalHour>();
  return (instant) => {
    const quarter = instant.slice(0, 14) + String(Math.floor(Number(instant.slice(14, 16)) / 15));
    let hour = known.get(quarter);
    if (hour === undefined) {
      const local = new Date(msOfInstant(instant) + offsetMs(offsetInZone(instant, zone)));
      hour = { weekday: (local.getUTCDay() + 6) % 7, hour: local.getUTCHours() };
      known.set(quarter, hour);
    }
    return hour;
  };
}

/** Milliseconds of an offset like `-03:30`. */
function offsetMs(offset: string): number {
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
