import { expect, it } from 'vitest';
import { showDistance, showDistanceRoughly } from './time-distance.ts';

it.each([
  ['0', 'at T'],
  ['1', '0.000001 s before T'],
  ['-1', '0.000001 s after T'],
  ['86400000000', '1 d before T'],
  ['86400000001', '1 d 00 h 00 m 00.000001 s before T'],
  ['11525000000', '3 h 12 m 05 s before T'],
  ['-93600000000', '1 d 02 h after T'],
  ['59999999', '59.999999 s before T'],
  ['63899971200000000', '739583 d before T'],
])('a distance of %s microseconds is “%s”', (micros, words) => {
  expect(showDistance(micros)).toBe(words);
});

it.each([
  ['0', 'at T'],
  ['-1', '0.000001 s after T'],
  ['59999999', '59.999999 s before T'],
  ['60000001', '1 m before T'],
  ['5087504531', '1 h 24 m 47 s before T'],
  ['-5087504531', '1 h 24 m 47 s after T'],
])('a distance of %s microseconds is “%s” where there is little room', (micros, words) => {
  expect(showDistanceRoughly(micros)).toBe(words);
});
