import type { RunListItem } from '../../app/contract/methods.ts';
import type { Failure } from '../../app/model/failure.ts';
import type { RunState } from '../../app/model/run.ts';

/** What has been asked to be cancelled and is not yet confirmed by events: shown at once, before any answer. */
export interface CancelAsked {
  readonly runId: string;
  /** The whole run. */
  readonly all: boolean;
  readonly databases: readonly string[];
}

/** The run that is looked at. */
export interface RunSlice {
  /** Runs of this program, newest first. */
  readonly list: readonly RunListItem[];
  readonly state: RunState | null;
  /** Number of the last event in `state`. */
  readonly seq: number;
  /** A start or a completion is on its way. */
  readonly starting: boolean;
  readonly cancelAsked: CancelAsked | null;
  /** Why the last start, completion or cancel was refused. */
  readonly failure: Failure | null;
}

/** The state before any run. */
export function initialRun(): RunSlice {
  return { list: [], state: null, seq: 0, starting: false, cancelAsked: null, failure: null };
}

/** A run that is going on. */
export type LiveRun = RunState & { readonly status: 'running' | 'cancelling' };

/** Whether a run is going on. */
export function isLive(state: RunState | null): state is LiveRun {
  return state !== null && state.status !== 'ended';
}

/** Whether a cancel of the whole run is on its way, asked here or elsewhere. */
export function isCancelling(run: RunSlice): boolean {
  if (!isLive(run.state)) return false;
  return run.state.status === 'cancelling' || (run.cancelAsked?.runId === run.state.plan.runId && run.cancelAsked.all);
}

/** Whether a cancel of this database is on its way, by itself or with the whole run. */
export function isDatabaseCancelling(run: RunSlice, database: string): boolean {
  if (isCancelling(run)) return true;
  return run.cancelAsked !== null && run.cancelAsked.runId === run.state?.plan.runId && run.cancelAsked.databases.includes(database);
}
