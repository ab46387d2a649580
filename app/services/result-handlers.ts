/** The handlers of kept results. */
import type { Handlers } from '../contract/dispatch.ts';
import type { ResultService } from './result-service.ts';
import type { RunService } from './run-service.ts';

/** Part of all handlers. */
export function resultHandlers({
  results,
  runs,
}: {
  readonly results: ResultService;
  readonly runs: RunService;
}): Pick<Handlers, 'results.list' | 'run.open'> {
  return {
    'results.list': () => results.list(),
    'run.open': ({ runId }) => runs.open(runId),
  };
}
