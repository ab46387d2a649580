/** The window's data in one store, in slices. It holds data only: calls stand in `actions/`. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { type FormSlice, initialForm } from './form-slice.ts';
import { type HealthSlice, initialHealth } from './health-slice.ts';
import { type HistorySlice, initialHistory } from './history-slice.ts';
import { initialLog, type LogSlice } from './log-slice.ts';
import { initialRun, type RunSlice } from './run-slice.ts';
import { initialRules, type RulesSlice } from './rules-slice.ts';
import { initialSchedules, type ScheduleSlice } from './schedule-slice.ts';
import { initialSession, type SessionSlice } from './session-slice.ts';
import { initialView, type ViewSlice } from './view-slice.ts';

/** Everything the window knows. */
export interface AppState {
  readonly session: SessionSlice;
  readonly run: RunSlice;
  readonly form: FormSlice;
  readonly view: ViewSlice;
  readonly log: LogSlice;
  readonly history: HistorySlice;
  readonly health: HealthSlice;
  readonly schedules: ScheduleSlice;
  readonly rules: RulesSlice;
}

/** The store of one window. */
export type AppStore = StoreApi<AppState>;

/** A new store; one per window, never made by an import. */
export function createAppStore(): AppStore {
  return createStore<AppState>(() => ({
    session: initialSession(),
    run: initialRun(),
    form: initialForm(),
    view: initialView(),
    log: initialLog(),
    history: initialHistory(),
    health: initialHealth(),
    schedules: initialSchedules(),
    rules: initialRules(),
  }));
}

/** Changes some values of one slice. */
export function patch<K extends keyof AppState>(store: AppStore, slice: K, change: Partial<AppState[K]>): void {
  store.setState((state) => ({ [slice]: { ...state[slice], ...change } }));
}
