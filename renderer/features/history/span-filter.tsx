import { NativeSelect, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { SpanChoice, SpanName } from '../../store/history-slice.ts';
import { useTexts } from '../../store/window-context.tsx';
import styles from './list.module.css';

const names: readonly SpanName[] = ['all', 'day', 'week', 'month', 'quarter', 'year', 'between'];

interface SpanFilterProps {
  readonly choice: SpanChoice;
  readonly onChange: (change: Partial<SpanChoice>) => void;
}

/** Which stretch of time: one of the usual ones, or between two days. */
export function SpanFilter({ choice, onChange }: SpanFilterProps): ReactNode {
  const { filters } = useTexts().history;
  return (
    <>
      <NativeSelect
        className={styles.choice ?? ''}
        size="xs"
        aria-label={filters.span}
        value={choice.span}
        data={names.map((value) => ({ value, label: filters.spans[value] }))}
        onChange={(event) => onChange({ span: names.find((each) => each === event.currentTarget.value) ?? 'all' })}
      />
      {choice.span === 'between' && (
        <>
          <TextInput
            className={styles.day ?? ''}
            type="date"
            aria-label={filters.from}
            title={filters.from}
            value={choice.fromDay}
            onChange={(event) => onChange({ fromDay: event.currentTarget.value })}
          />
          <TextInput
            className={styles.day ?? ''}
            type="date"
            aria-label={filters.to}
            title={filters.to}
            value={choice.toDay}
            onChange={(event) => onChange({ toDay: event.currentTarget.value })}
          />
        </>
      )}
    </>
  );
}
