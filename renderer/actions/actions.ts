/** Everything the window can do, beside the store: calls to the core, and what follows from them. */
import { patch } from '../store/app-store.ts';
import { type ConfigurationActions, createConfigurationActions } from './configuration-actions.ts';
import { createEvidenceActions, type EvidenceActions } from './evidence-actions.ts';
import { createHealthActions, type HealthActions } from './health-actions.ts';
import { type BrokenPartActions, createBrokenPartActions } from './broken-part-actions.ts';
import { type ChainActions, createChainActions } from './chain-actions.ts';
import { createHistoryActions, type HistoryActions } from './history-actions.ts';
import { loadAll } from './load.ts';
import { LogFeed } from './log-feed.ts';
import { createPasswordActions, type PasswordActions } from './password-actions.ts';
import { createPlanActions, type PlanActions } from './plan-actions.ts';
import type { ActionPorts } from './ports.ts';
import { createPreflightActions, type PreflightActions } from './preflight-actions.ts';
import { createReportActions, type ReportActions } from './report-actions.ts';
import { createRunActions, type RunActions } from './run-actions.ts';
import { RunFeed } from './run-feed.ts';
import { acceptProgress } from './running-exports.ts';
import { createStatusActions, type StatusActions } from './status-actions.ts';
import { createRuleActions, type RuleActions } from './rule-actions.ts';
import { createScheduleActions, type ScheduleActions } from './schedule-actions.ts';
import { createViewActions, type ViewActions } from './view-actions.ts';

/** The actions of one window. */
export interface Actions
  extends
    RunActions,
    PlanActions,
    ReportActions,
    ConfigurationActions,
    PasswordActions,
    PreflightActions,
    StatusActions,
    ViewActions,
    EvidenceActions,
    HistoryActions,
    ChainActions,
    HealthActions,
    ScheduleActions,
    RuleActions,
    BrokenPartActions {
  /** Asks the program for everything the window shows first; a failure is in `session.failure`. */
  readonly load: () => Promise<void>;
  readonly clearLog: () => void;
  /** Stops listening. */
  readonly close: () => void;
}

/** Makes the actions and begins to listen to the core's events. */
export function createActions(ports: ActionPorts): Actions {
  const { client, store, frames } = ports;
  const log = new LogFeed(client, store, frames);
  const feed: RunFeed = new RunFeed({ client, store, frames, onOtherRun: (runId) => void run.openRun(runId) });
  const run = createRunActions(ports, feed);
  const preflight = createPreflightActions(ports);
  const view = createViewActions(store);
  const history = createHistoryActions(ports, run);
  const chain = createChainActions(ports);
  const health = createHealthActions(ports);
  const schedules = createScheduleActions(ports, run);
  const lookAtHistory = (): void => {
    // Whoever does not look at the page asks when it is opened.
    if (store.getState().view.page === 'history') void history.refreshHistory();
  };
  const load = async (): Promise<void> => {
    // Not waited for: trying the client library takes seconds, and the window can be used meanwhile.
    void preflight.checkPreflight();
    void health.loadHealth();
    await loadAll(ports, feed, log);
  };
  const stops = [
    client.on('run.event', (event) => {
      feed.accept(event);
      if (event.event.kind !== 'run-started' && event.event.kind !== 'run-ended') return;
      void run.refreshRuns();
      lookAtHistory();
    }),
    client.on('config.changed', (config) => {
      patch(store, 'session', { config });
      void health.loadHealth();
      void preflight.checkPreflight();
    }),
    client.on('preflight.changed', (view) => patch(store, 'session', { preflight: view })),
    client.on('health.changed', (status) => health.healthChanged(status)),
    client.on('history.changed', (recording) => {
      history.recordingChanged(recording);
      // What begins is in the store a moment after its event.
      if (recording.waiting === 0) lookAtHistory();
    }),
    client.on('history.checking', (progress) => chain.chainChecking(progress)),
    client.on('schedule.changed', () => {
      // Whoever does not look at the page asks when it is opened.
      if (store.getState().view.page === 'schedules') void schedules.refreshSchedules();
    }),
    client.on('log.entry', (entry) => log.accept(entry)),
    client.on('export.progress', (progress) => acceptProgress(store, progress)),
    ports.onConnection?.((connection) => {
      const wasLost = store.getState().session.connection === 'lost';
      patch(store, 'session', { connection });
      if (connection === 'open' && wasLost) void load();
    }),
  ];
  return {
    ...run,
    ...createPlanActions(ports),
    ...createReportActions(ports),
    ...createConfigurationActions(ports),
    ...createPasswordActions(ports),
    ...createStatusActions(ports),
    ...preflight,
    ...view,
    ...createEvidenceActions(ports, view),
    ...history,
    ...chain,
    ...health,
    ...schedules,
    ...createRuleActions(ports),
    ...createBrokenPartActions(ports),
    load,
    clearLog: () => log.clear(),
    close: () => {
      for (const stop of stops) stop?.();
      feed.close();
      log.close();
    },
  };
}
