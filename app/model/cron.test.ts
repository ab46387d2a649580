import { describe, expect, it } from 'vitest';
import { longestDistance, occurrencesOf } from './cron.ts';
import { instantFromMs } from './instant.ts';

const dayMs = 86_400_000;
/** A Monday. */
const monday = Date.UTC(2026, 10, 23);

describe('the longest distance between two runs', () => {
  it('is the same on whichever day it is asked for: a line with many runs a day does not hide the weekend', () => {
    const line = occurrencesOf('*/5 8-18 * * 1-5', 'Europe/Zurich');
    const hours = Array.from({ length: 7 }, (_, day) => longestDistance(line, instantFromMs(monday + day * dayMs))?.hours);
    // From Friday 18:55 to Monday 8:00, in the weekend on which clocks are set back.
    expect(new Set(hours)).toEqual(new Set([62 + 5 / 60]));
  });

  it.each([
    ['* * 1 * *', 30 * 24 + 1 / 60, 'a month without its first day'],
    ['0 0 29 2 *', 4 * 365 * 24 + 24, 'four years, though none has passed when it is looked'],
    ['0 0-8,12-20 * * *', 4, 'a pause at noon that is as long as the night'],
    ['30 2 * * *', 24, 'a day'],
    ['0 * * * *', 1, 'an hour'],
  ])('of %s in UTC is %d h: %s', (cron, hours) => {
    expect(longestDistance(occurrencesOf(cron, 'UTC'), instantFromMs(monday))?.hours).toBeCloseTo(hours, 6);
  });

  it('knows the night on which clocks are set back, however far ahead it lies', () => {
    const found = longestDistance(occurrencesOf('0 6 * * *', 'Europe/Zurich'), instantFromMs(monday));
    expect(found).toEqual({ from: '2027-10-30T04:00:00.000000Z', to: '2027-10-31T05:00:00.000000Z', hours: 25 });
  });

  it('is not there for a line that never holds', () => {
    expect(longestDistance(occurrencesOf('0 0 30 2 *', 'UTC'), instantFromMs(monday))).toBeUndefined();
  });
});
