import type { PointerEvent, ReactNode } from 'react';
import { classNames } from '../../ui/class-names.ts';
import type { CellArea, CellPlace } from './cell-selection.ts';
import type { AbsentWords } from './cell-text.ts';
import styles from './data-table.module.css';
import type { PageSource } from './page-source.ts';
import type { OpeningColumn } from './table-commands.ts';
import { type DrawnColumn, TableRow } from './table-row.tsx';

interface TableBodyProps {
  readonly tableId: string;
  readonly source: PageSource;
  /** Rows to draw, inclusive. */
  readonly inView: { readonly first: number; readonly last: number };
  /** Where the first drawn row lies, from the upper edge of the view: always a small number. */
  readonly offsetPx: number;
  readonly columns: readonly DrawnColumn[];
  readonly gutterPx: number;
  readonly area: CellArea | null;
  readonly focus: CellPlace | null;
  readonly isStale: boolean;
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerOver: (event: PointerEvent) => void;
  readonly absent: AbsentWords;
  readonly opens: OpeningColumn | undefined;
}

/** The rows in view. */
export function TableBody(props: TableBodyProps): ReactNode {
  const { tableId, source, inView, offsetPx, columns, gutterPx, area, focus, isStale, onPointerDown, onPointerOver, absent, opens } = props;
  const { matching } = source.snapshot();
  const rows: ReactNode[] = [];
  for (let row = inView.first; row <= inView.last; row += 1) {
    const isInArea = area !== null && row >= area.top && row <= area.bottom;
    rows.push(
      <TableRow
        key={row}
        tableId={tableId}
        row={row}
        rows={matching}
        cells={source.row(row)}
        columns={columns}
        gutterPx={gutterPx}
        selectedFrom={isInArea ? area.left : -1}
        selectedTo={isInArea ? area.right : -1}
        active={focus?.row === row ? focus.column : -1}
        absent={absent}
        opens={opens}
      />,
    );
  }
  return (
    <div
      role="rowgroup"
      className={classNames(styles.rows, isStale && styles.stale)}
      style={{ transform: `translateY(${offsetPx}px)` }}
      onPointerDown={onPointerDown}
      onPointerOver={onPointerOver}
    >
      {rows}
    </div>
  );
}
