import { ActionIcon, Checkbox, Tooltip } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Icon } from '../../ui/icon.tsx';
import { HuntField } from './hunt-field.tsx';
import { HintLine } from './hint-line.tsx';
import { LastEventField } from './last-event-field.tsx';
import { ProgressLine } from './progress-line.tsx';
import { RuleField } from './rule-field.tsx';
import { RunButtons } from './run-buttons.tsx';
import styles from './run-panel.module.css';
import { WindowHoursField } from './window-hours-field.tsx';

/** The head of the run page: what is asked, the buttons, how far it is. */
export function RunPanel(): ReactNode {
  const { run, shell } = useTexts();
  const { setStrict, dismissRunFailure } = useActions();
  const strict = useApp((state) => state.form.strict);
  const failure = useApp((state) => state.run.failure);
  const hintId = useId();
  return (
    <div className={styles.panel}>
      <div className={styles.controls}>
        <HuntField hintId={hintId} />
        <LastEventField hintId={hintId} />
        <WindowHoursField />
        <RuleField />
        <Tooltip label={run.strictHint}>
          <div className={styles.strict}>
            <Checkbox label={run.strict} checked={strict} onChange={(event) => setStrict(event.currentTarget.checked)} />
          </div>
        </Tooltip>
        <RunButtons hintId={hintId} />
      </div>
      <HintLine id={hintId} />
      {failure !== null && (
        <div className={styles.failure} role="alert">
          <FailureNote failure={failure} />
          <ActionIcon aria-label={shell.close} onClick={dismissRunFailure} size="sm">
            <Icon name="close" size={14} />
          </ActionIcon>
        </div>
      )}
      <ProgressLine />
    </div>
  );
}
