import { NativeSelect, SegmentedControl } from '@mantine/core';
import type { ReactNode } from 'react';
import { useActions, useApp, useTexts } from '../../../store/window-context.tsx';
import { NameFilter } from '../execution-filters.tsx';
import listStyles from '../list.module.css';
import { TypedFilter } from '../typed-filter.tsx';
import { useKnownNames } from '../use-known-names.ts';

const periods = [1, 7, 30, 90, 365] as const;

/** What the figures are about: how many days, whose, of which database. */
export function FigureChoice({ children }: { readonly children?: ReactNode }): ReactNode {
  const { historyFigures: texts } = useTexts();
  const { chooseFigures } = useActions();
  const days = useApp((state) => state.history.days);
  const user = useApp((state) => state.history.figuresUser);
  const database = useApp((state) => state.history.figuresDatabase);
  const names = useKnownNames();
  return (
    <div className={listStyles.bar}>
      <SegmentedControl
        size="xs"
        aria-label={texts.period}
        value={String(days)}
        data={periods.map((period) => ({ value: String(period), label: texts.days(period) }))}
        onChange={(value) => chooseFigures({ days: Number(value) })}
      />
      <NameFilter
        label={texts.database}
        any={texts.anyDatabase}
        names={names.databases}
        value={database}
        onChange={(figuresDatabase) => chooseFigures({ figuresDatabase })}
      />
      <TypedFilter
        label={texts.user}
        hint={texts.userHint}
        className={listStyles.user ?? ''}
        value={user}
        onChange={(figuresUser) => chooseFigures({ figuresUser })}
      />
      {children}
    </div>
  );
}

/** A choice of one of a few words. */
export function WordChoice<K extends string>(props: {
  readonly label: string;
  readonly words: Readonly<Record<K, string>>;
  readonly value: K;
  readonly onChange: (value: K) => void;
}): ReactNode {
  const { label, words, value, onChange } = props;
  const keys = Object.keys(words) as K[];
  return (
    <NativeSelect
      size="xs"
      aria-label={label}
      value={value}
      data={keys.map((key) => ({ value: key, label: words[key] }))}
      onChange={(event) => onChange(keys.find((key) => key === event.currentTarget.value) ?? value)}
    />
  );
}
