import { type ReactNode, useState } from 'react';
import type { SlowQuery } from '../../../../app/model/history-figures.ts';
import { formatCount, formatSeconds } from '../../../model/numbers.ts';
import { useTexts } from '../../../store/window-context.tsx';
import { Answered } from './answered.tsx';
import { WordChoice } from './figure-choice.tsx';
import { FigureTable } from './figure-table.tsx';
import styles from './figures.module.css';
import { FindingCard } from './finding-card.tsx';
import { useFigures, useFigureScope } from './use-figures.ts';

const most = 10;

/** The queries that take longest, by one of three measures. */
export function SlowestQueries(): ReactNode {
  const { findings: texts } = useTexts().historyFigures;
  const [by, setBy] = useState<keyof typeof texts.measures>('average');
  const { scope, days } = useFigureScope();
  const asked = useFigures('history.slowestQueries', { scope, days, by, limit: most });
  return (
    <FindingCard
      title={texts.slowest}
      hint={texts.slowestHint}
      choice={<WordChoice label={texts.by} words={texts.measures} value={by} onChange={setBy} />}
    >
      <Answered asked={asked}>
        {(queries) =>
          queries.length === 0 ? (
            <p className={styles.line}>{texts.noSlowest}</p>
          ) : (
            <FigureTable<SlowQuery>
              label={texts.slowest}
              rows={queries}
              keyOf={texts.slowLine}
              columns={[
                { label: texts.query, cell: ({ queryName }) => queryName },
                { label: texts.database, cell: ({ databaseName }) => databaseName },
                { label: texts.n, isFigure: true, cell: ({ n }) => formatCount(n) },
                { label: texts.timeouts, isFigure: true, cell: ({ timeouts }) => formatCount(timeouts) },
                { label: texts.average, isFigure: true, cell: ({ average }) => formatSeconds(average) },
                { label: texts.p95, isFigure: true, cell: ({ p95 }) => formatSeconds(p95) },
                { label: texts.longest, isFigure: true, cell: ({ maximum }) => formatSeconds(maximum) },
              ]}
            />
          )
        }
      </Answered>
    </FindingCard>
  );
}
