import { Button } from '@mantine/core';
import { type ReactNode, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { ShownTable } from '../../../app/model/table.ts';
import { createInstantFormat } from '../../model/instant-format.ts';
import { zoneOf } from '../../model/readiness.ts';
import { tableKeyOf, tableViewOf } from '../../model/table-key.ts';
import { useActions, useApp, useTexts, useWindow } from '../../store/window-context.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FailedPart } from '../../ui/failed-part.tsx';
import { DataTable } from '../table/data-table.tsx';
import { type PageQuery, PageSource } from '../table/page-source.ts';
import { absentWords, missingTypesOf } from './absent-cells.ts';
import { emptyKindOf, isKnownEmpty, layoutNameOf, revisionOf, storedZoneOf } from './result-table-state.ts';
import styles from './results.module.css';

interface ResultTableProps {
  readonly runId: string;
  readonly table: ShownTable;
}

/** One table of a run. */
export function ResultTable({ runId, table }: ResultTableProps): ReactNode {
  const texts = useTexts();
  const { results, shell, evidence, changes } = texts;
  const actions = useActions();
  const { store } = useWindow();
  const key = tableKeyOf(table);
  const order = useApp((state) => tableViewOf(state.view, key));
  const zone = useApp(zoneOf);
  const format = useMemo(() => createInstantFormat(zone), [zone]);
  const revision = useApp((state) => revisionOf(state.run.state, table));
  const storedZone = useApp((state) => storedZoneOf(state.run.state, table));
  const layoutName = useApp((state) => layoutNameOf(state.run.state, table));
  const source = useMemo(() => {
    const fetch = ({ sort, ...query }: PageQuery) => actions.page(runId, { ...query, table, ...(sort === null ? {} : { sort }) });
    const now = store.getState();
    return new PageSource(fetch, tableViewOf(now.view, tableKeyOf(table)), revisionOf(now.run.state, table));
  }, [actions, store, runId, table]);
  useEffect(() => {
    source.open();
    return () => source.close();
  }, [source]);
  useEffect(() => source.setOrder(order), [source, order]);
  useEffect(() => source.setRevision(revision), [source, revision]);
  const snapshot = useSyncExternalStore(source.subscribe, source.snapshot);
  const emptyKind = useApp((state) => emptyKindOf(state.run.state, table, order.filters.length > 0));
  const isEmptyKnown = useApp((state) => isKnownEmpty(state.run.state, table));
  const missingTypes = useApp((state) => missingTypesOf(state.run.state));
  const absent = useMemo(() => absentWords(texts, table, missingTypes), [texts, table, missingTypes]);
  const hasUndetermined = useApp((state) => (state.run.state?.merge?.undetermined ?? 0) > 0);
  const opens = useMemo(
    () => ({
      column: 'user_id',
      open: (client: string, row: number, of: number) => actions.showEvidence(client, { table, row, of }),
      hint: evidence.open,
    }),
    [actions, evidence, table],
  );
  const followed = useApp(({ view: { evidence: shown } }) => {
    const place = shown?.runId === runId ? shown.place : undefined;
    return place !== undefined && tableKeyOf(place.table) === key ? place.row : null;
  });
  const { failure } = snapshot;
  const empty =
    failure !== null ? (
      <FailedPart failure={failure} onRetry={() => source.refresh()} />
    ) : snapshot.columns === null || (snapshot.matching === 0 && snapshot.isStale && !isEmptyKnown) ? (
      <div className={styles.waiting}>{shell.loading}</div>
    ) : snapshot.matching === 0 ? (
      <EmptyState {...results.empty[emptyKind]}>
        {emptyKind === 'confirmed-incomplete' && hasUndetermined && (
          <Button variant="default" onClick={() => actions.showTab('undetermined')}>
            {results.showUndetermined}
          </Button>
        )}
        {emptyKind === 'filtered' && (
          <Button variant="default" onClick={() => actions.clearFilters(key)}>
            {results.clearFilters}
          </Button>
        )}
      </EmptyState>
    ) : null;
  return (
    <DataTable
      label={results.tableLabel(table)}
      layoutName={layoutName}
      source={source}
      order={order}
      format={format}
      storedZone={storedZone}
      note={table.kind === 'source' ? table.source : results.clientHint}
      {...(table.kind === 'change' && {
        chip: { text: changes.chip[table.change], removeLabel: changes.removeChip, onRemove: () => actions.showChange(null) },
      })}
      absent={absent}
      followed={followed}
      empty={empty}
      onSort={(sort) => actions.sortTable(key, sort)}
      onFilter={(filter) => actions.filterTable(key, filter)}
      onClearFilters={() => actions.clearFilters(key)}
      {...(table.kind === 'source' ? {} : { opens })}
    />
  );
}
