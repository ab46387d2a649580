import { SegmentedControl, TextInput } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { huntFromOf, zoneOf } from '../../model/readiness.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import styles from './run-panel.module.css';

/** One window that ends at the last event, or a range through which the window slides; then where the range begins. */
export function HuntField({ hintId }: { readonly hintId: string }): ReactNode {
  const { run } = useTexts();
  const { setHuntFrom } = useActions();
  const from = useApp((state) => state.form.huntFrom);
  const isWrong = useApp((state) => huntFromOf(state) === null);
  const zone = useApp(zoneOf);
  const id = useId();
  return (
    <>
      <div className={styles.field}>
        <span className={styles.label} id={`${id}-mode`}>
          {run.lookAt}
        </span>
        <SegmentedControl
          size="xs"
          aria-labelledby={`${id}-mode`}
          value={from === null ? 'window' : 'range'}
          data={[
            { value: 'window', label: run.oneWindow },
            { value: 'range', label: run.aRange },
          ]}
          onChange={(mode) => setHuntFrom(mode === 'range' ? (from ?? '') : null)}
        />
      </div>
      {from !== null && (
        <div className={styles.field}>
          <label className={styles.label} htmlFor={`${id}-from`}>
            {run.huntFrom}
          </label>
          <TextInput
            id={`${id}-from`}
            className={styles.from ?? ''}
            value={from}
            error={isWrong}
            aria-describedby={hintId}
            autoComplete="off"
            spellCheck={false}
            placeholder={run.timeForm}
            title={zone}
            onChange={(event) => setHuntFrom(event.currentTarget.value)}
          />
        </div>
      )}
    </>
  );
}
