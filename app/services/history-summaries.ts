/** Records as lists need them: plans and texts stay behind, because a page has many records. */
import type { ExecutionSummary, RunningRun, RunningSummary, RunSummary, StoredExecution, StoredRun } from '../model/history-pages.ts';

/** A run without its plan. */
export function runSummary({ plan, ...run }: StoredRun): RunSummary {
  return { ...run, databases: plan.databases.map(({ name }) => name) };
}

/** An execution without its text. */
export function executionSummary(execution: StoredExecution): ExecutionSummary {
  const { queryText: _text, connectionParams: _params, requestMetadata: _request, responseMetadata: _response, ...summary } = execution;
  return summary;
}

/** A run that goes on. */
export function runningSummary({ run, executions, seenAt }: RunningRun): RunningSummary {
  return { run: runSummary(run), executions: executions.map((execution) => executionSummary(execution)), seenAt };
}
