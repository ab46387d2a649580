/** Which columns of a wide table are drawn: the pinned first ones always, of the others those in view. */

/** The drawn columns beside the pinned ones; `last` is inclusive, `last < first` when there are none. */
export interface ColumnsInView {
  readonly first: number;
  readonly last: number;
  /** Width of the columns that are left out before `first`, beside the pinned ones. */
  readonly skippedPx: number;
}

/** Columns `pinned …` that touch the view of a width at a horizontal scroll position. */
export function columnsInView(widths: readonly number[], pinned: number, scrollLeft: number, viewport: number): ColumnsInView {
  const pinnedWidth = sum(widths.slice(0, pinned));
  let edge = pinnedWidth;
  let first = pinned;
  while (first < widths.length - 1 && edge + (widths[first] ?? 0) <= scrollLeft + pinnedWidth) {
    edge += widths[first] ?? 0;
    first += 1;
  }
  const skippedPx = edge - pinnedWidth;
  let last = first;
  edge += widths[first] ?? 0;
  while (last < widths.length - 1 && edge < scrollLeft + viewport) {
    last += 1;
    edge += widths[last] ?? 0;
  }
  return { first, last: Math.min(last, widths.length - 1), skippedPx };
}

/** The scroll position nearest to the present one at which a column is wholly in view. */
export function scrollLeftToShow(widths: readonly number[], pinned: number, scrollLeft: number, viewport: number, column: number): number {
  if (column < pinned) return scrollLeft;
  const left = sum(widths.slice(0, column));
  const pinnedWidth = sum(widths.slice(0, pinned));
  if (left < scrollLeft + pinnedWidth) return left - pinnedWidth;
  const right = left + (widths[column] ?? 0);
  return right > scrollLeft + viewport ? Math.min(right - viewport, left - pinnedWidth) : scrollLeft;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
