import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { useAsked } from '../../ui/use-asked.ts';
import { ChangeTypeFigures } from './change-type-figures.tsx';
import { isIncomplete } from './result-tabs-of.ts';
import { revisionOf } from './result-table-state.ts';
import styles from './statistics.module.css';
import { WindowWidths } from './window-widths.tsx';

/** Figures beside the report: changes by type, and how wide the windows of the flagged clients are. */
export function Statistics({ runId }: { readonly runId: string }): ReactNode {
  const { results } = useTexts();
  const { statistics } = useActions();
  const revision = useApp((state) => revisionOf(state.run.state, { kind: 'confirmed' }));
  const lacks = useApp((state) => state.run.state !== null && isIncomplete(state.run.state));
  const asked = useAsked(() => statistics(runId), `${runId} ${revision}`);
  if (asked.kind === 'failed') {
    return (
      <div className={styles.note}>
        <FailureNote failure={asked.failure} />
      </div>
    );
  }
  if (asked.kind === 'waiting') {
    return (
      <div className={styles.statistics} aria-busy="true">
        <div className={styles.columns}>
          <Skeleton height={160} />
          <Skeleton height={300} />
        </div>
      </div>
    );
  }
  return (
    <div className={styles.statistics}>
      <div className={styles.columns}>
        {lacks && <div className={styles.incomplete}>{results.statistics.incomplete}</div>}
        <ChangeTypeFigures perType={asked.value.perType} />
        <WindowWidths statistics={asked.value} />
      </div>
    </div>
  );
}
