import type { ReactNode } from 'react';
import type { StatisticsGroup } from '../../../../app/model/history-figures.ts';
import { formatCount, formatSeconds } from '../../../model/numbers.ts';
import { useTexts } from '../../../store/window-context.tsx';
import { Answered } from './answered.tsx';
import { type FigureColumn, FigureTable } from './figure-table.tsx';
import styles from './figures.module.css';
import { useFigures, useFigureScope } from './use-figures.ts';

/** The same figures, divided; the most frequent first. Percentiles only by database: for each user they cost too much. */
export function GroupTable({ groupBy }: { readonly groupBy: 'database' | 'user' }): ReactNode {
  const { historyFigures: texts, history } = useTexts();
  const { groups } = texts;
  const { scope, days } = useFigureScope();
  const withPercentiles = groupBy === 'database';
  const asked = useFigures('history.groupedStatistics', { scope, days, groupBy, withPercentiles });
  const title = groupBy === 'database' ? groups.byDatabase : groups.byUser;
  const nameOf = ({ scope: part }: StatisticsGroup): string => (groupBy === 'database' ? part.databaseName : part.userId) ?? '';
  const seconds = (value: number | null): string => (value === null ? history.none : formatSeconds(value));
  const figure = (label: string, cell: FigureColumn<StatisticsGroup>['cell']): FigureColumn<StatisticsGroup> => ({
    label,
    isFigure: true,
    cell,
  });
  const columns: readonly FigureColumn<StatisticsGroup>[] = [
    { label: groupBy === 'database' ? groups.database : groups.user, cell: nameOf },
    figure(groups.columns.total, ({ statistics }) => formatCount(statistics.total)),
    figure(groups.columns.success, ({ statistics }) => texts.share(statistics.successRate)),
    figure(groups.columns.failed, ({ statistics: { byStatus } }) => formatCount(byStatus.failed + byStatus.error)),
    figure(groups.columns.timeouts, ({ statistics }) => formatCount(statistics.byStatus.timeout)),
    figure(groups.columns.cancelled, ({ statistics }) => formatCount(statistics.byStatus.cancelled)),
    figure(groups.columns.average, ({ statistics }) => seconds(statistics.withoutTimeouts.average)),
    ...(withPercentiles
      ? [figure(groups.columns.p95, ({ statistics: { withoutTimeouts } }) => texts.percentile(withoutTimeouts.p95, withoutTimeouts.n))]
      : []),
    figure(groups.columns.longest, ({ statistics }) => seconds(statistics.withoutTimeouts.maximum)),
    figure(groups.columns.rows, ({ statistics }) => formatCount(statistics.totalRows)),
  ];
  return (
    <section className={styles.card} aria-label={title}>
      <h3 className={styles.title}>{title}</h3>
      <Answered asked={asked}>
        {(parts) => (
          <FigureTable
            label={title}
            rows={[...parts].sort((a, b) => b.statistics.total - a.statistics.total)}
            keyOf={nameOf}
            columns={columns}
          />
        )}
      </Answered>
    </section>
  );
}
