/**
 * Where rows lie in a scrolled table. A browser limits the height of what it scrolls, and draws badly far below the limit;
 * so above a height the scrollbar runs over a shorter, scaled height, and the place in the table ("top") is counted apart
 * from the scroll position. Rows are placed from the first row in view, so no row ever has a large coordinate.
 */

/** The measures of a table, in CSS pixels. */
export interface ScrollGeometry {
  readonly rows: number;
  readonly rowHeight: number;
  readonly headerHeight: number;
  /** Height of the visible part, header included. */
  readonly viewport: number;
}

/** Greatest height given to the browser: half of where Chromium begins to lose borders, about 460,000 rows. */
export const mostScrollPx = 12_000_000;

/** Height of everything, header included. */
export function contentHeight({ rows, rowHeight, headerHeight }: ScrollGeometry): number {
  return headerHeight + rows * rowHeight;
}

/** Height the browser is told. */
export function scrollHeight(geometry: ScrollGeometry): number {
  return Math.min(contentHeight(geometry), mostScrollPx);
}

/** How many pixels of the table one pixel of the scrollbar stands for; 1 unless the table is very high. */
export function scaleOf(geometry: ScrollGeometry): number {
  const range = scrollHeight(geometry) - geometry.viewport;
  return range <= 0 ? 1 : Math.max(1, maxTop(geometry) / range);
}

/** The greatest top: the last row at the lower edge. */
export function maxTop(geometry: ScrollGeometry): number {
  return Math.max(0, contentHeight(geometry) - geometry.viewport);
}

/** A top within the table. */
export function clampTop(geometry: ScrollGeometry, top: number): number {
  return Math.min(Math.max(0, top), maxTop(geometry));
}

/** The top that a scroll position stands for. */
export function topOfScroll(geometry: ScrollGeometry, scrollTop: number): number {
  return clampTop(geometry, scrollTop * scaleOf(geometry));
}

/** The scroll position that stands for a top. */
export function scrollOfTop(geometry: ScrollGeometry, top: number): number {
  return top / scaleOf(geometry);
}

/** Rows in view at a top, with some more on either side; `last` is inclusive, `last < first` for an empty table. */
export function rowsInView(geometry: ScrollGeometry, top: number, overscan: number): { readonly first: number; readonly last: number } {
  const { rows, rowHeight, headerHeight, viewport } = geometry;
  const first = Math.floor(top / rowHeight) - overscan;
  const last = Math.ceil((top + viewport - headerHeight) / rowHeight) - 1 + overscan;
  return { first: Math.max(0, first), last: Math.min(rows - 1, last) };
}

/** The top nearest to the present one at which a row is wholly in view. */
export function topToShowRow(geometry: ScrollGeometry, top: number, row: number): number {
  const { rowHeight, headerHeight, viewport } = geometry;
  const rowTop = row * rowHeight;
  const room = viewport - headerHeight;
  if (rowTop < top) return clampTop(geometry, rowTop);
  if (rowTop + rowHeight > top + room) return clampTop(geometry, rowTop + rowHeight - room);
  return top;
}

/** Rows that fit into the view at once; at least one. */
export function rowsPerView({ rowHeight, headerHeight, viewport }: ScrollGeometry): number {
  return Math.max(1, Math.floor((viewport - headerHeight) / rowHeight));
}
