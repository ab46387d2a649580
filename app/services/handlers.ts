/** The handlers of the contract, one group of methods after another. A further group is a file of its own, spread in here. */
import type { Handlers } from '../contract/dispatch.ts';
import { CamError, failure } from '../model/failure.ts';
import type { AppPorts } from './app-ports.ts';
import type { BundleService } from './bundle-service.ts';
import type { ChangeTables } from './change-tables.ts';
import type { CheckService } from './check-service.ts';
import type { ConfigService } from './config-service.ts';
import type { EngineService } from './engine-service.ts';
import { evidenceHandlers } from './evidence-handlers.ts';
import type { EvidenceService } from './evidence-service.ts';
import { historyHandlers } from './history-handlers.ts';
import type { HistoryService } from './history-service.ts';
import type { EndpointHealthService } from './endpoint-health.ts';
import { healthHandlers } from './health-handlers.ts';
import type { LogService } from './log-service.ts';
import type { MetricsService } from './metrics-service.ts';
import type { PreflightService } from './preflight-service.ts';
import type { ReportService } from './report-service.ts';
import { rulesHandlers } from './rules-handlers.ts';
import type { RulesService } from './rules-service.ts';
import { resultHandlers } from './result-handlers.ts';
import type { AuditWork } from './audit-work.ts';
import type { RetentionService } from './retention-service.ts';
import type { ResultService } from './result-service.ts';
import type { RunReader } from './run-reader.ts';
import type { RunService } from './run-service.ts';
import { scheduleHandlers } from './schedule-handlers.ts';
import type { ScheduleService } from './schedule-service.ts';
import { secretHandlers } from './secret-handlers.ts';
import type { SecretService } from './secret-service.ts';
import { statusHandlers } from './status-handlers.ts';
import type { VerdictService } from './verdict-service.ts';
import { windowHandlers } from './window-handlers.ts';

/** What the handlers hand calls on to. */
export interface Services {
  readonly log: LogService;
  readonly config: ConfigService;
  readonly runs: RunService;
  readonly reports: ReportService;
  readonly changeTables: ChangeTables;
  readonly engine: EngineService;
  readonly reader: RunReader;
  readonly checks: CheckService;
  readonly preflight: PreflightService;
  readonly secrets: SecretService;
  readonly metrics: MetricsService;
  readonly evidence: EvidenceService;
  readonly bundles: BundleService;
  readonly verdicts: VerdictService;
  readonly history: HistoryService;
  readonly health: EndpointHealthService;
  readonly rules: RulesService;
  readonly results: ResultService;
  readonly retention: RetentionService;
  readonly audit: AuditWork;
  readonly schedules: ScheduleService;
}

/** All handlers. */
export function createHandlers(ports: AppPorts, services: Services): Handlers {
  return {
    ...programHandlers(ports, services),
    ...runHandlers(services),
    ...reportHandlers(services),
    ...rulesHandlers(services),
    ...desktopHandlers(ports, services),
    ...secretHandlers(services.secrets),
    ...statusHandlers(services.metrics),
    ...evidenceHandlers(services),
    ...resultHandlers(services),
    ...healthHandlers(services.health),
    ...historyHandlers(ports, services),
    ...scheduleHandlers(services.schedules),
    ...windowHandlers(services.log.logger),
  };
}

type Some<K extends keyof Handlers> = Pick<Handlers, K>;

function programHandlers(
  ports: AppPorts,
  { config, preflight, checks, log }: Services,
): Some<'app.info' | 'config.get' | 'config.reload' | 'settings.save' | 'preflight.get' | 'databases.check' | 'log.recent'> {
  const { desktop } = ports;
  return {
    'app.info': () => ({
      version: ports.version,
      host: ports.host,
      platform: process.platform,
      can: { pickFiles: desktop.pick !== undefined, openPaths: desktop.showFile !== undefined },
    }),
    'config.get': () => config.view(),
    'config.reload': () => config.reload(),
    'settings.save': (input) => config.save(input),
    'preflight.get': () => preflight.check(),
    'databases.check': () => checks.check(),
    'log.recent': () => log.recent(),
  };
}

function runHandlers({
  runs,
  reader,
  changeTables,
}: Services): Some<
  | 'run.plan'
  | 'run.start'
  | 'run.cancel'
  | 'run.resume'
  | 'run.evaluate'
  | 'run.snapshot'
  | 'run.list'
  | 'result.page'
  | 'result.nearMisses'
  | 'result.statistics'
> {
  return {
    'run.plan': (input) => runs.plan(input),
    'run.start': (input) => runs.start(input),
    'run.cancel': ({ runId, database }) => {
      runs.cancel(runId, database);
      return null;
    },
    'run.resume': async ({ runId }) => ({ sources: await runs.resume(runId) }),
    'run.evaluate': async ({ runId }) => {
      await runs.evaluate(runId);
      return null;
    },
    'run.snapshot': ({ runId }) => runs.snapshot(runId),
    'run.list': () => runs.list(),
    'result.page': ({ runId, request: { sort, table, ...request } }) => {
      const wanted = { ...request, ...(sort === undefined ? {} : { sort }) };
      return table.kind === 'change'
        ? changeTables.page(runId, { ...wanted, table })
        : reader.call('page', { runId, request: { ...wanted, table } });
    },
    'result.nearMisses': (input) => reader.call('nearMisses', input),
    'result.statistics': ({ runId }) => reader.call('statistics', { runId }),
  };
}

function reportHandlers({ reports }: Services): Some<'report.export' | 'report.cancelExport' | 'report.mailDraft' | 'report.note'> {
  return {
    'report.export': (input) => reports.export(input),
    'report.cancelExport': ({ exportId }) => {
      reports.cancelExport(exportId);
      return null;
    },
    'report.mailDraft': ({ runId }) => reports.mailDraft(runId),
    'report.note': ({ runId }) => reports.note(runId),
  };
}

function desktopHandlers({ desktop }: AppPorts, { reports }: Services): Some<'desktop.pick' | 'desktop.showExport' | 'desktop.openMail'> {
  return {
    'desktop.pick': async ({ kind, title }) => ({ path: await required(desktop.pick)(kind, title) }),
    'desktop.showExport': async ({ path }) => {
      if (!reports.hasExported(path))
        throw new CamError(failure('request.forbidden', { message: 'Only files that this program has exported are shown.' }));
      await required(desktop.showFile)(path);
      return null;
    },
    'desktop.openMail': async ({ runId }) => {
      await required(desktop.openMail)(reports.mailDraft(runId).url);
      return null;
    },
  };
}

function required<T>(port: T | undefined): T {
  if (port !== undefined) return port;
  throw new CamError(
    failure('request.invalid', { message: 'This host cannot do that.', action: 'Use the desktop window, or type the path.' }),
  );
}
