import { lazy, type ReactNode, Suspense } from 'react';
import type { ReportStatistics } from '../../../app/model/table.ts';
import { formatCount } from '../../model/numbers.ts';
import { useTexts } from '../../store/window-context.tsx';
import { ErrorBoundary } from '../../ui/error-boundary.tsx';
import { classNames } from '../../ui/class-names.ts';
import styles from './statistics.module.css';

// The chart library is larger than the rest of the window; it comes when figures are first looked at.
const WidthChart = lazy(async () => ({ default: (await import('./width-chart.tsx')).WidthChart }));

/** Distribution of the width of the windows: key figures, a chart, and the chart's figures as a table. */
export function WindowWidths({ statistics }: { readonly statistics: ReportStatistics }): ReactNode {
  const { results, shell } = useTexts();
  const { statistics: texts } = results;
  const { windowHours, histogram } = statistics;
  return (
    <section aria-label={texts.width}>
      <h3 className={styles.title}>{texts.width}</h3>
      <p className={styles.hint}>{texts.widthHint}</p>
      {windowHours === null ? (
        <p className={styles.hint}>{texts.empty}</p>
      ) : (
        <>
          <dl className={styles.figures}>
            {figuresOf(windowHours, texts).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <ErrorBoundary part={shell.parts.chart}>
            <Suspense fallback={<div className={styles.chart} aria-busy="true" />}>
              <WidthChart histogram={histogram} />
            </Suspense>
          </ErrorBoundary>
          <details className={styles.table}>
            <summary>{texts.asTable}</summary>
            <table className={styles.grid}>
              <tbody>
                {histogram.map(({ fromHours, toHours, count }) => (
                  <tr key={fromHours}>
                    <th scope="row">{texts.bin(fromHours, toHours)}</th>
                    <td className={classNames(styles.figure)}>{texts.clients(count)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </details>
        </>
      )}
    </section>
  );
}

type Widths = NonNullable<ReportStatistics['windowHours']>;
type WidthTexts = ReturnType<typeof useTexts>['results']['statistics'];

function figuresOf(widths: Widths, texts: WidthTexts): readonly (readonly [string, string])[] {
  return [
    [texts.n, formatCount(widths.n)],
    [texts.median, texts.hours(widths.median)],
    [texts.mean, texts.hours(widths.mean)],
    [texts.min, texts.hours(widths.min)],
    [texts.max, texts.hours(widths.max)],
    ...(widths.std === null ? [] : ([[texts.std, texts.hours(widths.std)]] as const)),
  ];
}
