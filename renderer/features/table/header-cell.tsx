import { Popover } from '@mantine/core';
import { type CSSProperties, type DragEvent, type ReactNode, useState } from 'react';
import type { TableSort } from '../../../app/model/table.ts';
import { useTexts } from '../../store/window-context.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { type ColumnCommands, ColumnMenu } from './column-menu.tsx';
import styles from './header-cell.module.css';
import { ResizeHandle } from './resize-handle.tsx';
import type { LaidOutColumn } from './use-column-layout.ts';

interface HeaderCellProps extends ColumnCommands {
  readonly id: string;
  readonly place: number;
  readonly column: LaidOutColumn;
  readonly sort: TableSort | null;
  readonly filter: string;
  readonly isMenuOpen: boolean;
  readonly className: string | undefined;
  readonly style: CSSProperties;
  readonly onMenu: (isOpen: boolean) => void;
  readonly onResize: (width: number) => void;
  readonly onDropColumn: (id: string) => void;
}

const dragType = 'application/x-cam-column';

/** The head of a column: name, what it holds, its order; with a menu, an edge to drag, and itself to drag. */
export function HeaderCell(props: HeaderCellProps): ReactNode {
  const { id, place, column, sort, filter, isMenuOpen, className, style, onMenu, onResize, onDropColumn, ...commands } = props;
  const { results } = useTexts();
  const [isTarget, setIsTarget] = useState(false);
  const { shown, width } = column;
  const { name, kind } = shown.column;
  const isSorted = sort?.column === name;
  const unit = name === 'change_window_hours' ? results.hours : shown.isConfidence ? results.shareKnown : results.kind(kind);
  const meta = kind === 'timestamp' && shown.zone !== null ? results.storedZone(shown.zone) : (shown.zone ?? unit);
  const accepts = (event: DragEvent): boolean => event.dataTransfer.types.includes(dragType);
  return (
    <div
      id={id}
      role="columnheader"
      aria-colindex={place + 1}
      aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
      className={classNames(styles.cell, shown.align === 'right' && styles.right, isTarget && styles.dropBefore, className)}
      style={{ ...style, width }}
      draggable
      onClick={() => commands.onSort(isSorted ? (sort.descending ? null : true) : false)}
      onContextMenu={(event) => {
        event.preventDefault();
        onMenu(true);
      }}
      onDragStart={(event) => event.dataTransfer.setData(dragType, shown.id)}
      onDragOver={(event) => {
        if (!accepts(event)) return;
        event.preventDefault();
        setIsTarget(true);
      }}
      onDragLeave={() => setIsTarget(false)}
      onDrop={(event) => {
        setIsTarget(false);
        if (accepts(event)) onDropColumn(event.dataTransfer.getData(dragType));
      }}
    >
      <span className={classNames(styles.name, isSorted && styles.sorted)}>
        <span className={styles.nameText}>{name}</span>
        {isSorted && <Icon name={sort.descending ? 'down' : 'up'} size={12} />}
        {filter !== '' && <Icon name="filter" size={11} />}
      </span>{' '}
      <span className={styles.meta} title={shown.isConfidence ? results.confidenceMeaning : undefined}>
        {meta}
      </span>
      <Popover opened={isMenuOpen} onChange={onMenu} position="bottom-start" trapFocus returnFocus withinPortal>
        <Popover.Target>
          <IconButton
            icon="dots"
            iconSize={13}
            label={results.columnMenu(name)}
            className={styles.menu}
            tabIndex={-1}
            aria-expanded={isMenuOpen}
            onClick={(event) => {
              event.stopPropagation();
              onMenu(!isMenuOpen);
            }}
          />
        </Popover.Target>
        <Popover.Dropdown onClick={(event) => event.stopPropagation()} p={8}>
          <ColumnMenu name={name} filter={filter} onDone={() => onMenu(false)} {...commands} />
        </Popover.Dropdown>
      </Popover>
      <ResizeHandle width={width} onResize={onResize} />
    </div>
  );
}
