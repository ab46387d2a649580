import { ActionIcon } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { useActions, useApp, useTexts } from '../../../store/window-context.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorBoundary } from '../../../ui/error-boundary.tsx';
import { FailedPart } from '../../../ui/failed-part.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { useAsked } from '../../../ui/use-asked.ts';
import { RunActionBar } from './run-action-bar.tsx';
import { RunChanges } from './run-changes.tsx';
import styles from './run-detail.module.css';
import { RunFacts } from './run-facts.tsx';
import { RunTimeline } from './run-timeline.tsx';

/** One run with everything that is recorded of it. Escape goes back to the list. */
export function RunDetailView({ runId }: { readonly runId: string }): ReactNode {
  const { history, shell } = useTexts();
  const { detail: texts } = history;
  const { askHistory, showHistoryRun, historyChanged } = useActions();
  const revision = useApp((state) => state.history.revision);
  const place = useRef<HTMLElement>(null);
  const asked = useAsked(() => askHistory('history.run', { runId }), `${runId} ${String(revision)}`);
  const back = (): void => showHistoryRun(null);
  useEffect(() => place.current?.focus({ preventScroll: true }), []);
  return (
    <section
      ref={place}
      tabIndex={-1}
      className={styles.detail}
      aria-label={texts.label(runId)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') back();
      }}
    >
      <div className={styles.head}>
        <ActionIcon aria-label={texts.back} title={`${texts.back} (Esc)`} onClick={back}>
          <Icon name="left" size={15} />
        </ActionIcon>
        <h2 className={styles.title}>{texts.label(runId)}</h2>
        {asked.kind === 'answered' && asked.value !== null && <RunActionBar detail={asked.value} />}
      </div>
      {asked.kind === 'failed' && <FailedPart failure={asked.failure} onRetry={historyChanged} />}
      {asked.kind === 'answered' && asked.value === null && <EmptyState {...texts.gone} />}
      {asked.kind === 'answered' && asked.value !== null && (
        <div className={styles.body}>
          <ErrorBoundary part={shell.parts.runDetail}>
            <RunFacts run={asked.value.run} />
            <RunTimeline detail={asked.value} />
            {asked.value.run.outcome !== null && <RunChanges run={asked.value.run} />}
          </ErrorBoundary>
        </div>
      )}
    </section>
  );
}
