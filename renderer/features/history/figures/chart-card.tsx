import { lazy, type ReactNode, Suspense } from 'react';
import { useTexts } from '../../../store/window-context.tsx';
import { ErrorBoundary } from '../../../ui/error-boundary.tsx';
import type { ChartOptions } from './chart-look.ts';
import { type FigureColumn, FigureTable } from './figure-table.tsx';
import styles from './figures.module.css';

// The chart library is larger than the rest of the window; it comes when figures are first looked at.
const FigureChart = lazy(async () => ({ default: (await import('./figure-chart.tsx')).FigureChart }));

interface ChartCardProps<T> {
  readonly title: string;
  readonly hint: string;
  /** Stands instead of the chart where there is nothing to draw. */
  readonly nothing: string;
  readonly options: ChartOptions;
  /** The same figures as a table. */
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly columns: readonly FigureColumn<T>[];
}

/** A chart, and its figures for whoever does not see it. */
export function ChartCard<T>({ title, hint, nothing, options, rows, keyOf, columns }: ChartCardProps<T>): ReactNode {
  const { historyFigures: texts, shell } = useTexts();
  return (
    <section className={styles.card} aria-label={title}>
      <h3 className={styles.title}>{title}</h3>
      <p className={styles.hint}>{hint}</p>
      {rows.length === 0 ? (
        <div className={styles.none}>{nothing}</div>
      ) : (
        <>
          <ErrorBoundary part={shell.parts.chart}>
            <Suspense fallback={<div className={styles.chart} aria-busy="true" />}>
              <FigureChart label={title} options={options} />
            </Suspense>
          </ErrorBoundary>
          <details className={styles.asTable}>
            <summary>{texts.asTable}</summary>
            <FigureTable label={`${title}: ${texts.asTable}`} rows={rows} keyOf={keyOf} columns={columns} />
          </details>
        </>
      )}
    </section>
  );
}
