import { describe, expect, it } from 'vitest';
import { areaOf, cellCount, clampSelection, moveSelection, selectCell } from './cell-selection.ts';

const extent = { rows: 100, columns: 5, pageRows: 20 };
const press = (key: string, { shift = false, ctrl = false } = {}) => ({ key, shift, ctrl });
const at = (row: number, column: number) => selectCell({ row, column });

describe('moveSelection', () => {
  it('moves the active cell by arrows and stops at the edges', () => {
    expect(moveSelection(at(3, 2), press('ArrowDown'), extent)).toEqual(at(4, 2));
    expect(moveSelection(at(99, 4), press('ArrowDown'), extent)).toEqual(at(99, 4));
    expect(moveSelection(at(3, 4), press('ArrowRight'), extent)).toEqual(at(3, 4));
    expect(moveSelection(at(0, 1), press('ArrowUp'), extent)).toEqual(at(-1, 1));
    expect(moveSelection(null, press('ArrowDown'), extent)).toEqual(at(0, 0));
  });

  it('jumps to the edges with control, and by pages', () => {
    expect(moveSelection(at(50, 2), press('End', { ctrl: true }), extent)).toEqual(at(99, 4));
    expect(moveSelection(at(50, 2), press('Home', { ctrl: true }), extent)).toEqual(at(0, 0));
    expect(moveSelection(at(50, 2), press('ArrowUp', { ctrl: true }), extent)).toEqual(at(0, 2));
    expect(moveSelection(at(50, 2), press('PageDown'), extent)).toEqual(at(70, 2));
    expect(moveSelection(at(5, 2), press('PageUp'), extent)).toEqual(at(0, 2));
    expect(moveSelection(at(5, 2), press('Home'), extent)).toEqual(at(5, 0));
  });

  it('draws a range with shift and keeps it out of the header', () => {
    const one = moveSelection(at(1, 1), press('ArrowRight', { shift: true }), extent);
    const two = moveSelection(one, press('ArrowDown', { shift: true }), extent);
    expect(areaOf(two)).toEqual({ top: 1, bottom: 2, left: 1, right: 2 });
    expect(cellCount(areaOf(two)!)).toBe(4);
    const up = moveSelection(moveSelection(at(0, 1), press('ArrowUp', { shift: true }), extent), press('ArrowUp', { shift: true }), extent);
    expect(up).toEqual(at(0, 1));
  });

  it('selects all with control and A', () => {
    expect(cellCount(areaOf(moveSelection(null, press('a', { ctrl: true }), extent))!)).toBe(500);
    expect(moveSelection(null, press('a', { ctrl: true }), { ...extent, rows: 0 })).toBeNull();
  });

  it('leaves other keys to others, and an empty table alone', () => {
    expect(moveSelection(at(1, 1), press('x'), extent)).toBeNull();
    expect(moveSelection(null, press('ArrowDown'), { ...extent, columns: 0 })).toBeNull();
    expect(moveSelection(at(-1, 0), press('ArrowDown'), { ...extent, rows: 0 })).toEqual(at(-1, 0));
  });
});

describe('clampSelection', () => {
  it('keeps the selection within a table that has become smaller', () => {
    expect(clampSelection({ anchor: { row: 80, column: 4 }, focus: { row: 90, column: 1 } }, 10, 3)).toEqual({
      anchor: { row: 9, column: 2 },
      focus: { row: 9, column: 1 },
    });
    expect(areaOf(clampSelection(at(80, 4), 0, 3))).toBeNull();
    expect(clampSelection(at(1, 1), 10, 0)).toBeNull();
    const same = at(1, 1);
    expect(clampSelection(same, 10, 3)).toBe(same);
  });
});
