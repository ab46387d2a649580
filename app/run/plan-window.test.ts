import { describe, expect, it } from 'vitest';
import { notesOfRange, planWindow } from './plan-window.ts';

const lastEvent = '2026-11-20T14:00:00.000000Z';
const now = { nowMs: Date.UTC(2026, 10, 20, 14, 30), lookbackDays: 40 };

describe('the time of a run', () => {
  it('is one window that ends at the last event, both ends in it, and is read from the lookback on', () => {
    expect(planWindow({ lastEvent }, 24, now)).toEqual({
      window: { from: '2026-11-19T14:00:00.000000Z', to: lastEvent },
      windowHours: 24,
      startDate: '2026-10-11T14:30:00.000000Z',
    });
  });

  it('is read from the beginning of the window on where that lies before the lookback, in whole seconds', () => {
    const old = '2026-08-01T10:00:00.123456Z';
    expect(planWindow({ lastEvent: old }, 24, now)).toMatchObject({ startDate: '2026-07-31T10:00:00.000000Z' });
  });

  it('of a hunt is its range, through which the window slides', () => {
    const from = '2026-11-01T00:00:00.000000Z';
    expect(planWindow({ lastEvent, from }, 24, now)).toMatchObject({
      window: { from, to: lastEvent },
      range: { from, to: lastEvent },
      windowHours: 24,
    });
  });

  it.each([
    [lastEvent, 'The range ends before it begins.'],
    ['2026-11-20T14:00:01.000000Z', 'The range ends before it begins.'],
    ['2025-11-01T00:00:00.000000Z', 'The range is longer than 366 days.'],
  ])('from %s on is refused: %s', (from, message) => {
    expect(() => planWindow({ lastEvent, from }, 24, now)).toThrow(message);
  });

  it('may be 366 days, to the microsecond', () => {
    const from = '2025-11-19T14:00:00.000000Z';
    expect(planWindow({ lastEvent, from }, 24, now).range).toEqual({ from, to: lastEvent });
    expect(() => planWindow({ lastEvent, from: '2025-11-19T13:59:59.000000Z' }, 24, now)).toThrow('longer than 366 days');
  });
});

describe('a range that is shorter than the window', () => {
  it('is warned about: what began before it is not seen', () => {
    const range = { from: '2026-11-20T02:00:00.000000Z', to: lastEvent };
    expect(notesOfRange(range, 24)).toEqual(['The range is shorter than the window of 24 h: what began before it is not seen.']);
    expect(notesOfRange(range, 12)).toEqual([]);
    expect(notesOfRange(undefined, 24)).toEqual([]);
  });
});
