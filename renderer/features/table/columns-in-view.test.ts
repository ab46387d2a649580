import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsInView, scrollLeftToShow } from './columns-in-view.ts';

describe('columnsInView', () => {
  it('leaves out what lies before and behind the view', () => {
    const widths = [100, 100, 100, 100, 100, 100];
    expect(columnsInView(widths, 1, 0, 300)).toEqual({ first: 1, last: 2, skippedPx: 0 });
    expect(columnsInView(widths, 1, 150, 300)).toEqual({ first: 2, last: 4, skippedPx: 100 });
    expect(columnsInView(widths, 1, 300, 300)).toEqual({ first: 4, last: 5, skippedPx: 300 });
  });

  it('draws every column that touches the view beside the pinned ones', () => {
    const widths = fc.array(fc.integer({ min: 48, max: 400 }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(widths, fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 500, max: 2_000 }), (each, at, viewport) => {
        const total = each.reduce((sum, width) => sum + width, 0);
        const scrollLeft = Math.max(0, total - viewport) * at;
        const { first, last, skippedPx } = columnsInView(each, 1, scrollLeft, viewport);
        const pinned = each[0] ?? 0;
        let left = 0;
        for (const [index, width] of each.entries()) {
          const touches = left + width > scrollLeft + pinned && left < scrollLeft + viewport;
          if (index > 0 && touches) expect(index >= first && index <= last).toBe(true);
          if (index === first) expect(left - pinned).toBe(skippedPx);
          left += width;
        }
      }),
    );
  });
});

describe('scrollLeftToShow', () => {
  it('moves just far enough, and not at all for a pinned or visible column', () => {
    const widths = [100, 100, 100, 100, 100, 100];
    expect(scrollLeftToShow(widths, 1, 250, 300, 0)).toBe(250);
    expect(scrollLeftToShow(widths, 1, 0, 300, 2)).toBe(0);
    expect(scrollLeftToShow(widths, 1, 0, 300, 4)).toBe(200);
    expect(scrollLeftToShow(widths, 1, 300, 300, 1)).toBe(0);
  });
});
