import type { ReactNode } from 'react';
import { executionStatuses } from '../../../../app/model/history.ts';
import type { DurationSummary, ExecutionStatistics } from '../../../../app/model/history-figures.ts';
import { formatCount, formatSeconds } from '../../../model/numbers.ts';
import { useTexts } from '../../../store/window-context.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { OutcomeWord } from '../outcome-word.tsx';
import { Answered } from './answered.tsx';
import { DailyCharts } from './daily-charts.tsx';
import { DurationChart } from './duration-chart.tsx';
import { ErrorChart } from './error-chart.tsx';
import { FigureChoice } from './figure-choice.tsx';
import { FigureTable } from './figure-table.tsx';
import styles from './figures.module.css';
import { GroupTable } from './group-table.tsx';
import { useFigures, useFigureScope } from './use-figures.ts';

/** Counts, success, durations and rows: in all, by database, by user, and over time. */
export function StatisticsTab(): ReactNode {
  const { historyFigures: texts } = useTexts();
  const { scope, days } = useFigureScope();
  const asked = useFigures('history.statistics', { scope, days, withPercentiles: true });
  return (
    <div className={styles.tab}>
      <FigureChoice />
      <div className={styles.scroll}>
        <div className={styles.inner}>
          <Answered asked={asked}>
            {(statistics) =>
              statistics.total === 0 ? (
                <EmptyState {...texts.nothing} />
              ) : (
                <>
                  <Summary statistics={statistics} />
                  <div className={styles.charts}>
                    <DailyCharts />
                    <DurationChart />
                    <ErrorChart />
                  </div>
                  <GroupTable groupBy="database" />
                  <GroupTable groupBy="user" />
                </>
              )
            }
          </Answered>
        </div>
      </div>
    </div>
  );
}

function Summary({ statistics }: { readonly statistics: ExecutionStatistics }): ReactNode {
  const { historyFigures: texts, history } = useTexts();
  const { total, successRate, totalRows, byStatus, withTimeouts, withoutTimeouts } = statistics;
  const seconds = (value: number | null): string => (value === null ? history.none : formatSeconds(value));
  const facts: readonly (readonly [string, string])[] = [
    [texts.total, formatCount(total)],
    [texts.successRate, texts.share(successRate)],
    [texts.average, seconds(withoutTimeouts.average)],
    [texts.maximum, seconds(withoutTimeouts.maximum)],
    [texts.rows, formatCount(totalRows)],
  ];
  const durations: readonly (readonly [string, DurationSummary])[] = [
    [texts.durations.without, withoutTimeouts],
    [texts.durations.with, withTimeouts],
  ];
  const [name = '', n = '', average = '', p50 = '', p95 = '', p99 = '', longest = ''] = texts.durations.columns;
  return (
    <>
      <section className={styles.card} aria-label={texts.summary}>
        <dl className={styles.summary}>
          {facts.map(([term, value]) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <ul className={styles.ends} aria-label={texts.ends}>
          {executionStatuses
            .filter((status) => byStatus[status] > 0)
            .map((status) => (
              <li key={status} className={styles.end}>
                <OutcomeWord outcome={status} /> {formatCount(byStatus[status])}
              </li>
            ))}
        </ul>
      </section>
      <section className={styles.card} aria-label={texts.durations.title}>
        <h3 className={styles.title}>{texts.durations.title}</h3>
        <p className={styles.hint}>{texts.durations.hint}</p>
        <FigureTable
          label={texts.durations.title}
          rows={durations}
          keyOf={([word]) => word}
          columns={[
            { label: name, cell: ([word]) => word },
            { label: n, isFigure: true, cell: ([, summary]) => formatCount(summary.n) },
            { label: average, isFigure: true, cell: ([, summary]) => seconds(summary.average) },
            { label: p50, isFigure: true, cell: ([, summary]) => seconds(summary.p50) },
            { label: p95, isFigure: true, cell: ([, summary]) => seconds(summary.p95) },
            { label: p99, isFigure: true, cell: ([, summary]) => seconds(summary.p99) },
            { label: longest, isFigure: true, cell: ([, summary]) => seconds(summary.maximum) },
          ]}
        />
      </section>
    </>
  );
}
