import type { MethodInput } from '../../app/contract/methods.ts';
import { toFailure } from '../../app/model/failure.ts';
import { readinessOf } from '../model/readiness.ts';
import { patch } from '../store/app-store.ts';
import { type CancelAsked, isLive } from '../store/run-slice.ts';
import type { ActionPorts } from './ports.ts';
import type { RunFeed } from './run-feed.ts';

/** What can be done with runs. None of these throws: a refusal is in `run.failure`. */
export interface RunActions {
  /** Starts the run the form describes; does nothing while {@link readinessOf} says that it is blocked. */
  readonly startRun: () => Promise<void>;
  /** Starts exactly this run, whatever the form says, and shows it. */
  readonly startGivenRun: (input: MethodInput<'run.start'>) => Promise<void>;
  /** Cancels the run that is looked at: shown at once, asked in the background. */
  readonly cancelRun: () => Promise<void>;
  readonly cancelDatabase: (database: string) => Promise<void>;
  /** Asks the missing sources of the run again. */
  readonly completeRun: () => Promise<void>;
  /** Evaluates the rule of the run over what has answered, where that was broken off. */
  readonly evaluateRun: () => Promise<void>;
  /** Looks at another run. */
  readonly openRun: (runId: string) => Promise<void>;
  /** Asks for the list of runs again. */
  readonly refreshRuns: () => Promise<void>;
  readonly setLastEvent: (text: string) => void;
  readonly setWindowHours: (text: string) => void;
  /** Chooses the rule of the next run; `null` for the settings' default. A window that was typed belongs to the rule before. */
  readonly setRule: (rule: string | null) => void;
  /** Sets where the range of a hunt begins; `null` for one window. */
  readonly setHuntFrom: (huntFrom: string | null) => void;
  readonly setStrict: (strict: boolean) => void;
  /** Sets the case of this and the next runs; empty for none. */
  readonly setCaseReference: (caseReference: string) => void;
  readonly dismissRunFailure: () => void;
}

/** Makes the run actions. */
export function createRunActions(ports: ActionPorts, feed: RunFeed): RunActions {
  const { client, store } = ports;
  const attempt = async (work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      patch(store, 'run', { failure: toFailure(error) });
      return false;
    }
  };
  const refreshRuns = async (): Promise<void> => {
    await attempt(async () => {
      patch(store, 'run', { list: await client.call('run.list', {}) });
    });
  };
  const starting = async (work: () => Promise<void>): Promise<void> => {
    patch(store, 'run', { starting: true, failure: null });
    const isAccepted = await attempt(work);
    patch(store, 'run', { starting: false });
    await refreshRuns();
    if (isAccepted) return;
    // Somebody else may have been quicker in another window: then theirs is what goes on.
    const { list, state } = store.getState().run;
    const live = list.find((item) => item.status !== 'ended');
    if (live !== undefined && !isLive(state)) await attempt(() => feed.follow(live.runId));
  };
  const startGivenRun = (input: MethodInput<'run.start'>): Promise<void> =>
    starting(async () => {
      const { runId } = await client.call('run.start', input);
      patch(store, 'run', { cancelAsked: null });
      patch(store, 'view', { page: 'run', tab: 'confirmed' });
      await feed.follow(runId);
    });
  const goOn = async (method: 'run.resume' | 'run.evaluate'): Promise<void> => {
    const { state, starting: isStarting } = store.getState().run;
    if (state === null || isLive(state) || isStarting) return;
    const { runId } = state.plan;
    await starting(async () => {
      await client.call(method, { runId });
      patch(store, 'run', { cancelAsked: null });
      await feed.resync();
    });
  };
  return {
    startRun: async () => {
      const readiness = readinessOf(store.getState());
      if (readiness.kind === 'ready') await startGivenRun(readiness.input);
    },
    startGivenRun,
    completeRun: () => goOn('run.resume'),
    evaluateRun: () => goOn('run.evaluate'),
    openRun: async (runId) => {
      patch(store, 'run', { failure: null, cancelAsked: null });
      await attempt(() => feed.follow(runId));
      await refreshRuns();
    },
    refreshRuns,
    ...cancelActions(ports, attempt),
    setLastEvent: (lastEvent) => patch(store, 'form', { lastEvent }),
    setWindowHours: (windowHours) => patch(store, 'form', { windowHours }),
    setRule: (rule) => patch(store, 'form', { rule, windowHours: '' }),
    setHuntFrom: (huntFrom) => patch(store, 'form', { huntFrom }),
    setStrict: (strict) => patch(store, 'form', { strict }),
    setCaseReference: (caseReference) => patch(store, 'form', { caseReference }),
    dismissRunFailure: () => patch(store, 'run', { failure: null }),
  };
}

/** A cancel is shown before it is asked for; when it is refused, what was shown is taken back. */
function cancelActions(
  { client, store }: ActionPorts,
  attempt: (work: () => Promise<void>) => Promise<boolean>,
): Pick<RunActions, 'cancelRun' | 'cancelDatabase'> {
  const cancel = async (database: string | undefined): Promise<void> => {
    const { state, cancelAsked } = store.getState().run;
    if (!isLive(state)) return;
    const { runId } = state.plan;
    const before: CancelAsked = cancelAsked?.runId === runId ? cancelAsked : { runId, all: false, databases: [] };
    const asked = database === undefined ? { ...before, all: true } : { ...before, databases: [...before.databases, database] };
    patch(store, 'run', { cancelAsked: asked, failure: null });
    const isAccepted = await attempt(async () => {
      await client.call('run.cancel', database === undefined ? { runId } : { runId, database });
    });
    if (!isAccepted) patch(store, 'run', { cancelAsked: before });
  };
  return { cancelRun: () => cancel(undefined), cancelDatabase: (database) => cancel(database) };
}
