import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ExecutionDetail } from '../../../app/model/history-pages.ts';
import { formatSeconds } from '../../model/numbers.ts';
import { useActions, useTexts } from '../../store/window-context.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { useAsked } from '../../ui/use-asked.ts';
import styles from './execution-facts.module.css';
import { OutcomeWord } from './outcome-word.tsx';
import { secondsBetween, toSecond, useInstants } from './use-instants.ts';

/** One execution: how it ended and why, every attempt, the statement. */
export function ExecutionFacts({ executionId }: { readonly executionId: string }): ReactNode {
  const { executions } = useTexts().history;
  const { askHistory } = useActions();
  const asked = useAsked(() => askHistory('history.execution', { executionId }), executionId);
  if (asked.kind === 'failed') return <FailureNote failure={asked.failure} />;
  if (asked.kind === 'waiting') return <div aria-busy="true" />;
  return asked.value === null ? <p>{executions.gone}</p> : <Facts detail={asked.value} />;
}

function Facts({ detail: { execution, attempts } }: { readonly detail: ExecutionDetail }): ReactNode {
  const { executions, none } = useTexts().history;
  const { showHistoryRun } = useActions();
  const format = useInstants();
  const { columns } = executions;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [columns.status, <OutcomeWord outcome={execution.status ?? 'running'} />],
    [columns.user, <span className="cam-mono">{execution.userId}</span>],
    [columns.database, `${execution.databaseName} (${execution.databaseType})`],
    [executions.endpoint, execution.endpoint ?? none],
    [columns.started, toSecond(format, execution.startedAt)],
    [executions.ended, execution.completedAt === null ? none : toSecond(format, execution.completedAt)],
    [columns.took, execution.executionTime === null ? none : formatSeconds(execution.executionTime)],
    [
      columns.rows,
      execution.totalRows === null
        ? executions.unknownRows
        : executions.returned(execution.returnedRows ?? execution.totalRows, execution.totalRows),
    ],
    ...(execution.conversationId === null ? [] : ([[executions.case, execution.conversationId]] as const)),
    [executions.complexity, execution.queryComplexity === null ? none : String(execution.queryComplexity)],
    [executions.id, <span className="cam-mono">{execution.executionId}</span>],
  ];
  return (
    <div className={styles.facts}>
      <h3 className={styles.name}>{execution.queryName}</h3>
      {execution.errorMessage !== null && (
        <p className={styles.error}>
          {execution.errorMessage} <span className="cam-mono">{execution.errorCode}</span>
        </p>
      )}
      <dl className={styles.list}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div>
        <Button variant="default" size="compact-xs" onClick={() => showHistoryRun(execution.runId)}>
          {executions.openRun}
        </Button>
      </div>
      <h4 className={styles.part}>{executions.tries}</h4>
      <ol className={styles.attempts}>
        {attempts.map((attempt) => (
          <li key={attempt.attempt}>
            <span className={styles.attempt}>
              <span>{executions.attempt(attempt.attempt)}</span>
              <OutcomeWord outcome={attempt.status ?? 'running'} />
              <span>{attempt.completedAt === null ? none : formatSeconds(secondsBetween(attempt.startedAt, attempt.completedAt))}</span>
            </span>
            <span className={styles.muted}>
              {[attempt.endpoint, attempt.errorCode, attempt.errorMessage].filter((part) => part !== null).join(' · ')}
            </span>
          </li>
        ))}
      </ol>
      <div className={styles.statementHead}>
        <h4 className={styles.part}>{executions.sql}</h4>
        <CopyButton what="text" text={execution.queryText}>
          {executions.copySql}
        </CopyButton>
      </div>
      <pre className={styles.sql} tabIndex={0}>
        {execution.queryText}
      </pre>
      <p className={styles.hash}>
        {executions.hash}: <span className="cam-mono">{execution.sqlHash}</span>
      </p>
    </div>
  );
}
