import type { HistoryMethodName } from '../../app/contract/history-methods.ts';
import type { MethodInput, MethodOutput } from '../../app/contract/methods.ts';
import { type Failure, toFailure } from '../../app/model/failure.ts';
import type { HistoryState } from '../../app/model/history.ts';
import type { RunningSummary, StoredRun } from '../../app/model/history-pages.ts';
import type { AskedScope, RunPlan } from '../../app/model/plan.ts';
import { patch } from '../store/app-store.ts';
import type { ExecutionListFilter, HistorySlice, HistoryTab, RunListFilter } from '../store/history-slice.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { ActionPorts } from './ports.ts';
import type { RunActions } from './run-actions.ts';

/** What can be done on the history page. */
export interface HistoryActions {
  /** @throws CamError */
  readonly askHistory: <K extends HistoryMethodName>(method: K, input: MethodInput<K>) => Promise<MethodOutput<K>>;
  /**
   * Asks what runs now and how recording goes; lists are asked for again where that has changed. One question is on its way at a time, and
   * one waits at most. Never throws.
   */
  readonly refreshHistory: () => Promise<void>;
  /** Lists and figures are asked for again. */
  readonly historyChanged: () => void;
  readonly recordingChanged: (recording: HistoryState) => void;
  readonly showHistoryTab: (tab: HistoryTab) => void;
  readonly filterRuns: (change: Partial<RunListFilter>) => void;
  readonly filterExecutions: (change: Partial<ExecutionListFilter>) => void;
  readonly chooseFigures: (change: Partial<Pick<HistorySlice, 'days' | 'figuresUser' | 'figuresDatabase'>>) => void;
  /** Shows the detail of a run; `null` goes back to the list. */
  readonly showHistoryRun: (runId: string | null) => void;
  /** Ids of runs whose results can be opened again. @throws CamError */
  readonly keptRuns: () => Promise<readonly string[]>;
  /** Opens the results of a run again and shows them; says why where that cannot be. Never throws. */
  readonly openKeptRun: (runId: string) => Promise<Failure | null>;
  /** Opens the results of a run and asks its missing sources again. Never throws. */
  readonly completeKeptRun: (runId: string) => Promise<Failure | null>;
  /** Opens the results of a run and evaluates its rule, which was broken off. Never throws. */
  readonly evaluateKeptRun: (runId: string) => Promise<Failure | null>;
  /** Starts a run with all that was asked for then, and shows it; says why where it was refused. Never throws. */
  readonly repeatRun: (run: StoredRun) => Promise<Failure | null>;
}

/** Makes the history actions. */
export function createHistoryActions(
  { client, store }: ActionPorts,
  run: Pick<RunActions, 'startGivenRun' | 'openRun' | 'completeRun' | 'evaluateRun'>,
): HistoryActions {
  const change = (part: Partial<HistorySlice>): void => patch(store, 'history', part);
  const historyChanged = (): void => change({ revision: store.getState().history.revision + 1 });
  const openKeptRun = async (runId: string): Promise<Failure | null> => {
    try {
      await client.call('run.open', { runId });
    } catch (error) {
      return toFailure(error);
    }
    await run.openRun(runId);
    patch(store, 'view', { page: 'run', tab: 'confirmed' });
    return null;
  };
  return {
    askHistory: (method, input) => client.call(method, input),
    ...lookActions({ client, store }),
    historyChanged,
    showHistoryTab: (tab) => {
      change({ tab, openRunId: null });
      patch(store, 'view', { page: 'history' });
    },
    filterRuns: (filter) => change({ runFilter: { ...store.getState().history.runFilter, ...filter } }),
    filterExecutions: (filter) => change({ executionFilter: { ...store.getState().history.executionFilter, ...filter } }),
    chooseFigures: (choice) => change(choice),
    showHistoryRun: (openRunId) => {
      change(openRunId === null ? { openRunId } : { openRunId, tab: 'runs' });
      patch(store, 'view', { page: 'history' });
    },
    keptRuns: async () => (await client.call('results.list', {})).map(({ runId }) => runId),
    openKeptRun,
    completeKeptRun: async (runId) => {
      const failure = await openKeptRun(runId);
      if (failure === null) await run.completeRun();
      return failure;
    },
    evaluateKeptRun: async (runId) => {
      const failure = await openKeptRun(runId);
      if (failure === null) await run.evaluateRun();
      return failure;
    },
    repeatRun: async (recorded) => {
      const { lastEvent, windowHours, strict, plan } = recorded;
      const huntFrom = plan.range === undefined ? null : typedInstant(plan.range.from);
      const { caseReference = '' } = plan;
      const configured = store.getState().session.config?.databases.map(({ name }) => name) ?? [];
      const request = sameRequest(recorded, configured);
      patch(store, 'form', {
        ...{ lastEvent: typedInstant(lastEvent), windowHours: String(windowHours), huntFrom, strict, caseReference },
        ...{ rule: plan.rule.key, databases: request.databases ?? null, partitions: request.partitions ?? {} },
      });
      await run.startGivenRun(request);
      return store.getState().run.failure;
    },
  };
}

/** What is known of the history without its records: by asking, and by what the program tells. */
function lookActions({
  client,
  store,
}: Pick<ActionPorts, 'client' | 'store'>): Pick<HistoryActions, 'refreshHistory' | 'recordingChanged'> {
  const change = (part: Partial<HistorySlice>): void => patch(store, 'history', part);
  /** Counts what the program has told: an answer to an older question is not newer than that. */
  let told = 0;
  /** Something was recorded, and the lists have not been asked for since. */
  let isRecorded = false;
  const look = async (): Promise<void> => {
    const toldBefore = told;
    const wasRecorded = isRecorded;
    isRecorded = false;
    try {
      const [recording, running] = await Promise.all([client.call('history.state', {}), client.call('history.running', {})]);
      const { history } = store.getState();
      const hasChanged = wasRecorded || (history.recording !== null && runningKey(history.running) !== runningKey(running));
      change({ ...(told === toldBefore ? { recording } : {}), running, revision: history.revision + (hasChanged ? 1 : 0) });
    } catch (error) {
      // The lists say by themselves when they cannot be had; here only what runs is not known any more.
      const { recording, revision } = store.getState().history;
      if (wasRecorded) change({ revision: revision + 1 });
      if (recording !== null && told === toldBefore) change({ running: [], recording: { ...recording, failure: toFailure(error) } });
    }
  };
  return {
    refreshHistory: oneAtATime(look),
    recordingChanged: (recording) => {
      told += 1;
      change({ recording });
      // It is told a few times a second at most, and after something was recorded: once all of it is in the store, lists show it. On the
      // page they are asked for with the look that follows, once, not again when it finds that a run has ended.
      if (recording.waiting > 0) return;
      const { view, history } = store.getState();
      if (view.page === 'history') isRecorded = true;
      else change({ revision: history.revision + 1 });
    },
  };
}

/** What was asked for, word for word: a hunt stays a hunt, a part of the data stays that part, and the case stays named. */
function sameRequest({ lastEvent, windowHours, strict, plan }: StoredRun, configured: readonly string[]): MethodInput<'run.start'> {
  const { range, zone, caseReference } = plan;
  const { databases, partitions } = plan.asked ?? askedBefore(plan, configured);
  return {
    lastEvent,
    windowHours,
    strict,
    zone,
    rule: plan.rule.key,
    ...(range === undefined ? {} : { from: range.from }),
    ...(caseReference === undefined ? {} : { caseReference }),
    ...(databases === undefined ? {} : { databases: [...databases] }),
    ...(partitions === undefined
      ? {}
      : { partitions: Object.fromEntries(Object.entries(partitions).map(([key, values]) => [key, [...values]])) }),
  };
}

/** Of a run of an earlier version, which did not note what was chosen: the databases, unless they are all that there are. */
function askedBefore({ databases }: RunPlan, configured: readonly string[]): AskedScope {
  const names = databases.map(({ name }) => name);
  const isEverything = names.length === configured.length && configured.every((name) => names.includes(name));
  return isEverything ? {} : { databases: names };
}

/** As it can be typed, with its offset so that it is read the same in every zone: `2026-11-20 14:00:00Z`. */
function typedInstant(instant: string): string {
  const fraction = instant.slice(20, 26).replace(/0+$/, '');
  return `${instant.slice(0, 19).replace('T', ' ')}${fraction === '' ? '' : `.${fraction}`}Z`;
}

/** Changes when a run begins, goes on to its next source, or ends. */
function runningKey(running: readonly RunningSummary[]): string {
  return running.map(({ run, executions }) => `${run.runId} ${executions.map(({ status }) => status ?? '').join()}`).join(' ');
}
