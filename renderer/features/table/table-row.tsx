import { memo, type ReactNode } from 'react';
import type { Cell } from '../../../app/model/table.ts';
import { formatCount } from '../../model/numbers.ts';
import { classNames } from '../../ui/class-names.ts';
import type { AbsentWords, ShownColumn } from './cell-text.ts';
import styles from './data-table.module.css';
import { OpeningCell } from './opening-cell.tsx';
import type { OpeningColumn } from './table-commands.ts';
import type { LaidOutColumn } from './use-column-layout.ts';

/** A column that is drawn, with its place among the visible ones and where it sticks. */
export interface DrawnColumn {
  readonly column: LaidOutColumn;
  readonly place: number;
  /** Distance from the left edge at which it sticks; `null` for columns that scroll. */
  readonly stickPx: number | null;
  /** Width left out before it. */
  readonly gapPx: number;
}

interface TableRowProps {
  readonly tableId: string;
  readonly row: number;
  /** Rows of the table. */
  readonly rows: number;
  readonly cells: readonly Cell[] | undefined;
  readonly columns: readonly DrawnColumn[];
  readonly gutterPx: number;
  /** Selected columns of this row, inclusive; −1 for none. */
  readonly selectedFrom: number;
  readonly selectedTo: number;
  /** The active column of this row; −1 for none. */
  readonly active: number;
  readonly absent: AbsentWords;
  readonly opens: OpeningColumn | undefined;
}

/** One row in view. It is drawn anew only when its own cells, columns or selection change. */
export const TableRow = memo(function TableRow(props: TableRowProps): ReactNode {
  const { tableId, row, rows, cells, columns, gutterPx, selectedFrom, selectedTo, active, absent, opens } = props;
  return (
    <div role="row" aria-rowindex={row + 2} className={styles.row}>
      <div className={styles.gutter} style={{ width: gutterPx }} aria-hidden="true">
        {formatCount(row + 1)}
      </div>
      {columns.map(({ column: { shown, width }, place, stickPx, gapPx }) => {
        const cell = cells?.[shown.index];
        const isSelected = place >= selectedFrom && place <= selectedTo;
        return (
          <div
            key={shown.id}
            id={`${tableId}-${row}-${place}`}
            role="gridcell"
            aria-colindex={place + 1}
            aria-selected={isSelected}
            data-row={row}
            data-column={place}
            className={classNames(
              styles.cell,
              shown.align === 'right' && styles.right,
              shown.isMonospaced && styles.mono,
              cells === undefined && styles.loading,
              cell === null && styles.null,
              stickPx !== null && styles.pinned,
              isSelected && styles.selected,
              place === active && styles.active,
            )}
            style={stickPx === null ? { width, marginLeft: gapPx } : { width, left: stickPx }}
          >
            {cells !== undefined && cell !== null && cell !== undefined && opens?.column === shown.column.name ? (
              <OpeningCell cell={cell} hint={opens.hint(cell)} onOpen={() => opens.open(cell, row, rows)} />
            ) : (
              cells !== undefined && (cell === null ? absent(shown.column.name).word : content(shown, cell ?? null))
            )}
          </div>
        );
      })}
    </div>
  );
});

/** An instant is marked as one, for what is said of it on hover. */
function content({ column, text }: ShownColumn, cell: Cell): ReactNode {
  return column.kind === 'instant' && cell !== null ? <time dateTime={cell}>{text(cell)}</time> : text(cell);
}
