/** A run whose sources answer and whose rule is not evaluated to its end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isEnded } from '../model/run-reducer.ts';
import type { RunState } from '../model/run.ts';
import { type TestApp, testLastEvent } from './test-app.ts';

/** Runs the analysis; every engine is killed from the last answer on. */
export async function brokenRun({ app, processes }: TestApp): Promise<RunState> {
  const { runId } = await app.runs.start({ lastEvent: testLastEvent, strict: false });
  return breakEvaluation({ app, processes }, runId);
}

/** The same with a run that goes on: every engine is killed from its last answer on. Returns the state in which it ended. */
export async function breakEvaluation({ app, processes }: Pick<TestApp, 'app' | 'processes'>, runId: string): Promise<RunState> {
  const run = app.runs.get(runId);
  while (run.state.status !== 'ended') {
    if (Object.values(run.state.sources).every(isEnded)) for (const { entry, process } of processes) if (entry === 'engine') process.kill();
    await sleep(1);
  }
  return run.state;
}
