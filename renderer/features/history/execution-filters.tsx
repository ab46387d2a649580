import { NativeSelect } from '@mantine/core';
import type { ReactNode } from 'react';
import { executionStatuses } from '../../../app/model/history.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import styles from './list.module.css';
import { SpanFilter } from './span-filter.tsx';
import { TypedFilter } from './typed-filter.tsx';
import { useKnownNames } from './use-known-names.ts';

/** Which executions are listed. */
export function ExecutionFilters(): ReactNode {
  const { filters, outcomes } = useTexts().history;
  const { filterExecutions } = useActions();
  const filter = useApp((state) => state.history.executionFilter);
  const names = useKnownNames();
  return (
    <>
      <TypedFilter
        label={filters.searchExecutions}
        hint={filters.searchExecutionsHint}
        className={styles.search ?? ''}
        isSearch
        value={filter.search}
        onChange={(search) => filterExecutions({ search })}
      />
      <SpanFilter choice={filter} onChange={filterExecutions} />
      <NativeSelect
        className={styles.choice ?? ''}
        size="xs"
        aria-label={filters.status}
        value={filter.status}
        data={[{ value: '', label: filters.anyStatus }, ...executionStatuses.map((value) => ({ value, label: outcomes[value] }))]}
        onChange={(event) => filterExecutions({ status: executionStatuses.find((each) => each === event.currentTarget.value) ?? '' })}
      />
      <NameFilter
        label={filters.database}
        any={filters.anyDatabase}
        names={names.databases}
        value={filter.databaseName}
        onChange={(databaseName) => filterExecutions({ databaseName })}
      />
      <NameFilter
        label={filters.query}
        any={filters.anyQuery}
        names={names.queries}
        value={filter.queryName}
        onChange={(queryName) => filterExecutions({ queryName })}
      />
      <TypedFilter
        label={filters.user}
        hint={filters.userHint}
        className={styles.user ?? ''}
        value={filter.userId}
        onChange={(userId) => filterExecutions({ userId })}
      />
    </>
  );
}

interface NameFilterProps {
  readonly label: string;
  readonly any: string;
  readonly names: readonly string[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** One of the names that occur in the history. */
export function NameFilter({ label, any, names, value, onChange }: NameFilterProps): ReactNode {
  const known = value === '' || names.includes(value) ? names : [value, ...names];
  return (
    <NativeSelect
      className={styles.choice ?? ''}
      size="xs"
      aria-label={label}
      value={value}
      data={[{ value: '', label: any }, ...known]}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
