import type { RunSummary } from '../../../app/model/history-pages.ts';
import { isWholeAnswer } from '../../../app/model/run-evaluation.ts';
import type { InstantFormat } from '../../model/instant-format.ts';
import { formatCount, formatSeconds } from '../../model/numbers.ts';
import type { Texts } from '../../texts/texts.ts';
import styles from './list.module.css';
import { OutcomeWord } from './outcome-word.tsx';
import type { RecordColumn } from './record-grid.tsx';
import { secondsBetween, toSecond } from './use-instants.ts';
import { outcomeOfRun } from '../../ui/outcome-mark.tsx';

/** The columns of the list of runs. */
export function runColumns({ runs, none }: Texts['history'], format: InstantFormat): readonly RecordColumn<RunSummary>[] {
  const { columns } = runs;
  return [
    { id: 'started', label: columns.started, width: '136px', cell: (run) => toSecond(format, run.startedAt) },
    {
      id: 'outcome',
      label: columns.outcome,
      width: '106px',
      narrow: '96px',
      cell: (run) => <OutcomeWord outcome={outcomeOfRun(run.outcome)} />,
    },
    { id: 'user', label: columns.user, width: '84px', narrow: '76px', cell: (run) => <span className="cam-mono">{run.userId}</span> },
    {
      id: 'lastEvent',
      label: columns.lastEvent,
      width: '136px',
      cell: (run) => toSecond(format, run.lastEvent),
    },
    { id: 'window', label: columns.window, width: '54px', narrow: '54px', align: 'right', cell: (run) => runs.hours(run.windowHours) },
    {
      id: 'rule',
      label: columns.rule,
      width: 'minmax(110px, 1.2fr)',
      narrow: 'minmax(90px, 1fr)',
      cell: (run) => (
        <span title={run.rule}>
          {run.sampleData && <span className={styles.badge}>{runs.sample}</span>}
          {run.rule}
        </span>
      ),
    },
    {
      id: 'coverage',
      label: columns.coverage,
      width: '66px',
      narrow: '58px',
      align: 'right',
      cell: (run) => (
        <span className={run.answeredSources < run.expectedSources ? styles.missing : undefined}>
          {runs.coverage(run.answeredSources, run.expectedSources)}
        </span>
      ),
    },
    {
      id: 'confirmed',
      label: columns.confirmed,
      width: '74px',
      narrow: '70px',
      align: 'right',
      cell: (run) => foundOf(run, runs.atLeast, none),
    },
    {
      id: 'undetermined',
      label: columns.undetermined,
      width: '100px',
      narrow: '94px',
      align: 'right',
      cell: (run) => (run.undetermined === null ? none : formatCount(run.undetermined)),
    },
    {
      id: 'took',
      label: columns.took,
      width: '74px',
      narrow: '62px',
      align: 'right',
      cell: (run) => (run.completedAt === null ? none : formatSeconds(secondsBetween(run.startedAt, run.completedAt))),
    },
    {
      id: 'run',
      label: columns.run,
      width: 'minmax(90px, 1fr)',
      narrow: null,
      cell: (run) => (
        <span className="cam-mono" title={run.runId}>
          {run.runId}
        </span>
      ),
    },
  ];
}

/** While a source is missing or the rule was not evaluated to its end a count is a lower bound, and no count at all is not nobody. */
function foundOf(run: RunSummary, atLeast: (count: number) => string, none: string): string {
  if (run.confirmed === null) return none;
  return isWholeAnswer(run) ? formatCount(run.confirmed) : atLeast(run.confirmed);
}
