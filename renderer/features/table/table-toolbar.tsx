import { ActionIcon, Button, Checkbox, Menu, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import type { TableFilter } from '../../../app/model/table.ts';
import { useTexts } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './data-table.module.css';
import type { ColumnLayout } from './use-column-layout.ts';

/** A filter that is none of a column, and how it is taken off. */
export interface TableChip {
  readonly text: string;
  readonly removeLabel: string;
  readonly onRemove: () => void;
}

interface TableToolbarProps {
  readonly note: ReactNode;
  readonly chip: TableChip | undefined;
  readonly filters: readonly TableFilter[];
  readonly layout: ColumnLayout;
  readonly onFilter: (filter: TableFilter) => void;
  readonly onClearFilters: () => void;
}

/** The filters that hold, and which columns are shown. */
export function TableToolbar({ note, chip, filters, layout, onFilter, onClearFilters }: TableToolbarProps): ReactNode {
  const { results } = useTexts();
  return (
    <div className={styles.toolbar}>
      <div className={styles.chips}>
        {chip !== undefined && (
          <span className={styles.chip}>
            {chip.text}
            <ActionIcon size={18} aria-label={chip.removeLabel} title={chip.removeLabel} onClick={chip.onRemove}>
              <Icon name="close" size={11} />
            </ActionIcon>
          </span>
        )}
        {filters.length === 0 && chip === undefined && note}
        {filters.map(({ column, contains }) => (
          <span key={column} className={styles.chip}>
            {results.filterChip(column, contains)}
            <ActionIcon size={18} aria-label={results.removeFilter(column)} onClick={() => onFilter({ column, contains: '' })}>
              <Icon name="close" size={11} />
            </ActionIcon>
          </span>
        ))}
        {filters.length > 0 && <UnstyledButton onClick={onClearFilters}>{results.clearFilters}</UnstyledButton>}
      </div>
      <Menu position="bottom-end" closeOnItemClick={false}>
        <Menu.Target>
          <Button size="compact-xs" variant="subtle" color="gray" leftSection={<Icon name="columns" size={13} />}>
            {results.columns}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
          <Menu.Label>{results.shownColumns(layout.columns.length, layout.all.length)}</Menu.Label>
          {layout.all.map(({ shown, isVisible }) => (
            <Menu.Item
              key={shown.id}
              role="menuitemcheckbox"
              aria-checked={isVisible}
              leftSection={<Checkbox checked={isVisible} readOnly tabIndex={-1} aria-hidden="true" />}
              onClick={() => layout.setVisible(shown.id, !isVisible)}
            >
              {shown.id}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<Icon name="refresh" size={14} />} onClick={() => layout.reset()}>
            {results.resetColumns}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
