import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { microsOfDate, microsOfTimestamp } from './postgres-time.ts';

/** As PostgreSQL writes it: no more digits of the fraction than needed. */
function written(ms: number, micros: number): string {
  const text = new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
  const fraction = micros.toString().padStart(6, '0').replace(/0+$/, '');
  return fraction === '' ? text : `${text}.${fraction}`;
}

const seconds = fc.integer({ min: Date.UTC(1000, 0, 1) / 1000, max: Date.UTC(9999, 11, 31) / 1000 });
const fractions = fc.integer({ min: 0, max: 999_999 });

describe('times of PostgreSQL', () => {
  it('are read to the microsecond in every year of four digits', () => {
    fc.assert(
      fc.property(seconds, fractions, (second, micros) => {
        expect(microsOfTimestamp(written(second * 1000, micros))).toBe(BigInt(second) * 1_000_000n + BigInt(micros));
      }),
      { numRuns: 2000 },
    );
  });

  it('with an offset are the moment they name', () => {
    const offset = fc.integer({ min: -15 * 60, max: 15 * 60 });
    fc.assert(
      fc.property(seconds, fractions, offset, (second, micros, minutes) => {
        const sign = minutes < 0 ? '-' : '+';
        const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
        const two = (value: number): string => value.toString().padStart(2, '0');
        const text = `${written(second * 1000, micros)}${sign}${two(hours)}${rest === 0 ? '' : `:${two(rest)}`}`;
        expect(microsOfTimestamp(text)).toBe(BigInt(second - minutes * 60) * 1_000_000n + BigInt(micros));
      }),
      { numRuns: 2000 },
    );
  });

  it('with an offset in seconds, as before standard time, are read too', () => {
    expect(microsOfTimestamp('1850-01-01 00:53:28+00:53:28')).toBe(BigInt(Date.UTC(1850, 0, 1)) * 1000n);
  });

  it('dates are the beginning of their day', () => {
    expect(microsOfDate('2024-02-29')).toBe(BigInt(Date.UTC(2024, 1, 29)) * 1000n);
    expect(microsOfDate('0001-01-01 BC')).toBe(BigInt(new Date('0000-01-01T00:00:00Z').getTime()) * 1000n);
    expect(microsOfDate('-infinity')).toBe(-(2n ** 63n - 1n));
  });

  it.each(['', 'tomorrow', '2024-01-01T10:00:00', '2024-1-1', '2024-01-01 10:00', '2024-01-01 10:00:00 PM'])(
    '%j is refused instead of guessed',
    (text) => {
      expect(() => microsOfTimestamp(text)).toThrow(RangeError);
    },
  );
});
