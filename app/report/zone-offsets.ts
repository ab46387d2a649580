/** The offset of a zone at many moments, fast: each stretch between two changes of the clocks is looked up once. */
import { Temporal } from 'temporal-polyfill';

interface Stretch {
  /** Milliseconds since 1970-01-01 UTC; the end is the first moment that no longer belongs to it. */
  readonly from: number;
  readonly to: number;
  readonly offsetMs: number;
}

/** Offsets of one IANA zone. */
export class ZoneOffsets {
  readonly #zone: string;
  readonly #stretches: Stretch[] = [];
  #last: Stretch | undefined;

  constructor(zone: string) {
    this.#zone = zone;
  }

  /** Milliseconds to add to UTC for the local time at a moment (milliseconds since 1970-01-01 UTC). */
  at(ms: number): number {
    const last = this.#last;
    if (last !== undefined && ms >= last.from && ms < last.to) return last.offsetMs;
    const known = this.#stretches.find((stretch) => ms >= stretch.from && ms < stretch.to) ?? this.#lookUp(ms);
    this.#last = known;
    return known.offsetMs;
  }

  #lookUp(ms: number): Stretch {
    const zoned = Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO(this.#zone);
    // A moment later, so that a change at this very moment counts as the beginning.
    const previous = zoned.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
    const next = zoned.getTimeZoneTransition('next');
    const stretch: Stretch = {
      from: previous?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
      to: next?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
      offsetMs: zoned.offsetNanoseconds / 1_000_000,
    };
    this.#stretches.push(stretch);
    return stretch;
  }
}
