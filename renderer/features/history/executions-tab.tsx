import { Button } from '@mantine/core';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { ExecutionSummary } from '../../../app/model/history-pages.ts';
import { executionQuestion, isFiltered } from '../../model/history-filter.ts';
import { zoneOf } from '../../model/readiness.ts';
import { noExecutionFilter } from '../../store/history-slice.ts';
import { useActions, useApp, useTexts, useWindow } from '../../store/window-context.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { executionColumns } from './execution-columns.tsx';
import { ExecutionFacts } from './execution-facts.tsx';
import { ExecutionFilters } from './execution-filters.tsx';
import styles from './list.module.css';
import { RecordGrid } from './record-grid.tsx';
import type { RecordPage } from './record-source.ts';
import { useInstants } from './use-instants.ts';
import { useRecords } from './use-records.ts';

/** All executions, newest first; one of them beside the list. */
export function ExecutionsTab(): ReactNode {
  const { history } = useTexts();
  const { ticker } = useWindow();
  const { askHistory, filterExecutions } = useActions();
  const filter = useApp((state) => state.history.executionFilter);
  const revision = useApp((state) => state.history.revision);
  const zone = useApp(zoneOf);
  const format = useInstants();
  const [openId, setOpenId] = useState<string | null>(null);
  const fetch = useCallback(
    async (offset: number, limit: number): Promise<RecordPage<ExecutionSummary>> => {
      const page = await askHistory('history.executions', { ...executionQuestion(filter, zone, ticker.nowMs()), offset, limit });
      return { records: page.executions, total: page.total };
    },
    [askHistory, filter, zone, ticker],
  );
  const { source, snapshot } = useRecords(fetch, `${JSON.stringify(filter)} ${zone} ${String(revision)}`);
  const columns = useMemo(() => executionColumns(history, format), [history, format]);
  const clear = (
    <Button variant="subtle" size="compact-xs" onClick={() => filterExecutions(noExecutionFilter)}>
      {history.filters.clear}
    </Button>
  );
  return (
    <div className={styles.tab}>
      <div className={styles.bar} role="search" aria-label={history.filters.label}>
        <ExecutionFilters />
        {isFiltered(filter) && clear}
      </div>
      <div />
      <div className={styles.list}>
        <RecordGrid
          label={history.executions.label}
          source={source}
          snapshot={snapshot}
          columns={columns}
          empty={
            isFiltered(filter) ? (
              <EmptyState {...history.executions.nothing}>{clear}</EmptyState>
            ) : (
              <EmptyState {...history.executions.empty} />
            )
          }
          onOpen={(execution) => setOpenId(execution.executionId)}
        />
        {openId !== null && (
          <SidePanel title={history.executions.detail} onClose={() => setOpenId(null)}>
            <ExecutionFacts key={openId} executionId={openId} />
          </SidePanel>
        )}
      </div>
      <div className={styles.foot}>
        <span>{snapshot.total !== null && history.count(snapshot.total, 'execution')}</span>
        <span className={styles.room} />
        <span>{history.times(format.zone)}</span>
      </div>
    </div>
  );
}
