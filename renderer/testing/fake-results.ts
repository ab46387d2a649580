/** Kept results of the fake core: those of recorded runs that a test names. */
import type { CheckedInput, MethodOutput } from '../../app/contract/methods.ts';
import { CamError, failure } from '../../app/model/failure.ts';
import type { RunDetail } from '../../app/model/history-pages.ts';
import type { FakeRun } from './fake-run.ts';

/** What the kept results are made of. */
export interface FakeResultsInput {
  /** Recorded runs whose results are kept. */
  readonly kept: () => readonly RunDetail[];
  /** Puts a run among those of the program. */
  readonly open: (detail: RunDetail) => FakeRun;
}

/** Handlers of the rows of the contract about kept results. */
export interface FakeResultHandlers {
  readonly 'results.list': () => MethodOutput<'results.list'>;
  readonly 'run.open': (input: CheckedInput<'run.open'>) => MethodOutput<'run.open'>;
}

/** Answers the rows of the contract about kept results. */
export function fakeResultHandlers({ kept, open }: FakeResultsInput): FakeResultHandlers {
  return {
    'results.list': () =>
      kept().map(({ run }) => ({
        runId: run.runId,
        keptAt: run.completedAt ?? run.startedAt,
        user: run.userId,
        startedAt: run.startedAt,
        lastEvent: run.lastEvent,
        outcome: run.outcome === null || run.outcome === 'interrupted' ? 'failed' : run.outcome,
        expectedSources: run.expectedSources,
        answeredSources: run.answeredSources,
        bytes: 4_096,
      })),
    'run.open': ({ runId }) => {
      const found = kept().find(({ run }) => run.runId === runId);
      if (found === undefined) throw new CamError(failure('not.found', { message: `The result of the run ${runId} is not kept.` }));
      const { state, seq } = open(found);
      return { state, seq };
    },
  };
}

/** Moves a run to where it was recorded to have ended. */
export function replay(run: FakeRun, { run: recorded, executions }: RunDetail): void {
  for (const [place, { execution }] of executions.entries()) {
    const id = run.id(place);
    run.running(id);
    if (execution.status === 'success') run.complete(id, execution.totalRows ?? 0);
    else run.fail(id, 'failed', failure('db.unreachable', { message: execution.errorMessage ?? 'It failed.' }));
  }
  run.merge(recorded.confirmed ?? 0, recorded.undetermined ?? 0);
  run.finish();
}
