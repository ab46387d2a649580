import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { readinessOf } from '../../model/readiness.ts';
import { isCancelling, isLive } from '../../store/run-slice.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Shortcut } from '../../ui/shortcut.tsx';
import styles from './run-panel.module.css';

/** Run Analysis and Cancel. */
export function RunButtons({ hintId }: { readonly hintId: string }): ReactNode {
  const { run } = useTexts();
  const { startRun, cancelRun } = useActions();
  const canStart = useApp((state) => readinessOf(state).kind === 'ready');
  const isStarting = useApp((state) => state.run.starting);
  const canCancel = useApp((state) => isLive(state.run.state) && !isCancelling(state.run));
  return (
    <div className={styles.buttons}>
      <Button
        aria-describedby={hintId}
        aria-keyshortcuts="Control+Enter"
        disabled={!canStart}
        leftSection={<Icon name="play" size={12} />}
        onClick={() => void startRun()}
        className={styles.start ?? ''}
      >
        {isStarting ? run.starting : run.start}
        <Shortcut keys="Ctrl+Enter" />
      </Button>
      <Button
        aria-keyshortcuts="Control+."
        variant="default"
        disabled={!canCancel}
        leftSection={<Icon name="stop" size={12} />}
        onClick={() => void cancelRun()}
      >
        {run.cancel}
        <Shortcut keys="Ctrl+." />
      </Button>
    </div>
  );
}
