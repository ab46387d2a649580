import type { ReactNode } from 'react';
import { useApp, useTexts } from '../../store/window-context.tsx';
import styles from './run-panel.module.css';
import { RunProgressLine } from './run-progress-line.tsx';

/** How far the run is: one segment a source, and the figures. */
export function ProgressLine(): ReactNode {
  const { run } = useTexts();
  const state = useApp((app) => app.run.state);
  const databases = useApp((app) => app.session.config?.databases);
  if (state !== null) return <RunProgressLine state={state} />;
  const sources = (databases ?? []).reduce((sum, database) => sum + database.queries.length, 0);
  return (
    <div className={styles.progress}>
      <div className={styles.idle} />
      <div className={styles.figures}>{databases !== undefined && sources > 0 && run.ready(databases.length, sources)}</div>
    </div>
  );
}
