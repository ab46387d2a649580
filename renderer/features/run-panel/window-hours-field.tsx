import { TextInput } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { usualWindowHours } from '../../model/chosen-rule.ts';
import { windowHoursOf } from '../../model/readiness.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import styles from './run-panel.module.css';

/** The width of the window in hours; empty takes the settings' width, which stands there in grey. */
export function WindowHoursField(): ReactNode {
  const { run } = useTexts();
  const typed = useApp((state) => state.form.windowHours);
  const settingsHours = useApp(usualWindowHours);
  const isWrong = useApp((state) => windowHoursOf(state) === null);
  const { setWindowHours } = useActions();
  const id = useId();
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {run.windowHours}
      </label>
      <TextInput
        id={id}
        className={styles.hours ?? ''}
        inputMode="decimal"
        value={typed}
        placeholder={String(settingsHours)}
        error={isWrong}
        autoComplete="off"
        onChange={(event) => setWindowHours(event.currentTarget.value)}
        rightSection={<span aria-hidden="true">{run.hoursUnit}</span>}
        rightSectionPointerEvents="none"
        rightSectionWidth={24}
      />
    </div>
  );
}
