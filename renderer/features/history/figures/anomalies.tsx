import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Anomaly } from '../../../../app/model/history-figures.ts';
import { useTexts } from '../../../store/window-context.tsx';
import { toSecond, useInstants } from '../use-instants.ts';
import { Answered } from './answered.tsx';
import { FigureTable } from './figure-table.tsx';
import styles from './figures.module.css';
import { FindingCard } from './finding-card.tsx';
import { useFigures, useFigureScope } from './use-figures.ts';

/** Eight weeks hold each hour of the week eight times. */
const baselineDays = 56;
/** Judging more days by themselves would call half of a year unusual. */
const mostDays = 30;
const shownAtFirst = 20;

/** What is unusual in the period, and why. */
export function Anomalies({ onOpen }: { readonly onOpen: (executionId: string) => void }): ReactNode {
  const { findings: texts } = useTexts().historyFigures;
  const format = useInstants();
  const { scope, days } = useFigureScope();
  const judged = Math.min(days, mostDays);
  const asked = useFigures('history.anomalies', { days: judged, baselineDays, zone: format.zone });
  const isMeant = ({ userId, databaseName }: Anomaly): boolean =>
    (scope.userId === undefined || scope.userId === userId) && (scope.databaseName === undefined || scope.databaseName === databaseName);
  return (
    <FindingCard title={texts.anomalies} hint={texts.anomaliesHint(judged, baselineDays)}>
      <Answered asked={asked}>
        {(anomalies) => {
          const found = anomalies.filter(isMeant);
          return found.length === 0 ? <p className={styles.line}>{texts.noAnomalies}</p> : <AnomalyTable found={found} onOpen={onOpen} />;
        }}
      </Answered>
    </FindingCard>
  );
}

interface AnomalyTableProps {
  readonly found: readonly Anomaly[];
  readonly onOpen: (executionId: string) => void;
}

function AnomalyTable({ found, onOpen }: AnomalyTableProps): ReactNode {
  const { findings: texts } = useTexts().historyFigures;
  const format = useInstants();
  const [shown, setShown] = useState(shownAtFirst);
  return (
    <>
      <FigureTable
        label={texts.anomalies}
        rows={found.slice(0, shown)}
        keyOf={({ executionId, kind }) => `${executionId} ${kind}`}
        columns={[
          {
            label: texts.at,
            cell: ({ at, executionId }) => (
              <Button variant="subtle" size="compact-xs" ml={-8} onClick={() => onOpen(executionId)}>
                {toSecond(format, at)}
              </Button>
            ),
          },
          { label: texts.kind, cell: ({ kind }) => texts.kinds[kind] },
          { label: texts.user, cell: ({ userId }) => <span className="cam-mono">{userId}</span> },
          { label: texts.why, cell: ({ reason }) => reason },
        ]}
      />
      {found.length > shown && (
        <p className={styles.line}>
          {texts.more(shown, found.length)}{' '}
          <Button variant="subtle" size="compact-xs" onClick={() => setShown(shown + 100)}>
            {texts.show}
          </Button>
        </p>
      )}
    </>
  );
}
