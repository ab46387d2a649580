import type { SourceOutcome, SourceState } from '../../../app/model/run.ts';
import type { Cost } from '../../../app/model/policy.ts';
import { formatBytes, formatCount, formatDuration } from '../../model/numbers.ts';
import { changeTypeWord, plural } from './plural.ts';

const stateWords = {
  waiting: 'waiting',
  connecting: 'connecting',
  running: 'running',
  retrying: 'retrying',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

/**
 * The state of a source in a word; kinds of failure by their own names. `isConfirmed`: of a cancelled source, whether the server has said
 * that its statement has ended; where that is not known the word says nothing of it.
 */
function sourceWord(status: SourceState['status'], outcome: SourceOutcome['kind'] | undefined, isConfirmed?: boolean): string {
  if (outcome === undefined) return stateWords[status];
  switch (outcome) {
    case 'completed':
      return 'completed';
    case 'failed':
      return 'failed';
    case 'timeout':
      return 'timed out';
    case 'cancelled':
      if (isConfirmed === undefined) return 'cancelled';
      return isConfirmed ? 'cancelled (confirmed)' : 'cancelled (server not confirmed)';
    case 'skipped':
      return 'skipped';
    case 'partial':
      return 'partial';
    case 'budget':
      return 'budget reached';
  }
}

/** The Database Status panel. */
export const statusTexts = {
  title: 'Database status',
  states: stateWords,
  sourceWord,
  notStarted: 'not started',
  cancelling: 'cancelling…',
  cancelDatabase: (name: string) => `Cancel ${name}`,
  expand: (name: string) => `Show queries of ${name}`,
  collapse: (name: string) => `Hide queries of ${name}`,
  rate: (rowsPerSecond: number) => `${formatCount(rowsPerSecond)}/s`,
  attempt: (attempt: number) => `attempt ${formatCount(attempt)}`,
  rows: (rows: number) => plural(rows, 'row'),
  queries: (count: number) => plural(count, 'query', 'queries'),
  dropped: (ids: number, times: number) => {
    const parts = [ids > 0 ? `${formatCount(ids)} without an id` : '', times > 0 ? `${formatCount(times)} without a time` : ''];
    return `${parts.filter((part) => part !== '').join(', ')}: not in the merge`;
  },
  cost: ({ bytes, statements, databaseMs }: Cost) =>
    `${formatBytes(bytes)} · ${plural(statements, 'statement')} · ${formatDuration(databaseMs)} in the database`,
  process: (id: number) => `process ${String(id)}`,
  changeType: (type: string | null) => (type === null ? 'raw table' : changeTypeWord(type)),
  drivers: { oracle: 'Oracle', postgres: 'PostgreSQL', duckdb: 'DuckDB', fake: 'Fake' },
  cancelConfirmed: 'The server confirmed that the statement is gone.',
  cancelUnconfirmed: 'The server has not confirmed that the statement is gone.',
  empty: 'No database is configured.',
  notRead: 'Not known: the configuration has mistakes.',
};
