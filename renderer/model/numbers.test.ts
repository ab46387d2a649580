import { describe, expect, it } from 'vitest';
import { formatBytes, formatClock, formatCount, formatDecimal, formatDuration, formatPercent, formatRunningDuration } from './numbers.ts';

describe('numbers as the window writes them', () => {
  it('separate thousands', () => {
    expect([formatCount(0), formatCount(812404), formatDecimal(14.2171), formatDecimal(24)]).toEqual(['0', '812,404', '14.22', '24']);
  });

  it('write durations in the largest two units', () => {
    expect([400, 9_960, 41_000, 723_000, 7_500_000].map(formatDuration)).toEqual(['0.4 s', '10.0 s', '41 s', '12 m 03 s', '2 h 05 m']);
  });

  it('count running durations in whole seconds', () => {
    expect([0, 999, 9_999, 61_000].map(formatRunningDuration)).toEqual(['0 s', '0 s', '9 s', '1 m 01 s']);
  });

  it('write a clock with hours only where there are any', () => {
    expect([41_000, 723_000, 3_723_000].map(formatClock)).toEqual(['00:41', '12:03', '1:02:03']);
  });

  it('never round an incomplete share up to all or down to none', () => {
    expect([0, 0.004, 0.75, 0.996, 1].map(formatPercent)).toEqual(['0 %', '< 1 %', '75 %', '> 99 %', '100 %']);
  });

  it('write sizes in powers of a thousand', () => {
    expect([812, 3_400, 1_200_000, 2_500_000_000].map(formatBytes)).toEqual(['812 B', '3.4 KB', '1.2 MB', '2.5 GB']);
  });
});
