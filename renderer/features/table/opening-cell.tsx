import type { ReactNode } from 'react';
import styles from './data-table.module.css';

interface OpeningCellProps {
  readonly cell: string;
  readonly hint: string;
  readonly onOpen: () => void;
}

/** The text of a cell as something to click. The grid has the focus and the keys, so the button is left out of the tab order. */
export function OpeningCell({ cell, hint, onOpen }: OpeningCellProps): ReactNode {
  return (
    <button type="button" tabIndex={-1} className={styles.opens} title={hint} onClick={onOpen}>
      {cell.trim() === '' ? '…' : cell}
    </button>
  );
}
