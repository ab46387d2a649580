import type { ReactNode } from 'react';
import { classNames } from '../../../ui/class-names.ts';
import styles from './figures.module.css';

/** A column of figures. */
export interface FigureColumn<T> {
  readonly label: string;
  readonly isFigure?: boolean;
  readonly cell: (row: T) => ReactNode;
}

interface FigureTableProps<T> {
  readonly label: string;
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  /** The first names the row. */
  readonly columns: readonly FigureColumn<T>[];
}

/** A plain table of a few rows. */
export function FigureTable<T>({ label, rows, keyOf, columns }: FigureTableProps<T>): ReactNode {
  return (
    <div className={styles.tableFrame} tabIndex={0} role="group" aria-label={label}>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.label} scope="col" className={classNames(column.isFigure === true && styles.figure)}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.label} scope="row">
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.label} className={classNames(column.isFigure === true && styles.figure)}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
