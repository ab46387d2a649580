/** The columns of a table that are drawn at a horizontal position. */
import { columnsInView } from './columns-in-view.ts';
import { formatCount } from '../../model/numbers.ts';
import type { DrawnColumn } from './table-row.tsx';
import type { LaidOutColumn } from './use-column-layout.ts';

/** How many columns stick at the left: the first, as soon as there is another. */
export function pinnedCount(columns: readonly LaidOutColumn[]): number {
  return columns.length > 1 ? 1 : 0;
}

/** Width of the columns that stick at the left, in pixels. */
export function pinnedWidth(columns: readonly LaidOutColumn[]): number {
  return columns.slice(0, pinnedCount(columns)).reduce((sum, { width }) => sum + width, 0);
}

/** Width of the row numbers for a table of so many rows, in pixels. */
export function gutterWidth(rows: number): number {
  return Math.max(44, formatCount(rows).length * 7 + 20);
}

/** Pinned columns and those in view, each with its place and the gap that the left-out ones leave. */
export function drawnColumns(
  columns: readonly LaidOutColumn[],
  gutterPx: number,
  view: { readonly left: number; readonly width: number },
): readonly DrawnColumn[] {
  const pinned = pinnedCount(columns);
  const widths = columns.map((column) => column.width);
  const { first, last, skippedPx } = columnsInView(widths, pinned, view.left, view.width - gutterPx);
  let stickPx = gutterPx;
  const drawn: DrawnColumn[] = [];
  for (const [place, column] of columns.entries()) {
    if (place < pinned) {
      drawn.push({ column, place, stickPx, gapPx: 0 });
      stickPx += column.width;
    } else if (place >= first && place <= last) {
      drawn.push({ column, place, stickPx: null, gapPx: place === first ? skippedPx : 0 });
    }
  }
  return drawn;
}
