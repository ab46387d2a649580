import type { ReactNode } from 'react';
import { classNames } from '../../ui/class-names.ts';
import styles from './data-table.module.css';
import { HeaderCell } from './header-cell.tsx';
import type { TableOrder } from './page-source.ts';
import type { DrawnColumn } from './table-row.tsx';
import type { ColumnLayout } from './use-column-layout.ts';
import type { TableCommands } from './table-commands.ts';

interface TableHeadProps extends TableCommands {
  readonly tableId: string;
  readonly columns: readonly DrawnColumn[];
  readonly gutterPx: number;
  readonly order: TableOrder;
  readonly layout: ColumnLayout;
  /** Place of the active column while the header is active; −1 otherwise. */
  readonly active: number;
  readonly openMenu: string | null;
  readonly onMenu: (id: string | null) => void;
}

/** The header row. */
export function TableHead(props: TableHeadProps): ReactNode {
  const { tableId, columns, gutterPx, order, layout, active, openMenu, onMenu, onSort, onFilter } = props;
  return (
    <div role="row" aria-rowindex={1} className={styles.head}>
      <div className={styles.gutter} style={{ width: gutterPx }} aria-hidden="true" />
      {columns.map(({ column, place, stickPx, gapPx }) => {
        const { id } = column.shown;
        const { name } = column.shown.column;
        return (
          <HeaderCell
            key={id}
            id={`${tableId}--1-${place}`}
            place={place}
            column={column}
            sort={order.sort}
            filter={order.filters.find((filter) => filter.column === name)?.contains ?? ''}
            isMenuOpen={openMenu === id}
            className={classNames(stickPx !== null && styles.pinned, place === active && styles.active)}
            style={stickPx === null ? { marginLeft: gapPx } : { left: stickPx }}
            onMenu={(isOpen) => onMenu(isOpen ? id : null)}
            onResize={(width) => layout.resize(id, width)}
            onDropColumn={(dropped) => layout.move(dropped, place)}
            onSort={(descending) => onSort(descending === null ? null : { column: name, descending })}
            onFilter={(contains) => onFilter({ column: name, contains })}
            onMove={(by) => layout.move(id, by === -1 ? Math.max(0, place - 1) : place + 2)}
            onHide={() => layout.setVisible(id, false)}
          />
        );
      })}
    </div>
  );
}
