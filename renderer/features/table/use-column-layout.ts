import { columnOrderingFeature, columnSizingFeature, columnVisibilityFeature, tableFeatures, useTable } from '@tanstack/react-table';
import { useMemo, useState } from 'react';
import type { Cell } from '../../../app/model/table.ts';
import { useRemembered } from '../../ui/use-remembered.ts';
import { type ShownColumn, suggestedWidth } from './cell-text.ts';

/** A column where it stands. */
export interface LaidOutColumn {
  readonly shown: ShownColumn;
  readonly width: number;
}

/** The columns of a table as the analyst has arranged them. */
export interface ColumnLayout {
  /** Visible columns in their order. */
  readonly columns: readonly LaidOutColumn[];
  /** All columns in their order. */
  readonly all: readonly { readonly shown: ShownColumn; readonly isVisible: boolean }[];
  readonly resize: (id: string, width: number) => void;
  /** Puts a column before the visible column at this place; beyond the last, at the end. */
  readonly move: (id: string, place: number) => void;
  readonly setVisible: (id: string, isVisible: boolean) => void;
  readonly reset: () => void;
}

interface RememberedLayout {
  readonly order: readonly string[];
  readonly visible: Readonly<Record<string, boolean>>;
  readonly widths: Readonly<Record<string, number>>;
}

/** Narrowest and widest a column can be made, in pixels. */
export const columnWidthLimits = { least: 48, most: 900 };

const features = tableFeatures({ columnOrderingFeature, columnSizingFeature, columnVisibilityFeature });
const untouched: RememberedLayout = { order: [], visible: {}, widths: {} };
// The library lays out columns only; rows are drawn from pages.
const noRows: (readonly Cell[])[] = [];

/** The layout of a table's columns, remembered under a name. `sample` are rows by which first widths are judged. */
export function useColumnLayout(name: string, shown: readonly ShownColumn[], sample: readonly (readonly Cell[])[]): ColumnLayout {
  const [layout, remember] = useRemembered(`table.${name}`, untouched, isLayout);
  const columns = useMemo(
    () =>
      shown.map((column) => ({
        id: column.id,
        accessorFn: (row: readonly Cell[]) => row[column.index] ?? null,
        size: suggestedWidth(column, sample),
        minSize: columnWidthLimits.least,
        maxSize: columnWidthLimits.most,
      })),
    [shown, sample],
  );
  const table = useTable({
    features,
    columns,
    data: noRows,
    state: { columnOrder: [...layout.order], columnVisibility: { ...layout.visible }, columnSizing: { ...layout.widths } },
  });
  const byId = useMemo(() => new Map(shown.map((column) => [column.id, column])), [shown]);
  const visible = table.getVisibleLeafColumns();
  const laidOut = visible.flatMap((column) => {
    const own = byId.get(column.id);
    return own === undefined ? [] : [{ shown: own, width: column.getSize() }];
  });
  return {
    columns: useStable(laidOut),
    all: table.getAllLeafColumns().flatMap((column) => {
      const own = byId.get(column.id);
      return own === undefined ? [] : [{ shown: own, isVisible: column.getIsVisible() }];
    }),
    resize: (id, width) => {
      const whole = Math.round(Math.min(Math.max(width, columnWidthLimits.least), columnWidthLimits.most));
      remember({ ...layout, widths: { ...layout.widths, [id]: whole } });
    },
    move: (id, place) => {
      const target = visible[place]?.id;
      if (target === id) return;
      const others = table
        .getAllLeafColumns()
        .map((column) => column.id)
        .filter((each) => each !== id);
      const at = target === undefined ? others.length : others.indexOf(target);
      remember({ ...layout, order: [...others.slice(0, at), id, ...others.slice(at)] });
    },
    setVisible: (id, isVisible) => {
      if (!isVisible && visible.length === 1) return;
      remember({ ...layout, visible: { ...layout.visible, [id]: isVisible } });
    },
    reset: () => remember(untouched),
  };
}

/** The same array as before while columns and widths are the same, so that rows are not drawn anew. */
function useStable(columns: readonly LaidOutColumn[]): readonly LaidOutColumn[] {
  const [stable, setStable] = useState(columns);
  if (stable === columns || isSameLayout(stable, columns)) return stable;
  setStable(columns);
  return columns;
}

function isSameLayout(a: readonly LaidOutColumn[], b: readonly LaidOutColumn[]): boolean {
  return a.length === b.length && a.every((column, index) => column.shown === b[index]?.shown && column.width === b[index].width);
}

function isLayout(value: unknown): value is RememberedLayout {
  if (typeof value !== 'object' || value === null || !('order' in value) || !('visible' in value) || !('widths' in value)) return false;
  const { order, visible, widths } = value;
  return (
    Array.isArray(order) &&
    order.every((id) => typeof id === 'string') &&
    isRecordOf(visible, (each) => typeof each === 'boolean') &&
    isRecordOf(widths, (each) => typeof each === 'number' && each >= columnWidthLimits.least && each <= columnWidthLimits.most)
  );
}

function isRecordOf(value: unknown, isValue: (each: unknown) => boolean): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(isValue);
}
