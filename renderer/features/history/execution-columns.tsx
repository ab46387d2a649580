import type { ExecutionSummary } from '../../../app/model/history-pages.ts';
import type { InstantFormat } from '../../model/instant-format.ts';
import { formatCount, formatSeconds } from '../../model/numbers.ts';
import type { Texts } from '../../texts/texts.ts';
import { OutcomeWord } from './outcome-word.tsx';
import type { RecordColumn } from './record-grid.tsx';
import { toSecond } from './use-instants.ts';

/** The columns of the list of executions. */
export function executionColumns({ executions, none }: Texts['history'], format: InstantFormat): readonly RecordColumn<ExecutionSummary>[] {
  const { columns } = executions;
  return [
    { id: 'started', label: columns.started, width: '136px', cell: ({ startedAt }) => toSecond(format, startedAt) },
    {
      id: 'status',
      label: columns.status,
      width: '124px',
      narrow: '110px',
      cell: ({ status }) => <OutcomeWord outcome={status ?? 'running'} />,
    },
    {
      id: 'query',
      label: columns.query,
      width: 'minmax(140px, 1.4fr)',
      narrow: 'minmax(130px, 1.4fr)',
      cell: ({ queryName }) => <span title={queryName}>{queryName}</span>,
    },
    {
      id: 'database',
      label: columns.database,
      width: 'minmax(120px, 1fr)',
      narrow: 'minmax(110px, 1fr)',
      cell: ({ databaseName }) => <span title={databaseName}>{databaseName}</span>,
    },
    { id: 'user', label: columns.user, width: '92px', narrow: '76px', cell: ({ userId }) => <span className="cam-mono">{userId}</span> },
    {
      id: 'took',
      label: columns.took,
      width: '78px',
      narrow: '58px',
      align: 'right',
      cell: ({ executionTime }) => (executionTime === null ? none : formatSeconds(executionTime)),
    },
    {
      id: 'rows',
      label: columns.rows,
      width: '84px',
      narrow: '76px',
      align: 'right',
      cell: ({ totalRows }) => (totalRows === null ? none : formatCount(totalRows)),
    },
    {
      id: 'attempts',
      label: columns.attempts,
      width: '66px',
      narrow: '62px',
      align: 'right',
      cell: ({ attempts }) => formatCount(attempts),
    },
    {
      id: 'error',
      label: columns.error,
      width: 'minmax(90px, 0.7fr)',
      narrow: 'minmax(76px, 0.6fr)',
      cell: ({ errorCode, errorMessage }) => (
        <span className="cam-mono" title={errorMessage ?? ''}>
          {errorCode ?? ''}
        </span>
      ),
    },
    {
      id: 'run',
      label: columns.run,
      width: 'minmax(100px, 1fr)',
      narrow: null,
      cell: ({ runId }) => (
        <span className="cam-mono" title={runId}>
          {runId}
        </span>
      ),
    },
  ];
}
