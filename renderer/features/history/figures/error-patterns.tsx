import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ErrorPattern } from '../../../../app/model/history-figures.ts';
import { formatCount } from '../../../model/numbers.ts';
import { noExecutionFilter } from '../../../store/history-slice.ts';
import { useActions, useTexts } from '../../../store/window-context.tsx';
import { toSecond, useInstants } from '../use-instants.ts';
import { Answered } from './answered.tsx';
import { FigureTable } from './figure-table.tsx';
import styles from './figures.module.css';
import { FindingCard } from './finding-card.tsx';
import { useFigures, useFigureScope } from './use-figures.ts';

const most = 20;

/** What goes wrong, grouped by code. */
export function ErrorPatterns({ onOpen }: { readonly onOpen: (executionId: string) => void }): ReactNode {
  const { findings: texts } = useTexts().historyFigures;
  const { filterExecutions, showHistoryTab } = useActions();
  const format = useInstants();
  const { scope, days } = useFigureScope();
  const asked = useFigures('history.errorPatterns', { scope, days, limit: most });
  const showAll = ({ errorCode }: ErrorPattern): void => {
    filterExecutions({ ...noExecutionFilter, search: errorCode, userId: scope.userId ?? '', databaseName: scope.databaseName ?? '' });
    showHistoryTab('executions');
  };
  return (
    <FindingCard title={texts.errors} hint={texts.errorsHint}>
      <Answered asked={asked}>
        {(patterns) =>
          patterns.length === 0 ? (
            <p className={styles.line}>{texts.noErrors}</p>
          ) : (
            <FigureTable<ErrorPattern>
              label={texts.errors}
              rows={patterns}
              keyOf={({ errorType, errorCode }) => `${errorType ?? ''} ${errorCode}`}
              columns={[
                {
                  label: texts.error,
                  cell: (pattern) => (
                    <Button variant="subtle" size="compact-xs" ml={-8} title={texts.showExecutions} onClick={() => showAll(pattern)}>
                      <span className="cam-mono">{pattern.errorCode}</span>
                    </Button>
                  ),
                },
                { label: texts.executions, isFigure: true, cell: ({ executions }) => formatCount(executions) },
                { label: texts.users, isFigure: true, cell: ({ users }) => formatCount(users) },
                { label: texts.where, cell: ({ databases }) => databases.join(', ') },
                { label: texts.first, cell: ({ firstAt }) => <span className={styles.nowrap}>{toSecond(format, firstAt)}</span> },
                {
                  label: texts.last,
                  cell: ({ lastAt, lastExecutionId }) => (
                    <Button variant="subtle" size="compact-xs" ml={-8} onClick={() => onOpen(lastExecutionId)}>
                      {toSecond(format, lastAt)}
                    </Button>
                  ),
                },
                { label: texts.message, cell: ({ lastMessage }) => lastMessage },
              ]}
            />
          )
        }
      </Answered>
    </FindingCard>
  );
}
