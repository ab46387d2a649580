/** Which runs of this program are closed, so that the results of few are open at a time. */
import type { RunPlan } from '../model/plan.ts';
import type { RunState } from '../model/run.ts';

/** Results of so many runs stay open. */
const keptRuns = 10;
/** And of so many that were opened for another program: these never push out what a person looks at. */
const keptAside = 5;

interface OpenRun {
  readonly plan: RunPlan;
  readonly state: RunState;
}

/** The ended runs that are to be closed; `runs` in the order in which they were started or opened, `aside` those opened for another program. */
export function oldRuns<T extends OpenRun>(runs: readonly T[], aside: ReadonlySet<string>): readonly T[] {
  const own = runs.filter(({ plan }) => !aside.has(plan.runId));
  const others = runs.filter(({ plan }) => aside.has(plan.runId));
  const ended = own.filter(({ state }) => state.status === 'ended');
  // A schedule must not push out what a person looks at.
  const first = [...ended.filter(({ plan }) => plan.schedule !== undefined), ...ended.filter(({ plan }) => plan.schedule === undefined)];
  return [
    ...first.slice(0, Math.max(0, own.length - keptRuns)),
    ...others.filter(({ state }) => state.status === 'ended').slice(0, Math.max(0, others.length - keptAside)),
  ];
}
