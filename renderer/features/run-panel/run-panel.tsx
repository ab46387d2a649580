import { ActionIcon, Checkbox, Tooltip } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { defaultChangeTypes } from '../../../app/model/change-type.ts';
import { windowHoursOf } from '../../model/readiness.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Icon } from '../../ui/icon.tsx';
import { HintLine } from './hint-line.tsx';
import { LastEventField } from './last-event-field.tsx';
import { ProgressLine } from './progress-line.tsx';
import { RunButtons } from './run-buttons.tsx';
import styles from './run-panel.module.css';
import { WindowHoursField } from './window-hours-field.tsx';

/** The head of the run page: what is asked, the buttons, how far it is. */
export function RunPanel(): ReactNode {
  const { run, shell } = useTexts();
  const { setStrict, dismissRunFailure } = useActions();
  const strict = useApp((state) => state.form.strict);
  const failure = useApp((state) => state.run.failure);
  const hours = useApp(windowHoursOf);
  const changeTypes = useApp((state) => state.run.state?.plan.changeTypes ?? defaultChangeTypes);
  const hintId = useId();
  return (
    <div className={styles.panel}>
      <div className={styles.controls}>
        <LastEventField hintId={hintId} />
        <WindowHoursField />
        <div className={styles.rule}>
          <span className={styles.label}>{run.ruleLabel}</span>
          <span className={styles.ruleText} title={run.rule(changeTypes, hours)}>
            <span className={styles.clamp}>{run.rule(changeTypes, hours)}</span>
          </span>
        </div>
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
