import type { ReactNode } from 'react';
import type { RunState } from '../../../app/model/run.ts';
import { barSegmentsOf, progressOf } from '../../model/run-progress.ts';
import { isCancelling, isLive } from '../../store/run-slice.ts';
import { useApp, useTexts } from '../../store/window-context.tsx';
import { CoverageBar } from '../../ui/coverage-bar.tsx';
import { useNow } from '../../ui/use-now.ts';
import { RunPicker } from './run-picker.tsx';
import styles from './run-panel.module.css';

/** The progress of a run that is going on or has ended. */
export function RunProgressLine({ state }: { readonly state: RunState }): ReactNode {
  const { run } = useTexts();
  const isAskedToCancel = useApp((app) => isCancelling(app.run));
  const progress = progressOf(state, useNow(isLive(state)));
  const word = isAskedToCancel ? run.cancelling : state.outcome === undefined ? run.running : run.outcome[state.outcome];
  return (
    <div className={styles.progress}>
      <CoverageBar
        segments={barSegmentsOf(state)}
        label={run.progressLabel}
        valueText={run.progressValue(progress)}
        ended={progress.ended}
        expected={progress.expected}
      />
      <div className={styles.figures}>
        <span className={styles.status}>{word}</span>
        <span>{run.progress(progress)}</span>
        <RunPicker />
      </div>
    </div>
  );
}
