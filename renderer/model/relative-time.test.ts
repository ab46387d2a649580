import { describe, expect, it } from 'vitest';
import { distanceOf } from './relative-time.ts';

const hour = 3_600_000;

describe('the distance from now', () => {
  it.each([
    [0, null],
    [4_999, null],
    [41_000, { length: { words: '41 s' }, isPast: true }],
    [-41_000, { length: { words: '41 s' }, isPast: false }],
    [47.5 * hour, { length: { words: '47 h 30 m' }, isPast: true }],
    [48 * hour, { length: { days: 2 }, isPast: true }],
    [-100 * hour, { length: { days: 4 }, isPast: false }],
  ])('of %d ms is told in words, from two days on in days', (ms, expected) => {
    expect(distanceOf(1_000_000_000_000 - ms, 1_000_000_000_000)).toEqual(expected);
  });
});
