import type { HistoryState } from '../../../app/model/history.ts';
import { formatCount, formatSeconds } from '../../model/numbers.ts';
import type { HistoryTab, SpanName } from '../../store/history-slice.ts';
import type { Outcome } from '../../ui/outcome-mark.tsx';
import { plural } from './plural.ts';

const outcomes: Readonly<Record<Outcome, string>> = {
  running: 'running',
  success: 'success',
  succeeded: 'complete',
  partial: 'in part',
  incomplete: 'incomplete',
  failed: 'failed',
  timeout: 'timed out',
  error: 'program error',
  cancelled: 'cancelled',
  skipped: 'skipped',
  budget: 'budget reached',
  interrupted: 'interrupted',
};

const tabs: Readonly<Record<HistoryTab, string>> = {
  runs: 'Runs',
  executions: 'Executions',
  statistics: 'Statistics',
  findings: 'Findings',
  audit: 'Audit',
};

const spans: Readonly<Record<SpanName, string>> = {
  all: 'Any time',
  day: 'Last 24 hours',
  week: 'Last 7 days',
  month: 'Last 30 days',
  quarter: 'Last 90 days',
  year: 'Last 365 days',
  between: 'Between two days',
};

/** How recording goes, where that is worth a line; empty where all is well. */
function recording(state: HistoryState): string {
  const parts: string[] = [];
  if (state.lost > 0) parts.push(`${plural(state.lost, 'record')} could not be kept.`);
  if (state.rejected > 0)
    parts.push(`The store refused ${plural(state.rejected, 'record')}; they are kept in a file of the history's folder.`);
  if (state.unwritten > 0)
    parts.push(
      `The journal cannot be written: ${plural(state.unwritten, 'record')} ${state.unwritten === 1 ? 'waits' : 'wait'} in memory.`,
    );
  if (state.store === 'unavailable') {
    const isSafe = state.lost === 0 && state.unwritten === 0 && state.rejected === 0;
    parts.push(
      state.waiting > 0
        ? `The history's store cannot be reached: ${plural(state.waiting, 'record')} ${state.waiting === 1 ? 'waits' : 'wait'} in the journal${isSafe ? ', nothing is lost' : ''}. What is shown may lack them.`
        : `The history's store cannot be reached.${isSafe ? ' New records wait in the journal, nothing is lost.' : ''}`,
    );
  }
  return parts.join(' ');
}

/** The history page: lists and the detail of a run. */
export const historyTexts = {
  title: 'History',
  tabList: 'Parts of the history',
  tabs,
  recording,
  opening: 'The history is being opened…',
  outcomes,
  none: '–',
  loadingRow: 'loading',
  count: (shown: number, what: 'run' | 'execution') => plural(shown, what),
  times: (zone: string) => `Times in ${zone}`,
  filters: {
    label: 'Filter',
    span: 'Time',
    spans,
    from: 'From day',
    to: 'To day, included',
    user: 'User',
    userHint: 'User id',
    outcome: 'Outcome',
    anyOutcome: 'Any outcome',
    status: 'Status',
    anyStatus: 'Any status',
    database: 'Database',
    anyDatabase: 'Any database',
    query: 'Query',
    anyQuery: 'Any query',
    searchRuns: 'Search runs',
    searchRunsHint: 'Rule, case, run id, database',
    searchExecutions: 'Search executions',
    searchExecutionsHint: 'Query, database, run id, error code',
    clear: 'Clear filters',
  },
  runs: {
    label: 'Runs, newest first',
    columns: {
      started: 'Started',
      user: 'User',
      outcome: 'Outcome',
      lastEvent: 'Last event',
      window: 'Window',
      rule: 'Rule',
      coverage: 'Sources',
      confirmed: 'Confirmed',
      undetermined: 'Undetermined',
      took: 'Took',
      run: 'Run',
    },
    hours: (hours: number) => `${formatCount(hours)} h`,
    coverage: (answered: number, expected: number) => `${formatCount(answered)} of ${formatCount(expected)}`,
    atLeast: (count: number) => `${formatCount(count)}+`,
    sample: 'sample',
    empty: { title: 'No run is recorded yet', text: 'Every run from now on stands here, whoever started it and however it ended.' },
    nothing: { title: 'No run matches the filters', text: 'Change or clear the filters above the list.' },
  },
  running: {
    label: 'Running now',
    title: (count: number) => `${formatCount(count)} running now`,
    sources: (ended: number, expected: number) => `${formatCount(ended)} of ${plural(expected, 'source')} ended`,
    since: (took: string) => `for ${took}`,
    silent: (time: string) => `Its program was last heard of at ${time}`,
    here: 'in this program',
    elsewhere: 'in another program',
    show: 'Show',
  },
  executions: {
    label: 'Executions, newest first',
    columns: {
      started: 'Started',
      user: 'User',
      status: 'Status',
      query: 'Query',
      database: 'Database',
      took: 'Took',
      rows: 'Rows',
      attempts: 'Attempts',
      error: 'Error',
      run: 'Run',
    },
    empty: { title: 'No execution is recorded yet', text: 'Every query of every run from now on stands here.' },
    nothing: { title: 'No execution matches the filters', text: 'Change or clear the filters above the list.' },
    detail: 'Execution',
    openRun: 'Show its run',
    gone: 'This execution is not in the history any more.',
    sql: 'Statement',
    copySql: 'Copy statement',
    hash: 'SHA-256 of the statement',
    complexity: 'Complexity',
    endpoint: 'Endpoint',
    id: 'Execution id',
    case: 'Case',
    ended: 'Ended',
    tries: 'Attempts',
    attempt: (number: number) => `Attempt ${formatCount(number)}`,
    returned: (returned: number, total: number) =>
      returned === total ? formatCount(total) : `${formatCount(returned)} of ${formatCount(total)} fetched`,
    unknownRows: 'not known',
  },
  detail: {
    label: (runId: string) => `Run ${runId}`,
    back: 'Back to the list',
    gone: { title: 'This run is not in the history any more', text: 'It may have been deleted by retention. Go back to the list.' },
    who: 'Who',
    started: 'Started',
    ended: 'Ended',
    lastEvent: 'Last event (T)',
    window: 'Window',
    rule: 'Rule',
    coverage: 'Sources answered',
    found: 'Found',
    foundText: (confirmed: number, undetermined: number | null, isIncomplete: boolean) =>
      `${isIncomplete ? `${formatCount(confirmed)}+` : formatCount(confirmed)} confirmed` +
      (undetermined === null ? '' : `, ${formatCount(undetermined)} undetermined`),
    foundUnknown: 'Not known: nothing was merged',
    foundUnevaluated: (found: string) => `${found} so far: the rule was not evaluated to its end`,
    foundNobody: 'Nobody: every source answered',
    foundNobodyBut: (told: string) => `Nobody by what could be judged: every source answered, but: ${told}`,
    foundIncomplete: 'Not known who else: sources are missing',
    rows: 'Rows',
    strict: 'strict',
    sample: 'Sample data',
    resumed: (times: number) => `went on ${times === 1 ? 'once' : `${formatCount(times)} times`} after its end`,
    cancelledBy: (who: string) => `cancelled by ${who}`,
    missing: (count: number) => `${plural(count, 'source')} missing`,
    missingHint: 'About these nothing is known in the window; no client is cleared by this run as far as they go.',
    timeline: 'Sources and their attempts',
    timelineHint: 'From the start of the run; each bar is one attempt, the gaps between are waits.',
    attemptAt: (attempt: number, word: string, took: string, endpoint: string) =>
      `Attempt ${formatCount(attempt)}: ${word}, ${took}${endpoint === '' ? '' : `, ${endpoint}`}`,
    wait: (took: string) => `waited ${took}`,
    round: (round: number) => `asked again, round ${formatCount(round)}`,
    neverStarted: 'never started',
    stillRunning: 'still running',
    attempts: (count: number) => plural(count, 'attempt'),
    sourceLine: (took: string, rows: string) => [took, rows].filter((part) => part !== '').join(' · '),
    rowsOf: (rows: number) => plural(rows, 'row'),
    hint: 'What to do',
    code: 'Code',
    actions: {
      open: 'Open its results',
      opening: 'Opening…',
      complete: 'Complete this run',
      evaluate: 'Evaluate again',
      repeat: 'Run again',
      repeatHint: 'Starts a new run that asks the same: time or range, window, rule, case, databases and part of the data.',
      copy: 'Copy as text',
      looking: 'Looking for its results…',
      notKept: 'Its results are not kept any more.',
      isComplete: 'Every source answered.',
      stillRuns: 'It is still running.',
    },
    changes: {
      title: 'Against the run before',
      none: (lookedAt: number) =>
        lookedAt === 0
          ? 'There is no earlier run.'
          : `None of the ${plural(lookedAt, 'earlier run')} that were looked at asked the same: rule, window length, databases.`,
      previous: (started: string) => `Compared with the run of ${started}`,
      showPrevious: 'Show that run',
      figures: 'Figures',
      now: 'This run',
      before: 'Run before',
      slower: (count: number) => `${plural(count, 'source')} slower than usual`,
      noneSlower: (judged: number) => `No source was slower than 95 % of its own answers (${plural(judged, 'source')} judged).`,
      slowerLine: (seconds: number, p95: number, n: number) =>
        `${formatSeconds(seconds)}; 95 % of ${formatCount(n)} answers took at most ${formatSeconds(p95)}`,
      clients: {
        title: 'Clients since the run before',
        since: (time: string, user: string) => `Confirmed clients since ${time} (run of ${user}, same rule, window and sources)`,
        missingNow: (count: number) =>
          `${plural(count, 'source')} had no answer in this run: whoever is not listed any more may still qualify.`,
        missingThen: (count: number) =>
          `${plural(count, 'source')} had no answer in the run before: who is new may have qualified then as well.`,
        kinds: {
          new: (count: number) => `${plural(count, 'client')} new`,
          gone: (count: number) => `${plural(count, 'client')} gone`,
          unknown: (count: number) => `${plural(count, 'client')} not known any more: sources are missing`,
          still: (count: number) => `${plural(count, 'client')} still listed`,
        },
        first: 'No earlier run of the same rule, window and sources is known: there is nobody to compare with.',
        tooMany: (time: string) => `Too many clients to compare with the run of ${time}.`,
        notKept: 'Which clients this run listed is not kept, so who is new or gone is not known.',
        more: (count: number) => `and ${formatCount(count)} more`,
      },
      unjudged: (count: number) => `${plural(count, 'source')} not judged: fewer than 20 answers in the last 90 days.`,
      nobodyJudged: 'No source can be judged yet: each needs 20 answers in the last 90 days.',
    },
  },
};
