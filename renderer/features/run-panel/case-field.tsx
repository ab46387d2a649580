import { ActionIcon, TextInput } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { isCase } from '../../model/readiness.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './run-panel.module.css';

/** The case that the next runs are done for; it stays over runs until it is cleared. */
export function CaseField({ hintId }: { readonly hintId: string }): ReactNode {
  const { run } = useTexts();
  const { setCaseReference } = useActions();
  const text = useApp((state) => state.form.caseReference);
  const id = useId();
  return (
    <span className={styles.case} title={run.caseHint}>
      <label className={styles.label} htmlFor={id}>
        {run.caseLabel}
      </label>
      <TextInput
        id={id}
        className={styles.caseInput ?? ''}
        value={text}
        error={!isCase(text)}
        aria-describedby={hintId}
        autoComplete="off"
        spellCheck={false}
        placeholder={run.caseNone}
        onChange={(event) => setCaseReference(event.currentTarget.value)}
        rightSection={
          text !== '' && (
            <ActionIcon size={16} aria-label={run.caseClear} title={run.caseClear} onClick={() => setCaseReference('')}>
              <Icon name="close" size={11} />
            </ActionIcon>
          )
        }
      />
    </span>
  );
}
