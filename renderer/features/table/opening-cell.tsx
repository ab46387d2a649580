import type { ReactNode } from 'react';
import type { OpeningColumn } from './table-commands.ts';
import styles from './data-table.module.css';

interface OpeningCellProps {
  readonly cell: string;
  readonly opens: OpeningColumn;
}

/** The text of a cell as something to click. The grid has the focus and the keys, so the button is left out of the tab order. */
export function OpeningCell({ cell, opens }: OpeningCellProps): ReactNode {
  return (
    <button type="button" tabIndex={-1} className={styles.opens} title={opens.hint(cell)} onClick={() => opens.open(cell)}>
      {cell.trim() === '' ? '…' : cell}
    </button>
  );
}
