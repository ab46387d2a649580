import { expect, it } from 'vitest';
import { failure } from '../../model/failure.ts';
import { initialRunState, reduceRun } from '../../model/run-reducer.ts';
import type { RunEvent, RunState } from '../../model/run.ts';
import { samplePlan } from '../../testing/builders.ts';
import { sampleRun } from '../../testing/history-events.ts';
import { runForm, runOfRecord, runOfState } from './run-answers.ts';

const at = '2026-11-20T14:00:00.000000Z';
const plan = samplePlan(2);
const ids = plan.sources.map(({ id }) => id);
const uncounted = { confirmed: null, undetermined: null, clients_in_window: null, events_in_window: null, total_rows: null };

/** A run of two sources that answered, merged over the first so far, and then what follows. */
function merged(...more: readonly RunEvent[]): RunState {
  const figures = { confirmed: 3, undetermined: 1, clientsInWindow: 9, eventsInWindow: 20, rows: 40, durationMs: 3 };
  const events: readonly RunEvent[] = [
    ...ids.map((source): RunEvent => {
      return { kind: 'source-ended', at, source, outcome: { kind: 'completed', rows: 5, bytes: 50, nullIds: 0, nullTimes: 0 } };
    }),
    { kind: 'merged', at, merge: { ...figures, sources: ids.slice(0, 1) } },
    ...more,
  ];
  return events.reduce(reduceRun, initialRunState(plan, at));
}

it('a run that goes on has the figures so far; one whose last evaluation was broken off has none, and the code says why', () => {
  expect(runOfState(merged())).toMatchObject({ outcome: null, confirmed: 3, undetermined: 1 });
  const broken = runOfState(merged({ kind: 'run-ended', at, outcome: 'failed', failure: failure('engine.crashed') }));
  expect(runForm.parse(broken)).toMatchObject({ ...uncounted, outcome: 'failed', error_code: 'engine.crashed' });
});

it('a record of such a run has none either, although it holds what was merged before; a strict one that is incomplete has its own', () => {
  const counted = { outcome: 'failed', confirmed: 3, undetermined: 1 } as const;
  const recorded = (errorCode: string) => runOfRecord({ id: 1, ...sampleRun({ ...counted, errorCode }) });
  expect(runForm.parse(recorded('run.not-evaluated'))).toMatchObject(uncounted);
  expect(recorded('run.incomplete')).toMatchObject({ confirmed: 3, undetermined: 1 });
});
