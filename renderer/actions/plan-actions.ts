import type { MethodInput } from '../../app/contract/methods.ts';
import type { RunPlan } from '../../app/model/plan.ts';
import { patch } from '../store/app-store.ts';
import type { ActionPorts } from './ports.ts';

/** What can be done about a run before it is started. */
export interface PlanActions {
  /** What a run would do. @throws CamError when the core refuses the request */
  readonly planRun: (input: MethodInput<'run.plan'>) => Promise<RunPlan>;
  /** Chooses the databases of the next run; `null` for all. */
  readonly chooseDatabases: (databases: readonly string[] | null) => void;
  /** Chooses the part of the data that is asked for; no value stands for all of it. */
  readonly choosePartition: (key: string, values: readonly string[]) => void;
}

/** Makes the plan actions. */
export function createPlanActions({ client, store }: ActionPorts): PlanActions {
  return {
    planRun: (input) => client.call('run.plan', input),
    chooseDatabases: (databases) => patch(store, 'form', { databases }),
    choosePartition: (key, values) => {
      const { partitions } = store.getState().form;
      patch(store, 'form', { partitions: { ...partitions, [key]: values } });
    },
  };
}
