import type { Failure } from '../../app/model/failure.ts';
import type { ChainProgress, ChainVerdict } from '../../app/model/history-audit.ts';
import type { RunningSummary } from '../../app/model/history-pages.ts';
import type { ExecutionStatus, HistoryState, RunStatus } from '../../app/model/history.ts';

/** The parts of the history page. */
export type HistoryTab = 'runs' | 'executions' | 'statistics' | 'findings' | 'audit';

/** A stretch of time to look at: the last so many days, everything, or between two days. */
export type SpanName = 'day' | 'week' | 'month' | 'quarter' | 'year' | 'all' | 'between';

/** A stretch of time as it is set; the days (`YYYY-MM-DD`, in the analyst's zone) count only for `between`. */
export interface SpanChoice {
  readonly span: SpanName;
  readonly fromDay: string;
  /** Included. */
  readonly toDay: string;
}

/** Which runs are listed; what is empty does not restrict. */
export interface RunListFilter extends SpanChoice {
  readonly search: string;
  readonly userId: string;
  readonly outcome: RunStatus | '';
}

/** Which executions are listed; what is empty does not restrict. */
export interface ExecutionListFilter extends SpanChoice {
  readonly search: string;
  readonly userId: string;
  readonly status: ExecutionStatus | '';
  readonly databaseName: string;
  readonly queryName: string;
}

/** A check of the audit chain: whether one goes on, and what came of the last one. */
export type ChainCheckState =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly checkId: string; readonly progress: ChainProgress | null; readonly isStopping: boolean }
  | { readonly kind: 'done'; readonly verdict: ChainVerdict }
  /** Then nothing is known of the chain. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What the history page shows. The records themselves are asked for by what draws them. */
export interface HistorySlice {
  readonly tab: HistoryTab;
  /** How recording goes; `null` until it was asked. */
  readonly recording: HistoryState | null;
  /** What runs now, also in other programs, the oldest first. */
  readonly running: readonly RunningSummary[];
  /** Counts changes of the history; lists and figures are asked for again when it grows. */
  readonly revision: number;
  readonly runFilter: RunListFilter;
  readonly executionFilter: ExecutionListFilter;
  /** The run whose detail lies over the list. */
  readonly openRunId: string | null;
  readonly check: ChainCheckState;
  /** Figures are about the last so many days. */
  readonly days: number;
  /** Figures are about this user; empty for everybody. */
  readonly figuresUser: string;
  /** Figures are about this database; empty for all. */
  readonly figuresDatabase: string;
}

const anySpan: SpanChoice = { span: 'all', fromDay: '', toDay: '' };

/** Lists that are not filtered. */
export const noRunFilter: RunListFilter = { ...anySpan, search: '', userId: '', outcome: '' };

/** Lists that are not filtered. */
export const noExecutionFilter: ExecutionListFilter = {
  ...anySpan,
  search: '',
  userId: '',
  status: '',
  databaseName: '',
  queryName: '',
};

/** The list of all runs, and figures of the last 30 days. */
export function initialHistory(): HistorySlice {
  return {
    tab: 'runs',
    recording: null,
    running: [],
    revision: 0,
    runFilter: noRunFilter,
    executionFilter: noExecutionFilter,
    openRunId: null,
    check: { kind: 'none' },
    days: 30,
    figuresUser: '',
    figuresDatabase: '',
  };
}
