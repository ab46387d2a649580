import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import {
  areaOf,
  type CellArea,
  type CellPlace,
  type CellSelection,
  clampSelection,
  headerRow,
  moveSelection,
  selectCell,
} from './cell-selection.ts';

/** The selection of a table, moved by keys and pointer. */
export interface TableSelection {
  readonly selection: CellSelection | null;
  readonly area: CellArea | null;
  /** Moves the selection if the key does; says whether it did. */
  readonly onKey: (event: KeyboardEvent) => boolean;
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerOver: (event: PointerEvent) => void;
  /** Moves from wherever it is among the rows to another of them, in the same column. */
  readonly toRow: (row: number) => void;
}

interface SelectionInput {
  readonly rows: number;
  readonly columns: number;
  readonly pageRows: number;
  /** Called where a key has moved the active cell; `isToEdge` where the key asks for the left edge. */
  readonly onMoved: (place: CellPlace, isToEdge: boolean) => void;
}

/** Keeps the selection within the table. */
export function useCellSelection({ rows, columns, pageRows, onMoved }: SelectionInput): TableSelection {
  const [kept, setKept] = useState<CellSelection | null>(null);
  const selection = clampSelection(kept, rows, columns);
  return {
    selection,
    area: areaOf(selection),
    onKey: (event) => {
      const pressed = { key: event.key, ctrl: event.ctrlKey || event.metaKey, shift: event.shiftKey };
      const moved = moveSelection(selection, pressed, { rows, columns, pageRows });
      if (moved === null) return false;
      setKept(moved);
      // "All" keeps the view where it is.
      if (pressed.key.toLowerCase() !== 'a') onMoved(moved.focus, isToEdge(moved.focus, pressed.key));
      return true;
    },
    onPointerDown: (event) => {
      const place = placeOf(event.target);
      if (place === null || event.button !== 0) return;
      setKept(event.shiftKey && selection !== null ? { anchor: selection.anchor, focus: place } : selectCell(place));
    },
    onPointerOver: (event) => {
      const place = placeOf(event.target);
      if (place === null || selection === null || event.buttons !== 1) return;
      setKept({ anchor: selection.anchor, focus: place });
    },
    toRow: (row) =>
      setKept((before) => (before === null || before.focus.row === headerRow ? before : selectCell({ row, column: before.focus.column }))),
  };
}

/** The first column sticks, so it is always in view: a key that goes to it means what lies beside it. */
function isToEdge({ column }: CellPlace, key: string): boolean {
  return column === 0 && (key === 'Home' || key === 'ArrowLeft');
}

/** The cell under the pointer, by the attributes its element carries. */
function placeOf(target: EventTarget): CellPlace | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
  if (cell === null) return null;
  return { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
}
