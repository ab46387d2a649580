import type { EndpointState } from '../../../app/model/health.ts';
import type { HistoryState } from '../../../app/model/history.ts';
import type { RunOutcomeKind } from '../../../app/model/run.ts';
import { formatCount } from '../../model/numbers.ts';
import { plural } from './plural.ts';

const storeWords: Readonly<Record<HistoryState['store'], string>> = {
  opening: 'being opened',
  ready: 'written to its store',
  unavailable: 'store not reachable',
};

/** The status page: figures over runs, and what goes on now. */
export const figuresTexts = {
  title: 'Status',
  since: 'Counted since',
  nothing: 'Nothing has been counted yet. The figures begin with the end of the first run.',
  hint: 'The same figures as cam stats and /health, over all programs that use this data folder.',
  refresh: 'Refresh',
  reset: 'Reset the figures',
  resetQuestion: 'The figures of all runs so far are forgotten. The history is not touched.',
  resetYes: 'Forget the figures',
  now: 'Now',
  runs: (count: number) => plural(count, 'run'),
  sources: (count: number) => `${plural(count, 'query', 'queries')} being asked`,
  waiting: (count: number) => `${plural(count, 'query', 'queries')} waiting`,
  ended: 'Runs that have ended',
  outcomes: {
    succeeded: 'complete',
    partial: 'in part',
    failed: 'failed',
    cancelled: 'cancelled',
  } satisfies Record<RunOutcomeKind, string>,
  partialTimeouts: (count: number) => `${formatCount(count)} in part because a query ran out of time`,
  sent: 'Queries asked',
  strategies: { single: 'to one database', multi: 'to parts of a group', broadcast: 'to a whole group' },
  history: 'History',
  historyState: ({ store, waiting, failure }: HistoryState) =>
    `${store === 'ready' && failure !== undefined ? 'not written' : storeWords[store]}, ${formatCount(waiting)} waiting`,
  historyLost: (count: number) => `${plural(count, 'record')} lost`,
  endpoints: 'Endpoints',
  endpointHead: {
    endpoint: 'Database and endpoint',
    breaker: 'Use',
    attempts: 'Attempts',
    usual: 'Usually',
    longest: 'At most',
    success: 'Last success',
    failure: 'Last failure',
  },
  breakers: { closed: 'in use', 'half-open': 'being tried again', open: 'left alone' } satisfies Record<EndpointState, string>,
  breakerHints: {
    closed: 'It is used.',
    'half-open': 'The next call tries whether it is back.',
    open: 'It failed too often and is left alone for now.',
  } satisfies Record<EndpointState, string>,
  close: 'Try it again now',
  closeOf: (database: string, endpoint: string) => `Try ${database} at ${endpoint} again now`,
  databases: 'Databases',
  databaseHead: {
    database: 'Database',
    sources: 'Queries',
    missing: 'Missing',
    retries: 'Retries',
    timeouts: 'Timeouts',
    rows: 'Rows',
    wait: 'Usual wait',
  },
};
