import { TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { useTexts } from '../../store/window-context.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import styles from './header-cell.module.css';

/** What can be done with a column. */
export interface ColumnCommands {
  readonly onSort: (descending: boolean | null) => void;
  readonly onFilter: (contains: string) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onHide: () => void;
}

interface ColumnMenuProps extends ColumnCommands {
  readonly name: string;
  readonly filter: string;
  readonly onDone: () => void;
}

const filterDelayMs = 250;

/** Filter, order and place of one column. */
export function ColumnMenu({ name, filter, onSort, onFilter, onMove, onHide, onDone }: ColumnMenuProps): ReactNode {
  const { results } = useTexts();
  const [typed, setTyped] = useState(filter);
  const send = useDebouncedCallback(onFilter, { delay: filterDelayMs, flushOnUnmount: true });
  const action = (icon: IconName, label: string, run: () => void): ReactNode => (
    <UnstyledButton
      key={label}
      className={styles.action}
      onClick={() => {
        run();
        onDone();
      }}
    >
      <Icon name={icon} size={14} />
      {label}
    </UnstyledButton>
  );
  return (
    <div className={styles.actions}>
      <TextInput
        data-autofocus
        label={results.filterColumn(name)}
        leftSection={<Icon name="filter" size={13} />}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          send(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onDone();
        }}
        mb={6}
      />
      {action('up', results.sortAscending, () => onSort(false))}
      {action('down', results.sortDescending, () => onSort(true))}
      {action('close', results.sortNone, () => onSort(null))}
      {action('left', results.moveLeft, () => onMove(-1))}
      {action('right', results.moveRight, () => onMove(1))}
      {action('columns', results.hideColumn, onHide)}
    </div>
  );
}
