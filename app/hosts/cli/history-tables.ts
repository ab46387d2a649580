/** What `cam history` prints for people: tables, and sentences for what is missing. */
import type { ChainVerdict, RetentionResult } from '../../model/history-audit.ts';
import type { ErrorPattern, ExecutionStatistics, StatisticsGroup } from '../../model/history-figures.ts';
import type { ExecutionPage, RunDetail, RunPage, StoredExecution, StoredRun } from '../../model/history-pages.ts';
import { executionStatuses } from '../../model/history.ts';
import { isWholeAnswer } from '../../model/run-evaluation.ts';
import { formatInZone } from '../../model/zoned-time.ts';
import { textTable } from './text-table.ts';

/** Runs, the newest first. */
export function runTable({ runs, total, offset }: RunPage, zone: string): string {
  const rows = runs.map((run) => [
    run.runId,
    time(run.startedAt, zone),
    run.userId,
    time(run.lastEvent, zone),
    run.outcome ?? 'running',
    `${String(run.answeredSources)} of ${String(run.expectedSources)}`,
    confirmedOf(run),
    count(run.undetermined),
  ]);
  const header = ['run', 'started', 'user', 'last event', 'outcome', 'answered', 'confirmed', 'undetermined'];
  return `${textTable(header, rows)}${rangeOf(rows.length, offset, total, 'runs')} Times in ${zone}.\n`;
}

/** What is known at least, where the answer is not whole. */
function confirmedOf(run: Pick<StoredRun, 'outcome' | 'answeredSources' | 'expectedSources' | 'confirmed'>): string | null {
  return run.confirmed === null || isWholeAnswer(run) ? count(run.confirmed) : `${String(run.confirmed)}+`;
}

/** Executions, the newest first. */
export function executionTable({ executions, total, offset }: ExecutionPage, zone: string): string {
  const rows = executions.map((execution) => executionCells(execution, zone));
  return `${textTable(executionHeader, rows)}${rangeOf(rows.length, offset, total, 'executions')} Times in ${zone}.\n`;
}

const executionHeader = ['started', 'user', 'database', 'query', 'end', 'seconds', 'rows', 'attempts', 'error'];

function executionCells(execution: StoredExecution, zone: string): (string | null)[] {
  const { startedAt, userId, databaseName, queryName, status, executionTime, totalRows, attempts, errorCode } = execution;
  return [
    time(startedAt, zone),
    userId,
    databaseName,
    queryName,
    status ?? 'running',
    executionTime === null ? null : executionTime.toFixed(3),
    count(totalRows),
    String(attempts),
    errorCode,
  ];
}

/** One run with every attempt, and what it does not know. */
export function runText({ run, executions }: RunDetail, zone: string): string {
  const attempts = executions.flatMap(({ execution, attempts: tries }) =>
    tries.map((attempt) => [
      `${execution.databaseName}/${execution.queryName}`,
      String(attempt.attempt),
      attempt.endpoint,
      time(attempt.startedAt, zone),
      attempt.completedAt === null ? null : time(attempt.completedAt, zone),
      attempt.status ?? 'running',
      attempt.errorCode,
    ]),
  );
  return [
    `${run.runId}: ${run.outcome ?? 'running'}, ${run.userId}, rule ${run.rule}, window ${time(run.windowFrom, zone)} to ${time(run.windowTo, zone)} (${zone}).`,
    answeredLine(run),
    ...run.missing.map(
      ({ source, reason, message, code }) => `Missing: ${source} (${reason}): ${message}${code === undefined ? '' : ` [${code}]`}`,
    ),
    ...(run.errorMessage === null ? [] : [run.errorMessage]),
    '',
    textTable(
      executionHeader,
      executions.map(({ execution }) => executionCells(execution, zone)),
    ),
    textTable(['source', 'attempt', 'endpoint', 'from', 'to', 'end', 'error'], attempts),
  ].join('\n');
}

function answeredLine(run: StoredRun): string {
  const { answeredSources, expectedSources, confirmed, undetermined } = run;
  const answered = `${String(answeredSources)} of ${String(expectedSources)} sources answered`;
  if (confirmed === null) return `${answered}; nothing was merged.`;
  return `${answered}; ${confirmedOf(run) ?? ''} confirmed, ${count(undetermined) ?? 'unknown'} undetermined.`;
}

/** Statistics, each group a line. */
export function statisticsTable(groups: readonly StatisticsGroup[], days: number): string {
  const header = ['', 'ended', ...executionStatuses, 'success rate', 'average s', 'p95 s', 'p95 s with timeouts', 'rows'];
  const rows = groups.map(({ scope, statistics }) => [Object.values(scope).join(' · '), ...figureCells(statistics)]);
  return `${textTable(header, rows)}The last ${String(days)} times 24 hours. Durations are of executions that answered.\n`;
}

function figureCells({ total, byStatus, successRate, withoutTimeouts, withTimeouts, totalRows }: ExecutionStatistics): (string | null)[] {
  const seconds = (value: number | null): string | null => (value === null ? null : value.toFixed(3));
  return [
    String(total),
    ...executionStatuses.map((status) => String(byStatus[status])),
    successRate === null ? null : `${(successRate * 100).toFixed(1)} %`,
    seconds(withoutTimeouts.average),
    seconds(withoutTimeouts.p95),
    seconds(withTimeouts.p95),
    totalRows.toLocaleString('en'),
  ];
}

/** Errors by code, the most frequent first. */
export function errorTable(patterns: readonly ErrorPattern[], zone: string): string {
  const rows = patterns.map(({ errorCode, executions, users, databases, lastAt, lastMessage }) => [
    errorCode,
    String(executions),
    String(users),
    databases.join(', '),
    time(lastAt, zone),
    lastMessage,
  ]);
  return textTable(['code', 'executions', 'users', 'databases', 'last', 'last message'], rows);
}

/** What a check of the chain has found. */
export function verdictText({ isIntact, entries, head, faults, withoutRecord = 0, begins }: ChainVerdict): string {
  if (begins === null) return 'The file has no entry: it proves nothing.\n';
  const noted = `Head ${String(head.seq)}:${head.hash}. Note it elsewhere: with --head a later check finds a chain that was made anew.`;
  const unknown = `${String(withoutRecord)} of them without the record itself: whether it was deleted or removed, only a check of the store tells.`;
  const before =
    begins === undefined || begins === 1
      ? ''
      : ` The file begins at place ${String(begins)} of the chain: of what stood before it tells nothing.`;
  if (isIntact) {
    const isPart = withoutRecord > 0 || before !== '';
    const but = withoutRecord > 0 ? `, but ${unknown}` : '.';
    return `Intact${isPart ? ' as far as the file goes' : ''}: ${String(entries)} entries, none removed and none changed${but}${before} ${noted}\n`;
  }
  return [
    `NOT INTACT: ${String(entries)} entries${withoutRecord > 0 ? `, ${unknown}` : '.'}${before}`,
    ...faults.map(({ kind, message }) => `${kind}: ${message}`),
    noted,
    '',
  ].join('\n');
}

/** What was deleted, or would be. */
export function retentionText({ isDryRun, executions, runCount }: RetentionResult): string {
  const parts = Object.entries(executions).map(([status, deleted]) => `${String(deleted)} ${status}`);
  const what = `${parts.length === 0 ? 'no executions' : `executions: ${parts.join(', ')}`}; ${String(runCount)} runs`;
  return isDryRun ? `Would delete ${what}. Nothing was deleted.\n` : `Deleted ${what}.\n`;
}

function rangeOf(shown: number, offset: number, total: number, what: string): string {
  return shown === 0
    ? `None of ${String(total)} ${what}.`
    : `${String(offset + 1)} to ${String(offset + shown)} of ${String(total)} ${what}.`;
}

function time(instant: string, zone: string): string {
  return formatInZone(instant, zone).slice(0, 19);
}

function count(value: number | null): string | null {
  return value === null ? null : value.toLocaleString('en');
}
