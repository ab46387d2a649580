import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWallClock } from './timestamp-text.ts';

describe('parseWallClock', () => {
  it('agrees with the calendar of JavaScript for every second of years 0001 to 9999', () => {
    const first = Date.parse('0001-01-01T00:00:00Z') / 1000;
    const last = Date.parse('9999-12-31T23:59:59Z') / 1000;
    fc.assert(
      fc.property(fc.integer({ min: first, max: last }), fc.integer({ min: 0, max: 999_999 }), (seconds, micros) => {
        const text = `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')}.${String(micros).padStart(6, '0')}`;
        expect(parseWallClock(text)).toEqual({ seconds, micros });
      }),
    );
  });

  it.each([
    ['1970-01-01 00:00:00', 0, 0],
    ['1969-12-31 23:59:59.999999', -1, 999_999],
    ['2024-02-29 00:00:00.1', 1_709_164_800, 100_000],
    ['2024-02-29 00:00:00.123456789', 1_709_164_800, 123_456],
    ['-4712-01-01 00:00:00', -210_863_520_000, 0],
    ['10000-01-01 00:00:00', 253_402_300_800, 0],
  ])('reads %s', (text, seconds, micros) => {
    expect(parseWallClock(text)).toEqual({ seconds, micros });
  });

  it.each([
    '2023-02-29 00:00:00',
    '2100-02-29 00:00:00',
    '2023-04-31 00:00:00',
    '2023-00-10 00:00:00',
    '2023-13-10 00:00:00',
    '2023-01-00 00:00:00',
    '2023-01-01 24:00:00',
    '2023-01-01 23:60:00',
    '2023-01-01 23:59:60',
    '2023-01-01T23:59:59',
    '2023-01-01 23:59:59Z',
    '2023-01-01 23:59:59.',
    '2023-01-01 23:59:59,123456',
    'abcd-01-01 00:00:00',
    '2023-01-01',
    '',
  ])('refuses %s', (text) => {
    expect(parseWallClock(text)).toBeUndefined();
  });
});
