import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  maxTop,
  mostScrollPx,
  rowsInView,
  rowsPerView,
  scaleOf,
  type ScrollGeometry,
  scrollHeight,
  scrollOfTop,
  topOfScroll,
  topToShowRow,
} from './scroll-geometry.ts';

const geometry = (rows: number, viewport = 600): ScrollGeometry => ({ rows, rowHeight: 24, headerHeight: 42, viewport });
const anyGeometry = fc.record({
  rows: fc.oneof(fc.nat({ max: 2_000 }), fc.integer({ min: 400_000, max: 50_000_000 })),
  rowHeight: fc.constant(24),
  headerHeight: fc.constant(42),
  viewport: fc.integer({ min: 120, max: 1_400 }),
});
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('the geometry of a scrolled table', () => {
  it('gives the browser no more height than it draws well, and no scale below that', () => {
    expect([scrollHeight(geometry(1_000)), scaleOf(geometry(1_000))]).toEqual([24_042, 1]);
    expect(scrollHeight(geometry(1_000_000))).toBe(mostScrollPx);
    expect(scaleOf(geometry(1_000_000))).toBeCloseTo(2.0, 2);
  });

  it('reaches the first and the last row of any table by the scrollbar', () => {
    fc.assert(
      fc.property(anyGeometry, (each) => {
        expect(rowsInView(each, topOfScroll(each, 0), 0).first).toBe(0);
        const lowest = topOfScroll(each, scrollHeight(each) - each.viewport);
        expect(rowsInView(each, lowest, 0).last).toBe(each.rows - 1);
      }),
    );
  });

  it('goes from scroll position to place and back without a loss', () => {
    fc.assert(
      fc.property(anyGeometry, share, (each, at) => {
        const top = maxTop(each) * at;
        expect(Math.abs(topOfScroll(each, scrollOfTop(each, top)) - top)).toBeLessThan(0.01);
      }),
    );
  });

  it('shows any wanted row wholly, and does not move for one that is shown', () => {
    fc.assert(
      fc.property(anyGeometry, share, share, (each, at, row) => {
        fc.pre(each.rows > 0);
        const wanted = Math.floor(row * (each.rows - 1));
        const top = topToShowRow(each, maxTop(each) * at, wanted);
        expect(wanted * each.rowHeight).toBeGreaterThanOrEqual(top - 0.001);
        expect((wanted + 1) * each.rowHeight).toBeLessThanOrEqual(top + each.viewport - each.headerHeight + 0.001);
        expect(topToShowRow(each, top, wanted)).toBe(top);
      }),
    );
  });

  it('draws no more rows than fit, whatever the number of rows', () => {
    fc.assert(
      fc.property(anyGeometry, share, (each, at) => {
        const { first, last } = rowsInView(each, maxTop(each) * at, 3);
        expect(last - first + 1).toBeLessThanOrEqual(rowsPerView(each) + 9);
        expect(first).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('has nothing in view of an empty table', () => {
    expect(rowsInView(geometry(0), 0, 6)).toEqual({ first: 0, last: -1 });
  });
});
