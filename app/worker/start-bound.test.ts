import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantFromMicros, microsOfInstant } from '../model/instant.ts';
import { localTimestamp } from '../model/zoned-time.ts';
import { lowerBoundInstant } from './start-bound.ts';

const hour = 3_600_000_000n;

describe('lowerBoundInstant', () => {
  it.each([
    // In Berlin clocks go from 03:00 back to 02:00 at 01:00 UTC on 25 October 2026.
    ['Europe/Berlin', '2026-10-25T00:30:00.000000Z', '2026-10-25 02:00:00.000000'],
    ['Europe/Berlin', '2026-10-25T00:00:00.000001Z', '2026-10-25 02:00:00.000000'],
    ['Europe/Berlin', '2026-10-25T00:00:00.000000Z', '2026-10-25 02:00:00.000000'],
    ['Europe/Berlin', '2026-10-24T23:59:59.999999Z', '2026-10-25 01:59:59.999999'],
    ['Europe/Berlin', '2026-10-25T01:00:00.000000Z', '2026-10-25 02:00:00.000000'],
    ['Europe/Berlin', '2026-10-25T01:30:00.000000Z', '2026-10-25 02:30:00.000000'],
    ['Europe/Berlin', '2026-03-29T00:30:00.000000Z', '2026-03-29 01:30:00.000000'],
    ['Australia/Lord_Howe', '2026-04-04T14:45:00.000000Z', '2026-04-05 01:30:00.000000'],
    ['UTC', '2026-10-25T00:30:00.000000Z', '2026-10-25 00:30:00.000000'],
  ])('in %s, not before %s, is bound as %s', (zone, instant, local) => {
    expect(localTimestamp(lowerBoundInstant(instant, zone), zone)).toBe(local);
  });

  it('never loses a later moment, and never lets in more than the hour that is repeated', () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'America/Sao_Paulo');
    const first = microsOfInstant('2015-01-01T00:00:00.000000Z');
    const last = microsOfInstant('2030-01-01T00:00:00.000000Z');
    // Near the nights of change, where it matters, and anywhere.
    const changes = ['2026-10-25T01:00:00.000000Z', '2026-11-01T06:00:00.000000Z', '2026-04-04T15:00:00.000000Z'].map(microsOfInstant);
    const near = fc.tuple(fc.constantFrom(...changes), fc.bigInt({ min: -3n * hour, max: 3n * hour })).map(([at, by]) => at + by);
    const moment = fc.oneof(near, fc.bigInt({ min: first, max: last }));
    fc.assert(
      fc.property(zones, moment, fc.bigInt({ min: 0n, max: 6n * hour }), (zone, from, later) => {
        const bound = localTimestamp(lowerBoundInstant(instantFromMicros(from), zone), zone);
        expect(localTimestamp(instantFromMicros(from + later), zone) >= bound).toBe(true);
        expect(
          bound >= localTimestamp(instantFromMicros(from - hour), zone) || bound === localTimestamp(instantFromMicros(from), zone),
        ).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
