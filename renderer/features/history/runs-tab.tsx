import { Button, NativeSelect } from '@mantine/core';
import { type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react';
import type { RunSummary } from '../../../app/model/history-pages.ts';
import type { RunStatus } from '../../../app/model/history.ts';
import { isFiltered, runQuestion } from '../../model/history-filter.ts';
import { zoneOf } from '../../model/readiness.ts';
import { noRunFilter } from '../../store/history-slice.ts';
import { useActions, useApp, useTexts, useWindow } from '../../store/window-context.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { RunDetailView } from './detail/run-detail-view.tsx';
import styles from './list.module.css';
import { RecordGrid } from './record-grid.tsx';
import type { RecordPage } from './record-source.ts';
import { runColumns } from './run-columns.tsx';
import { RunningRuns } from './running-runs.tsx';
import { SpanFilter } from './span-filter.tsx';
import { TypedFilter } from './typed-filter.tsx';
import { useInstants } from './use-instants.ts';
import { useRecords } from './use-records.ts';
import { outcomeOfRun } from '../../ui/outcome-mark.tsx';

const outcomes: readonly RunStatus[] = ['succeeded', 'partial', 'failed', 'cancelled', 'interrupted'];

/** All runs, newest first; what runs now on top; the detail of one over the list. */
export function RunsTab(): ReactNode {
  const { history } = useTexts();
  const { ticker } = useWindow();
  const { askHistory, showHistoryRun, filterRuns } = useActions();
  const filter = useApp((state) => state.history.runFilter);
  const revision = useApp((state) => state.history.revision);
  const openRunId = useApp((state) => state.history.openRunId);
  const zone = useApp(zoneOf);
  const format = useInstants();
  const fetch = useCallback(
    async (offset: number, limit: number): Promise<RecordPage<RunSummary>> => {
      const page = await askHistory('history.runs', { ...runQuestion(filter, zone, ticker.nowMs()), offset, limit });
      return { records: page.runs, total: page.total };
    },
    [askHistory, filter, zone, ticker],
  );
  const { source, snapshot } = useRecords(fetch, `${JSON.stringify(filter)} ${zone} ${String(revision)}`);
  const list = useRef<HTMLDivElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    // Back from a detail the keyboard goes on where it was.
    if (wasOpen.current && openRunId === null) list.current?.querySelector<HTMLElement>('[role="grid"]')?.focus({ preventScroll: true });
    wasOpen.current = openRunId !== null;
  }, [openRunId]);
  const columns = useMemo(() => runColumns(history, format), [history, format]);
  const clear = (
    <Button variant="subtle" size="compact-xs" onClick={() => filterRuns(noRunFilter)}>
      {history.filters.clear}
    </Button>
  );
  return (
    <div className={styles.tab}>
      <div className={styles.bar} role="search" aria-label={history.filters.label} inert={openRunId !== null}>
        <TypedFilter
          label={history.filters.searchRuns}
          hint={history.filters.searchRunsHint}
          className={styles.search ?? ''}
          isSearch
          value={filter.search}
          onChange={(search) => filterRuns({ search })}
        />
        <SpanFilter choice={filter} onChange={filterRuns} />
        <NativeSelect
          className={styles.choice ?? ''}
          size="xs"
          aria-label={history.filters.outcome}
          value={filter.outcome}
          data={[
            { value: '', label: history.filters.anyOutcome },
            ...outcomes.map((value) => ({ value, label: history.outcomes[outcomeOfRun(value)] })),
          ]}
          onChange={(event) => filterRuns({ outcome: outcomes.find((each) => each === event.currentTarget.value) ?? '' })}
        />
        <TypedFilter
          label={history.filters.user}
          hint={history.filters.userHint}
          className={styles.user ?? ''}
          value={filter.userId}
          onChange={(userId) => filterRuns({ userId })}
        />
        {isFiltered(filter) && clear}
      </div>
      <div inert={openRunId !== null}>
        <RunningRuns />
      </div>
      <div ref={list} className={styles.list} inert={openRunId !== null}>
        <RecordGrid
          label={history.runs.label}
          source={source}
          snapshot={snapshot}
          columns={columns}
          empty={isFiltered(filter) ? <EmptyState {...history.runs.nothing}>{clear}</EmptyState> : <EmptyState {...history.runs.empty} />}
          onOpen={(run) => showHistoryRun(run.runId)}
        />
      </div>
      <div className={styles.foot}>
        <span>{snapshot.total !== null && history.count(snapshot.total, 'run')}</span>
        <span className={styles.room} />
        <span>{history.times(format.zone)}</span>
      </div>
      {openRunId !== null && (
        <div className={styles.over}>
          <RunDetailView key={openRunId} runId={openRunId} />
        </div>
      )}
    </div>
  );
}
