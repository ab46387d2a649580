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

const quarterMs = 900_000;

/** A function from instants to local hours. Offsets are looked up once for each quarter of an hour: zones change theirs no oftener. */
export function localHours(zone: string): (instant: Instant) => LocalHour {
  const offsets = new Map<number, number>();
  return (instant) => {
    const ms = msOfInstant(instant);
    const quarter = Math.floor(ms / quarterMs);
    let offset = offsets.get(quarter);
    if (offset === undefined) {
      offset = offsetMs(offsetInZone(instant, zone));
      offsets.set(quarter, offset);
    }
    const local = new Date(ms + offset);
    return { weekday: (local.getUTCDay() + 6) % 7, hour: local.getUTCHours() };
  };
}

/** Milliseconds of an offset like `-03:30`. */
function offsetMs(offset: string): number {
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
