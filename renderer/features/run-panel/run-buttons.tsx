import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { readinessOf } from '../../model/readiness.ts';
import { isCancelling, isLive } from '../../store/run-slice.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Shortcut } from '../../ui/shortcut.tsx';
import { unavailableWhen } from '../../ui/unavailable.ts';
import styles from './run-panel.module.css';

/** Run Analysis and Cancel: each keeps the focus when it has been pressed, so that a key pressed twice never means the other one. */
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
        {...unavailableWhen(!canStart)}
        leftSection={<Icon name="play" size={12} />}
        onClick={() => canStart && void startRun()}
        className={styles.start ?? ''}
      >
        {isStarting ? run.starting : run.start}
        <Shortcut keys="Ctrl+Enter" />
      </Button>
      <Button
        aria-keyshortcuts="Control+."
        variant="default"
        {...unavailableWhen(!canCancel)}
        leftSection={<Icon name="stop" size={12} />}
        onClick={() => canCancel && void cancelRun()}
      >
        {run.cancel}
        <Shortcut keys="Ctrl+." />
      </Button>
    </div>
  );
}
