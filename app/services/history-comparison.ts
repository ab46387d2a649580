/** What changed against the run before: the same rule on the same databases, and each source against its own past. */
import type { HistoryMethods } from '../history/history-methods.ts';
import { CamError, failure } from '../model/failure.ts';
import type { ExecutionDetail, RunComparison, SlowSource, StoredRun } from '../model/history-pages.ts';
import { rangeMicrosOf } from '../model/plan.ts';
import { runSummary } from './history-summaries.ts';

/** Asks the history. */
export type AskHistory = <K extends keyof HistoryMethods>(
  method: K,
  input: HistoryMethods[K]['input'],
) => Promise<HistoryMethods[K]['output']>;

const mostLookedAt = 200;
const pastDays = 90;
/** Of fewer answers a 95th percentile says nothing. */
const fewestAnswers = 20;

/** Compares a run. @throws CamError `not.found` */
export async function compareRun(ask: AskHistory, runId: string): Promise<RunComparison> {
  const detail = await ask('run', { runId });
  if (detail === null) throw new CamError(failure('not.found', { message: `The history has no run ${runId}.` }));
  const { run } = detail;
  const earlier = await ask('runs', { to: run.startedAt, limit: mostLookedAt, offset: 0 });
  const key = sameness(run);
  const previous = earlier.runs.find((each) => each.outcome !== null && sameness(each) === key);
  const slower: SlowSource[] = [];
  let judged = 0;
  let unjudged = 0;
  for (const { execution } of detail.executions.filter(hasAnswered)) {
    const { databaseName, queryName, executionTime: seconds, executionId } = execution;
    const { n, p95 } = await ask('pastDurations', {
      databaseName,
      queryName,
      before: run.startedAt,
      exceptRun: runId,
      days: pastDays,
      sampleData: run.sampleData,
    });
    if (n < fewestAnswers || p95 === null || seconds === null) unjudged += 1;
    else {
      judged += 1;
      if (seconds > p95) slower.push({ executionId, databaseName, queryName, seconds, p95, n });
    }
  }
  return {
    previous: previous === undefined ? null : runSummary(previous),
    lookedAt: earlier.runs.length,
    slower: slower.sort((a, b) => b.seconds / b.p95 - a.seconds / a.p95),
    judged,
    unjudged,
    days: pastDays,
  };
}

function hasAnswered({ execution }: ExecutionDetail): boolean {
  return execution.status === 'success' || execution.status === 'partial';
}

/** Equal for runs that ask the same: rule, length of the window and of a hunt's range, databases, and whether these are samples. */
function sameness({ rule, windowHours, sampleData, plan }: StoredRun): string {
  return JSON.stringify([rule, windowHours, rangeMicrosOf(plan.range), sampleData, plan.databases.map(({ name }) => name).sort()]);
}
