/** The composition root: ports in, handlers of the contract and its events out. Everything is built here and nowhere else. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Disposables } from '../base/disposables.ts';
import type { Logger } from '../base/logger.ts';
import type { Handlers } from '../contract/dispatch.ts';
import type { EventName, Events } from '../contract/methods.ts';
import type { Configuration } from '../model/database.ts';
import type { AppPorts } from './app-ports.ts';
import { BundleService } from './bundle-service.ts';
import { ChangeTables } from './change-tables.ts';
import { CheckService } from './check-service.ts';
import { ConfigService } from './config-service.ts';
import { EndpointHealthService } from './endpoint-health.ts';
import { EndpointPings, type EndpointPingsPorts } from './endpoint-pings.ts';
import { EngineService } from './engine-service.ts';
import { EvidenceService } from './evidence-service.ts';
import { createHandlers, type Services } from './handlers.ts';
import { hidePasswords } from './hide-passwords.ts';
import { HistoryService } from './history-service.ts';
import { LogService } from './log-service.ts';
import { RunLogs } from './run-logs.ts';
import { MetricsService } from './metrics-service.ts';
import { PreflightService } from './preflight-service.ts';
import { ReportService } from './report-service.ts';
import { ResultService, type ResultServiceParts } from './result-service.ts';
import { AuditWork } from './audit-work.ts';
import { RetentionService } from './retention-service.ts';
import { RulesService } from './rules-service.ts';
import { RunReader } from './run-reader.ts';
import { RunService } from './run-service.ts';
import { prepareSamples, prepareSamplesAhead } from './sample-databases.ts';
import { ScheduleService } from './schedule-service.ts';
import { SecretService } from './secret-service.ts';
import { openSessionDirectory, type SessionDirectory } from './session-directory.ts';
import { SigningKeys } from './signing-keys.ts';
import { UsualCostsService } from './usual-costs-service.ts';
import { VerdictService } from './verdict-service.ts';
import { createWorkers } from './workers.ts';

/** The core, running. */
export interface App extends Pick<
  Services,
  'log' | 'config' | 'runs' | 'reports' | 'bundles' | 'verdicts' | 'checks' | 'history' | 'results' | 'retention' | 'metrics' | 'schedules'
> {
  readonly handlers: Handlers;
  /** Calls back for every event of the contract. */
  subscribe(listener: EventListener): () => void;
  isRunning(): boolean;
  /** Starts the engine ahead of the first run; for hosts that stay until somebody asks for one. */
  warmUp(): void;
  /** Cancels what runs, ends all processes, removes temporary files. */
  close(): Promise<void>;
}

type EventListener = <K extends EventName>(event: K, payload: Events[K]) => void;

/** Builds the core. The configuration is read; problems in it do not keep the program from starting. */
export async function createApp(ports: AppPorts): Promise<App> {
  const disposables = new Disposables();
  const services = await createServices(ports, disposables).catch(async (error: unknown) => {
    // What was begun is ended, and the log is written to its end: it says why.
    await disposables.dispose().catch(() => undefined);
    throw error;
  });
  return {
    ...services,
    handlers: createHandlers(ports, services),
    subscribe: (listener) => subscribeTo(services, listener),
    isRunning: () => services.runs.isRunning(),
    warmUp: () => {
      services.engine.warmUp();
    },
    close: () => disposables.dispose(),
  };
}

/** What everything else stands on: the log, the configuration, the history, and a folder for this program's time. */
async function openBase(ports: AppPorts, disposables: Disposables) {
  const log = new LogService(() => ports.clock.nowMs());
  disposables.add(() => log.close());
  const { logger } = log;
  const runLogs = new RunLogs(log);
  const config = new ConfigService(ports);
  const { settings, sampleData } = await config.reload();
  if (settings !== undefined) await log.openFile(settings.logDir, settings.logLevel);
  const history = await HistoryService.open({ ports, logger, settings: settings?.history });
  disposables.add(() => history.close());
  const session = openSessionDirectory({
    parent: settings?.spoolDir ?? join(ports.dataDirectory, 'spool'),
    processId: process.pid,
    unique: randomBytes(4).toString('hex'),
    logger,
  });
  disposables.add(() => session.remove());
  return { log, logger, runLogs, config, history, session, sampleData };
}

async function createServices(given: AppPorts, disposables: Disposables): Promise<Services> {
  const { log, logger, runLogs, config, history, session, sampleData } = await openBase(given, disposables);
  const ports = { ...given, spawn: hidePasswords(given.spawn, () => config.usable()) };
  const preflight = new PreflightService(ports, config);
  disposables.add(() => preflight.dispose());
  const secrets = new SecretService(ports, config);
  const createWorker = createWorkers(ports, { config, preflight, secrets }, logger);
  const engine = new EngineService(ports.spawn, join(session.path, 'engine'), logger);
  disposables.add(() => engine.close());
  const costs = new UsualCostsService(history, ports.clock, () => config.usable());
  const health = await openHealth(ports, { log, config });
  disposables.add(() => health.close());
  const keeping = createKeeping(ports, disposables, { logger, config, engine, history, runLogs });
  const metrics = new MetricsService({ ports, logger, config, health: () => health.list(), history: () => history.state });
  disposables.add(() => metrics.close());
  const runs = new RunService({
    ports,
    logger,
    config,
    engine,
    createWorker,
    costs,
    health,
    results: keeping.results,
    history,
    spoolRoot: join(session.path, 'rows'),
    prepare: () => prepareRun(ports, session, config.current()),
  });
  runLogs.follow(runs.events);
  disposables.add(() => runs.close());
  history.follow(runs);
  metrics.follow(runs);
  expectRuns(preflight, runs, costs);
  if (ports.host !== 'cli') keepInOrder(costs, { config, runs, retention: keeping.retention });
  const reporting = createReporting(ports, { logger, config, runs, engine, history, runLogs });
  disposables.add(() => reporting.verdicts.close());
  const checks = new CheckService(ports, config, { createWorker, gateOf: (database) => health.gateOf(database) });
  if (ports.host !== 'cli') disposables.add(startPings(ports, { logger, config, health, createWorker }));
  if (sampleData) await prepareSamplesAhead(ports, config.current(), logger);
  const rules = new RulesService(ports, config);
  const schedules = new ScheduleService({ ports, logger, config, history, runs, reports: reporting.reports });
  disposables.add(() => schedules.close());
  if (ports.host !== 'cli') schedules.start();
  return {
    log,
    config,
    runs,
    ...reporting,
    engine,
    checks,
    preflight,
    secrets,
    metrics,
    history,
    health,
    ...keeping,
    rules,
    schedules,
  };
}

/** A ticket that ends before the run does is warned about, wherever it is known how long runs take. */
function expectRuns(preflight: PreflightService, runs: RunService, costs: UsualCostsService): void {
  preflight.expectRuns(
    () => runs.expectedEndMs(),
    () => costs.known(),
  );
}

/** Results that outlive their run, and for how long that and the history are kept. */
function createKeeping(ports: AppPorts, disposables: Disposables, parts: Omit<ResultServiceParts, 'ports'>) {
  const results = new ResultService({ ports, ...parts });
  disposables.add(() => results.close());
  const retention = new RetentionService({ clock: ports.clock, results, ...parts });
  disposables.add(() => retention.close());
  const { history, config } = parts;
  const audit = new AuditWork({ history, retention, user: () => config.user });
  return { results, retention, audit };
}

/** What an analyst leaves with. */
function createReporting(
  ports: AppPorts,
  {
    logger,
    runLogs,
    config,
    runs,
    engine,
    history,
  }: Pick<Services, 'config' | 'runs' | 'engine' | 'history'> & {
    readonly logger: Logger;
    readonly runLogs: RunLogs;
  },
): Pick<Services, 'reader' | 'reports' | 'changeTables' | 'evidence' | 'bundles' | 'verdicts'> {
  const reader = new RunReader(runs, engine);
  const keys = new SigningKeys(ports, logger);
  const verdicts = new VerdictService({ clock: ports.clock, logger, runs, reader, history });
  verdicts.follow();
  const changeTables = new ChangeTables(runs, reader, verdicts);
  const reports = new ReportService(ports, config, runs, reader, (runId) => verdicts.known(runId), changeTables);
  return {
    reader,
    reports,
    changeTables,
    verdicts,
    evidence: new EvidenceService(runs, reader),
    bundles: new BundleService({ ports, runs, reports, reader, runLogs, keys }),
  };
}

function subscribeTo(
  { log, config, runs, reports, preflight, history, audit, health, schedules }: Services,
  listener: EventListener,
): () => void {
  const stops = [
    runs.events.on((event) => {
      listener('run.event', event);
    }),
    config.changed.on((changed) => {
      listener('config.changed', changed);
    }),
    preflight.changed.on((changed) => {
      listener('preflight.changed', changed);
    }),
    reports.progress.on((progress) => {
      listener('export.progress', progress);
    }),
    history.changed.on((changed) => {
      listener('history.changed', changed);
    }),
    audit.progress.on((progress) => {
      listener('history.checking', progress);
    }),
    health.changed.on((changed) => {
      listener('health.changed', changed);
    }),
    schedules.changed.on((changed) => {
      listener('schedule.changed', changed);
    }),
    log.entries.on((entry) => {
      listener('log.entry', entry);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function openHealth({ clock, dataDirectory }: AppPorts, { log, config }: Pick<Services, 'log' | 'config'>): Promise<EndpointHealthService> {
  const file = join(dataDirectory, 'endpoint-health.json');
  const closingsFile = join(dataDirectory, 'closed-breakers.jsonl');
  return EndpointHealthService.open({ clock, logger: log.logger, file, closingsFile, databases: () => config.usable()?.databases ?? [] });
}

/** Pings idle databases as the configuration says now; the returned function ends that. */
function startPings(
  { clock }: AppPorts,
  { config, ...parts }: Pick<Services, 'config' | 'health'> & Omit<EndpointPingsPorts, 'clock' | 'health'>,
): () => Promise<void> {
  const pings = new EndpointPings({ clock, ...parts });
  const follow = (): void => {
    pings.follow(config.usable()?.databases ?? []);
  };
  config.changed.on(follow);
  follow();
  return () => pings.close();
}

/**
 * For a program that runs for days (the command line asks when it needs to): the usual costs are known before a run is started, as far
 * as there is a history, and what is too old goes once a day.
 */
function keepInOrder(costs: UsualCostsService, { config, runs, retention }: Pick<Services, 'config' | 'runs' | 'retention'>): void {
  const refresh = (): void => void costs.refresh();
  config.changed.on(refresh);
  runs.events.on(({ event }) => {
    if (event.kind === 'run-ended') refresh();
  });
  refresh();
  retention.start();
}

/** What a run needs on the disk. */
async function prepareRun(ports: AppPorts, session: SessionDirectory, configuration: Configuration): Promise<void> {
  session.ensure();
  if (configuration.sampleData) await prepareSamples(ports, configuration);
}
