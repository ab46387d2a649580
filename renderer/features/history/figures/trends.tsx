import type { ReactNode } from 'react';
import type { QueryTrend } from '../../../../app/model/history-figures.ts';
import { useTexts } from '../../../store/window-context.tsx';
import { Answered } from './answered.tsx';
import { FigureTable } from './figure-table.tsx';
import styles from './figures.module.css';
import { FindingCard } from './finding-card.tsx';
import { useFigures, useFigureScope } from './use-figures.ts';

/** Queries that get slower or faster; the others are counted. */
export function Trends(): ReactNode {
  const { findings: texts } = useTexts().historyFigures;
  const { scope, days } = useFigureScope();
  const asked = useFigures('history.queryTrends', { scope, days });
  return (
    <FindingCard title={texts.trends} hint={texts.trendsHint}>
      <Answered asked={asked}>
        {(trends) => {
          const moving = trends.filter(({ direction }) => direction === 'slower' || direction === 'faster');
          if (trends.length === 0) return <p className={styles.line}>{texts.noTrends}</p>;
          return (
            <>
              {moving.length > 0 && <TrendTable trends={moving} />}
              {trends.length > moving.length && <p className={styles.line}>{texts.steadyCount(trends.length - moving.length)}</p>}
            </>
          );
        }}
      </Answered>
    </FindingCard>
  );
}

function TrendTable({ trends }: { readonly trends: readonly QueryTrend[] }): ReactNode {
  const { findings: texts } = useTexts().historyFigures;
  return (
    <FigureTable
      label={texts.trends}
      rows={trends}
      keyOf={({ queryName, databaseName }) => `${databaseName} ${queryName}`}
      columns={[
        { label: texts.query, cell: ({ queryName }) => queryName },
        { label: texts.database, cell: ({ databaseName }) => databaseName },
        {
          label: texts.trend,
          cell: ({ direction }) => (
            <span className={direction === 'slower' ? styles.slower : styles.faster}>
              {direction === 'slower' ? '▲' : '▼'} {texts.directions[direction]}
            </span>
          ),
        },
        { label: texts.slope, isFigure: true, cell: ({ slopePerDay }) => texts.slopeOf(slopePerDay) },
        { label: texts.why, cell: ({ reason }) => reason },
      ]}
    />
  );
}
