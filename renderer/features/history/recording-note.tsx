import type { ReactNode } from 'react';
import { useApp, useTexts } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './history-page.module.css';

/** A calm line while records cannot reach the store: they wait, nothing is lost, and what to do about it. */
export function RecordingNote(): ReactNode {
  const { history } = useTexts();
  const state = useApp((app) => app.history.recording);
  const text = state === null ? '' : history.recording(state);
  if (state === null || text === '') return <div role="status" />;
  return (
    <div role="status" className={styles.note}>
      <Icon name="alert" size={14} />
      <div>
        <div>{text}</div>
        {state.failure !== undefined && (
          <div className={styles.noteAction}>
            {state.failure.message} {state.failure.action}{' '}
            <span className="cam-mono">{state.failure.vendorCode ?? state.failure.code}</span>
          </div>
        )}
      </div>
    </div>
  );
}
