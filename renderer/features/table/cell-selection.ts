/** A rectangle of selected cells, and how keys and clicks move it. Rows and columns count from 0 as they are shown. */

/** A cell; row −1 is the header. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

/** From where the selection was begun to where it is now; the active cell is `focus`. */
export interface CellSelection {
  readonly anchor: CellPlace;
  readonly focus: CellPlace;
}

/** A filled rectangle, all bounds inclusive. */
export interface CellArea {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** The size of the table, and how many rows a page-up or page-down moves. */
export interface TableExtent {
  readonly rows: number;
  readonly columns: number;
  readonly pageRows: number;
}

/** A key with its modifiers, as far as they matter here. */
export interface MoveKey {
  readonly key: string;
  readonly ctrl: boolean;
  readonly shift: boolean;
}

/** The row of the header. */
export const headerRow = -1;

/** A selection of one cell. */
export function selectCell(place: CellPlace): CellSelection {
  return { anchor: place, focus: place };
}

/** The selection after a key; `null` when the key does not move it. With shift the anchor stays. */
export function moveSelection(selection: CellSelection | null, pressed: MoveKey, extent: TableExtent): CellSelection | null {
  if (extent.columns === 0) return null;
  if (pressed.ctrl && pressed.key.toLowerCase() === 'a') return selectAll(extent);
  const from = selection?.focus ?? { row: headerRow, column: 0 };
  const to = placeAfter(from, pressed, extent);
  if (to === null) return null;
  // A range holds cells only: it cannot be drawn out of, or into, the header.
  const isRange = pressed.shift && selection !== null && selection.anchor.row !== headerRow;
  if (!isRange) return selectCell(to);
  return { anchor: selection.anchor, focus: to.row === headerRow ? { ...to, row: 0 } : to };
}

/** The selected cells; `null` when nothing or the header is selected. */
export function areaOf(selection: CellSelection | null): CellArea | null {
  if (selection === null || selection.focus.row === headerRow || selection.anchor.row === headerRow) return null;
  const { anchor, focus } = selection;
  return {
    top: Math.min(anchor.row, focus.row),
    bottom: Math.max(anchor.row, focus.row),
    left: Math.min(anchor.column, focus.column),
    right: Math.max(anchor.column, focus.column),
  };
}

/** How many cells an area has. */
export function cellCount(area: CellArea): number {
  return (area.bottom - area.top + 1) * (area.right - area.left + 1);
}

/** A selection that fits into a table that has become smaller; `null` when nothing of it is left. */
export function clampSelection(selection: CellSelection | null, rows: number, columns: number): CellSelection | null {
  if (selection === null || columns === 0) return null;
  const clamp = (place: CellPlace): CellPlace => ({ row: Math.min(place.row, rows - 1), column: Math.min(place.column, columns - 1) });
  const [anchor, focus] = [clamp(selection.anchor), clamp(selection.focus)];
  const isSame = anchor.row === selection.anchor.row && anchor.column === selection.anchor.column;
  return isSame && focus.row === selection.focus.row && focus.column === selection.focus.column ? selection : { anchor, focus };
}

function selectAll({ rows, columns }: TableExtent): CellSelection | null {
  if (rows === 0) return null;
  return { anchor: { row: rows - 1, column: columns - 1 }, focus: { row: 0, column: 0 } };
}

function placeAfter(from: CellPlace, { key, ctrl }: MoveKey, { rows, columns, pageRows }: TableExtent): CellPlace | null {
  const lastRow = rows - 1;
  const inRows = (row: number): number => Math.min(Math.max(row, headerRow), lastRow);
  const inColumns = (column: number): number => Math.min(Math.max(column, 0), columns - 1);
  switch (key) {
    case 'ArrowUp':
      return { row: ctrl ? Math.min(0, lastRow) : inRows(from.row - 1), column: from.column };
    case 'ArrowDown':
      return { row: ctrl ? lastRow : inRows(from.row + 1), column: from.column };
    case 'ArrowLeft':
      return { row: from.row, column: ctrl ? 0 : inColumns(from.column - 1) };
    case 'ArrowRight':
      return { row: from.row, column: ctrl ? columns - 1 : inColumns(from.column + 1) };
    case 'PageUp':
      return { row: Math.max(inRows(from.row - pageRows), Math.min(0, lastRow)), column: from.column };
    case 'PageDown':
      return { row: inRows(from.row + pageRows), column: from.column };
    case 'Home':
      return ctrl ? { row: Math.min(0, lastRow), column: 0 } : { row: from.row, column: 0 };
    case 'End':
      return ctrl ? { row: lastRow, column: columns - 1 } : { row: from.row, column: columns - 1 };
    default:
      return null;
  }
}
