import type { ReactNode } from 'react';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import styles from './results.module.css';

/** The files that are being written: how far each is, and a way to stop it. A short one is over before it is shown. */
export function RunningExports(): ReactNode {
  const { results } = useTexts();
  const { cancelExport } = useActions();
  const exports = useApp((state) => state.view.exports);
  return exports.map(({ exportId, progress, isCancelling }) => {
    const words = isCancelling ? results.exportCancelling : results.exportProgress(progress);
    return (
      <span key={exportId} className={styles.writing}>
        <progress className={styles.writingBar} aria-label={words} max={1} {...(progress === null ? {} : { value: shareOf(progress) })} />
        <span>{words}</span>
        <IconButton
          icon="close"
          label={results.exportCancel}
          title={results.exportCancel}
          disabled={isCancelling}
          onClick={() => void cancelExport(exportId)}
        />
      </span>
    );
  });
}

function shareOf({ rows, of }: { readonly rows: number; readonly of: number }): number {
  return of === 0 ? 1 : rows / of;
}
