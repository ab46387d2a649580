import { describe, expect, it } from 'vitest';
import type { EvidenceEvent } from '../../app/model/client-evidence.ts';
import { laidOut, moved, showing, tickText, ticksOf, type TimeView, windowView, zoomed } from './time-line.ts';

const hour = 3_600_000_000;
const most: TimeView = { from: -720 * hour, to: hour };
const event: EvidenceEvent = { source: 'db/query', row: 1, time: null, beforeTMicros: null, isInWindow: true, cells: [] };

describe('the time line', () => {
  it('begins with the window and a little room at both ends', () => {
    const view = windowView({
      window: { from: '2026-11-19T14:00:00.000000Z', to: '2026-11-20T14:00:00.000000Z' },
      lastEvent: '2026-11-20T14:00:00.000000Z',
    });
    expect(view).toEqual({ from: -24.96 * hour, to: 0.96 * hour });
  });

  it('keeps the place under the pointer where it is while it is zoomed, and stays within what there is', () => {
    const view = { from: -24 * hour, to: 0 };
    const closer = zoomed(view, 0.5, -6 * hour, most);
    expect(closer).toEqual({ from: -15 * hour, to: -3 * hour });
    expect(zoomed(view, 1e9, -6 * hour, most)).toEqual(most);
    const closest = zoomed(view, 1e-9, -6 * hour, most);
    expect(closest.to - closest.from).toBeCloseTo(20_000_000, 3);
    expect(closest.from).toBeLessThanOrEqual(-6 * hour);
    expect(closest.to).toBeGreaterThanOrEqual(-6 * hour);
  });

  it('is moved no further than its ends, and only as far as an event needs', () => {
    const view = { from: -24 * hour, to: 0 };
    expect(moved(view, 10, most)).toEqual({ from: -23 * hour, to: hour });
    expect(moved(view, -0.5, most)).toEqual({ from: -36 * hour, to: -12 * hour });
    expect(showing(view, -3 * hour, most)).toBe(view);
    const far = showing(view, -500 * hour, most);
    expect(far.from).toBeLessThan(-500 * hour);
    expect(far.to - far.from).toBeCloseTo(24 * hour, 0);
  });

  it('is marked in whole steps from T', () => {
    const { places, step } = ticksOf({ from: -24 * hour, to: hour }, 800);
    expect(places.map((place) => tickText(place, step))).toEqual(['−24 h', '−18 h', '−12 h', '−6 h', 'T']);
    const days = ticksOf(most, 800);
    expect(days.places.map((place) => tickText(place, days.step))).toContain('−10 d');
  });

  it('places events to the microsecond and lays those that would hide one another below each other', () => {
    const at = [-10_000_000, -9_999_999, -1];
    const placed = laidOut(
      at.map((place) => ({ event, at: place })),
      { from: -10_000_000, to: 0 },
      10_000_000,
      3,
    );
    expect(placed.map(({ x }) => x)).toEqual([0, 1, 9_999_999]);
    expect(placed.map(({ row }) => row)).toEqual([0, 1, 0]);
  });
});
