import type { MethodInput, MethodOutput } from '../../app/contract/methods.ts';
import type { ScheduleMethodName } from '../../app/contract/schedule-methods.ts';
import { toFailure } from '../../app/model/failure.ts';
import type { LedgerInterval } from '../../app/model/schedule.ts';
import { patch } from '../store/app-store.ts';
import type { ScheduleSlice } from '../store/schedule-slice.ts';
import type { ActionPorts } from './ports.ts';
import type { RunActions } from './run-actions.ts';

/** What can be done on the page of planned runs. */
export interface ScheduleActions {
  /** @throws CamError */
  readonly askSchedules: <K extends ScheduleMethodName>(method: K, input: MethodInput<K>) => Promise<MethodOutput<K>>;
  /** Asks how the schedules stand; the list of intervals is asked for again too. Never throws. */
  readonly refreshSchedules: () => Promise<void>;
  readonly filterIntervals: (change: Partial<Pick<ScheduleSlice, 'schedule' | 'state'>>) => void;
  readonly showInterval: (interval: LedgerInterval | null) => void;
  readonly pauseSchedule: (schedule: string, isPaused: boolean) => Promise<void>;
  /** Starts a run with what the schedule says, and shows it. */
  readonly runScheduleNow: (schedule: string) => Promise<void>;
  /** Has an interval evaluated again, or with no `to` all that are missed, incomplete or failed. */
  readonly retryIntervals: (schedule: string, to?: string) => Promise<void>;
  /** Opens the kept result of an interval's run. */
  readonly openIntervalRun: (runId: string) => Promise<void>;
}

/** Makes the actions of planned runs. */
export function createScheduleActions({ client, store, notify }: ActionPorts, run: Pick<RunActions, 'openRun'>): ScheduleActions {
  const change = (part: Partial<ScheduleSlice>): void => patch(store, 'schedules', part);
  const refreshSchedules = async (): Promise<void> => {
    try {
      const view = await client.call('schedule.list', {});
      change({ view, failure: view.failure ?? null, revision: store.getState().schedules.revision + 1 });
    } catch (error) {
      change({ failure: toFailure(error) });
    }
  };
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      notify({ kind: 'failed', failure: toFailure(error) });
    }
  };
  return {
    askSchedules: (method, input) => client.call(method, input),
    refreshSchedules,
    filterIntervals: (filter) => change({ ...filter, opened: null }),
    showInterval: (opened) => change({ opened }),
    pauseSchedule: (schedule, isPaused) =>
      attempt(async () => {
        await client.call(isPaused ? 'schedule.pause' : 'schedule.resume', { schedule });
        await refreshSchedules();
      }),
    runScheduleNow: (schedule) =>
      attempt(async () => {
        const { runId } = await client.call('schedule.runNow', { schedule });
        await run.openRun(runId);
        patch(store, 'view', { page: 'run', tab: 'confirmed' });
      }),
    retryIntervals: (schedule, to) =>
      attempt(async () => {
        await client.call('schedule.retry', { schedule, ...(to === undefined ? {} : { to }) });
        change({ opened: null });
        await refreshSchedules();
      }),
    openIntervalRun: (runId) =>
      attempt(async () => {
        await client.call('run.open', { runId });
        await run.openRun(runId);
        patch(store, 'view', { page: 'run', tab: 'confirmed' });
      }),
  };
}
