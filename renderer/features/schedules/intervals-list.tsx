import { NativeSelect } from '@mantine/core';
import { type ReactNode, useCallback, useMemo } from 'react';
import { intervalStates, type LedgerInterval } from '../../../app/model/schedule.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { RecordGrid } from '../history/record-grid.tsx';
import type { RecordPage } from '../history/record-source.ts';
import { useInstants } from '../history/use-instants.ts';
import { useRecords } from '../history/use-records.ts';
import { intervalColumns } from './interval-columns.tsx';
import styles from './schedules-page.module.css';

/** Every interval, the newest first. */
export function IntervalsList({ names }: { readonly names: readonly string[] }): ReactNode {
  const { schedules: texts } = useTexts();
  const { askSchedules, filterIntervals, showInterval } = useActions();
  const schedule = useApp((each) => each.schedules.schedule);
  const state = useApp((each) => each.schedules.state);
  const revision = useApp((each) => each.schedules.revision);
  const format = useInstants();
  const fetch = useCallback(
    async (offset: number, limit: number): Promise<RecordPage<LedgerInterval>> => {
      const asked = { ...(schedule === '' ? {} : { schedule }), ...(state === '' ? {} : { state }) };
      const page = await askSchedules('schedule.ledger', { ...asked, offset, limit });
      return { records: page.intervals, total: page.total };
    },
    [askSchedules, schedule, state],
  );
  const { source, snapshot } = useRecords(fetch, `${schedule} ${state} ${String(revision)}`);
  const columns = useMemo(() => intervalColumns(texts, format), [texts, format]);
  const isFiltered = schedule !== '' || state !== '';
  return (
    <div className={styles.list}>
      <div className={styles.bar} role="search" aria-label={texts.filters.label}>
        <NativeSelect
          className={styles.choice ?? ''}
          size="xs"
          aria-label={texts.filters.schedule}
          value={schedule}
          data={[{ value: '', label: texts.filters.anySchedule }, ...names.map((name) => ({ value: name, label: name }))]}
          onChange={(event) => filterIntervals({ schedule: event.currentTarget.value })}
        />
        <NativeSelect
          className={styles.choice ?? ''}
          size="xs"
          aria-label={texts.filters.state}
          value={state}
          data={[
            { value: '', label: texts.filters.anyState },
            ...intervalStates.map((each) => ({ value: each, label: texts.states[each] })),
          ]}
          onChange={(event) => filterIntervals({ state: intervalStates.find((each) => each === event.currentTarget.value) ?? '' })}
        />
      </div>
      <div className={styles.grid}>
        <RecordGrid
          label={texts.ledger.label}
          source={source}
          snapshot={snapshot}
          columns={columns}
          empty={<EmptyState {...(isFiltered ? texts.ledger.filtered : texts.ledger.empty)} />}
          onOpen={showInterval}
        />
      </div>
      <div className={styles.foot}>
        <span>{snapshot.total !== null && texts.count(snapshot.total)}</span>
        <span className={styles.room} />
        <span>{texts.times(format.zone)}</span>
      </div>
    </div>
  );
}
