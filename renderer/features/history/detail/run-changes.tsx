import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RunComparison, RunSummary, StoredRun } from '../../../../app/model/history-pages.ts';
import { isWholeAnswer } from '../../../../app/model/run-evaluation.ts';
import { formatCount, formatSeconds } from '../../../model/numbers.ts';
import { useActions, useApp, useTexts } from '../../../store/window-context.tsx';
import { FailureNote } from '../../../ui/failure-note.tsx';
import { useAsked } from '../../../ui/use-asked.ts';
import { OutcomeWord } from '../outcome-word.tsx';
import { secondsBetween, toSecond, useInstants } from '../use-instants.ts';
import { ClientComparison } from './client-comparison.tsx';
import styles from './run-detail.module.css';
import { outcomeOfRun } from '../../../ui/outcome-mark.tsx';

/** What changed against the run before of the same rule and databases, and which sources were slower than usual. */
export function RunChanges({ run }: { readonly run: StoredRun }): ReactNode {
  const { changes } = useTexts().history.detail;
  const { askHistory } = useActions();
  const revision = useApp((state) => state.history.revision);
  const asked = useAsked(() => askHistory('history.comparison', { runId: run.runId }), `${run.runId} ${String(revision)}`);
  return (
    <section aria-label={changes.title} className={styles.changes} aria-busy={asked.kind === 'waiting'}>
      <h3 className={styles.partTitle}>{changes.title}</h3>
      {asked.kind === 'failed' && <FailureNote failure={asked.failure} />}
      {asked.kind === 'answered' && (
        <div className={styles.changeColumns}>
          <div>
            <PreviousRun run={run} comparison={asked.value} />
            <ClientComparison runId={run.runId} />
          </div>
          <SlowerSources comparison={asked.value} />
        </div>
      )}
    </section>
  );
}

function SlowerSources({ comparison }: { readonly comparison: RunComparison }): ReactNode {
  const { changes } = useTexts().history.detail;
  const { slower, judged, unjudged } = comparison;
  return (
    <div>
      {slower.length > 0 && (
        <>
          <h4 className={styles.smallTitle}>{changes.slower(slower.length)}</h4>
          <ul className={styles.plainList}>
            {slower.map(({ executionId, databaseName, queryName, seconds, p95, n }) => (
              <li key={executionId}>
                <strong>
                  {queryName} · {databaseName}
                </strong>{' '}
                {changes.slowerLine(seconds, p95, n)}
              </li>
            ))}
          </ul>
        </>
      )}
      {slower.length === 0 && <p className={styles.line}>{judged === 0 ? changes.nobodyJudged : changes.noneSlower(judged)}</p>}
      {judged > 0 && unjudged > 0 && <p className={styles.line}>{changes.unjudged(unjudged)}</p>}
    </div>
  );
}

function PreviousRun({ run, comparison }: { readonly run: StoredRun; readonly comparison: RunComparison }): ReactNode {
  const { history } = useTexts();
  const { changes } = history.detail;
  const { showHistoryRun } = useActions();
  const format = useInstants();
  const { previous, lookedAt } = comparison;
  if (previous === null) return <p className={styles.line}>{changes.none(lookedAt)}</p>;
  const rows = figures(history, run, previous);
  return (
    <div>
      <p className={styles.line}>
        {changes.previous(toSecond(format, previous.startedAt))}{' '}
        <Button variant="subtle" size="compact-xs" onClick={() => showHistoryRun(previous.runId)}>
          {changes.showPrevious}
        </Button>
      </p>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{changes.figures}</th>
            <th scope="col">{changes.before}</th>
            <th scope="col">{changes.now}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{history.runs.columns.outcome}</th>
            <td>
              <OutcomeWord outcome={outcomeOfRun(previous.outcome)} />
            </td>
            <td>
              <OutcomeWord outcome={outcomeOfRun(run.outcome)} />
            </td>
          </tr>
          {rows.map(([name, before, now]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{before}</td>
              <td className={before === now ? undefined : styles.differs}>{now}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type Compared = Pick<
  RunSummary,
  'outcome' | 'answeredSources' | 'expectedSources' | 'confirmed' | 'undetermined' | 'totalRows' | 'startedAt' | 'completedAt'
>;

function figures(
  { runs, detail, none }: ReturnType<typeof useTexts>['history'],
  run: Compared,
  previous: Compared,
): readonly (readonly [string, string, string])[] {
  const count = (value: number | null): string => (value === null ? none : formatCount(value));
  const found = (each: Compared): string =>
    each.confirmed === null || isWholeAnswer(each) ? count(each.confirmed) : runs.atLeast(each.confirmed);
  const took = ({ startedAt, completedAt }: Compared): string =>
    completedAt === null ? none : formatSeconds(secondsBetween(startedAt, completedAt));
  const coverage = ({ answeredSources, expectedSources }: Compared): string => runs.coverage(answeredSources, expectedSources);
  return [
    [detail.coverage, coverage(previous), coverage(run)],
    [runs.columns.confirmed, found(previous), found(run)],
    [runs.columns.undetermined, count(previous.undetermined), count(run.undetermined)],
    [detail.rows, count(previous.totalRows), count(run.totalRows)],
    [runs.columns.took, took(previous), took(run)],
  ];
}
