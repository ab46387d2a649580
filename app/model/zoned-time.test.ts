import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CamError } from './failure.ts';
import { addHours, instantFromMicros, isInstant, microsOfInstant } from './instant.ts';
import { formatInZone, isZone, localTimestamp, parseTime } from './zoned-time.ts';

const messageOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof CamError) return `${error.failure.message} ${error.failure.action}`;
    throw error;
  }
  return 'nothing was thrown';
};

describe('times as people type them', () => {
  it('reads a time without an offset in the given zone', () => {
    expect(parseTime('2026-11-20 14:00', 'Europe/Berlin', 0)).toBe('2026-11-20T13:00:00.000000Z');
    expect(parseTime('2026-07-20T14:00:00.123456', 'Europe/Berlin', 0)).toBe('2026-07-20T12:00:00.123456Z');
  });

  it('reads a time with an offset as that moment, whatever the zone', () => {
    expect(parseTime('2026-11-20T14:00:00+05:30', 'Europe/Berlin', 0)).toBe('2026-11-20T08:30:00.000000Z');
    expect(parseTime('2026-11-20T14:00:00Z', 'Asia/Kolkata', 0)).toBe('2026-11-20T14:00:00.000000Z');
  });

  it('takes now from the clock it is given', () => {
    expect(parseTime(' Now ', 'UTC', Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBe('2026-01-02T03:04:05.678000Z');
  });

  it('refuses a time that the clocks skip and offers the next one', () => {
    const message = messageOf(() => parseTime('2026-03-29 02:30', 'Europe/Berlin', 0));
    expect(message).toContain('does not exist in Europe/Berlin');
    expect(message).toContain('2026-03-29 03:30');
  });

  it('refuses a time that happens twice and offers both offsets', () => {
    const message = messageOf(() => parseTime('2026-10-25 02:30', 'Europe/Berlin', 0));
    expect(message).toContain('happens twice');
    expect(message).toContain('+02:00');
    expect(message).toContain('+01:00');
  });

  it.each(['', 'yesterday', '2026-11-20', '2026-13-01 00:00', '20.11.2026 14:00', '2026-11-20 25:00'])(
    'refuses %j with an example of what to write',
    (text) => {
      expect(messageOf(() => parseTime(text, 'UTC', 0))).toContain('2026-11-20 14:00:00');
    },
  );

  it('knows zones by their IANA names and refuses others', () => {
    expect(['UTC', 'Europe/Berlin', 'America/New_York'].map(isZone)).toEqual([true, true, true]);
    expect(['', 'Berlin', 'CET+1', 'Europe/Nowhere'].map(isZone)).toEqual([false, false, false, false]);
  });

  it.each([
    ['000000', ''],
    ['930000', '.930'],
    ['829000', '.829'],
    ['000500', '.000500'],
    ['100001', '.100001'],
    ['120450', '.120450'],
  ])('shows an instant in a zone with three digits of its fraction %s, six of microseconds, none of a whole second', (digits, shown) => {
    expect(formatInZone(`2026-07-20T12:00:00.${digits}Z`, 'Europe/Berlin')).toBe(`2026-07-20 14:00:00${shown}`);
  });

  it('binds a local time with all six digits', () => {
    expect(localTimestamp('2026-07-20T12:00:00.120000Z', 'Europe/Berlin')).toBe('2026-07-20 14:00:00.120000');
  });
});

describe('instants', () => {
  const micros = fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n });

  it('keep every microsecond from year 1 to year 9999', () => {
    fc.assert(
      fc.property(micros, (value) => {
        const instant = instantFromMicros(value);
        expect(isInstant(instant)).toBe(true);
        expect(microsOfInstant(instant)).toBe(value);
      }),
    );
  });

  it('sort as text as they sort in time', () => {
    fc.assert(
      fc.property(micros, micros, (a, b) => {
        expect(instantFromMicros(a) < instantFromMicros(b)).toBe(a < b);
      }),
    );
  });

  it('add hours to the microsecond', () => {
    expect(addHours('2026-11-20T14:00:00.000001Z', -24)).toBe('2026-11-19T14:00:00.000001Z');
    expect(addHours('2026-11-20T14:00:00.000000Z', 0.5)).toBe('2026-11-20T14:30:00.000000Z');
  });
});
