/** The handlers of the history. */
import type { Handlers } from '../contract/dispatch.ts';
import type { HistoryMethodName } from '../contract/history-methods.ts';
import type { CheckedInput } from '../contract/methods.ts';
import type { RetentionPolicy } from '../model/history-audit.ts';
import type { AppPorts } from './app-ports.ts';
import type { AuditWork } from './audit-work.ts';
import type { ConfigService } from './config-service.ts';
import { type AskHistory, compareRun } from './history-comparison.ts';
import { executionSummary, runningSummary, runSummary } from './history-summaries.ts';
import type { HistoryService } from './history-service.ts';
import { exportTrail } from './history-trail.ts';
import type { ReportService } from './report-service.ts';

/** What these handlers hand calls on to. */
interface HistoryParts {
  readonly history: HistoryService;
  readonly config: ConfigService;
  readonly reports: ReportService;
  readonly audit: AuditWork;
}

/** Part of all handlers. */
export function historyHandlers(ports: AppPorts, services: HistoryParts): Pick<Handlers, HistoryMethodName> {
  const { history } = services;
  const ask: AskHistory = (method, input) => history.ask(method, input);
  return {
    'history.state': () => history.state,
    'history.runs': async (input) => {
      const page = await ask('runs', defined(input));
      return { ...page, runs: page.runs.map((run) => runSummary(run)) };
    },
    'history.run': ({ runId }) => ask('run', { runId }),
    'history.comparison': ({ runId }) => compareRun(ask, runId),
    'history.running': async () => (await ask('running', null)).map((running) => runningSummary(running)),
    'history.executions': async (input) => {
      const page = await ask('executions', defined(input));
      return { ...page, executions: page.executions.map((execution) => executionSummary(execution)) };
    },
    'history.execution': ({ executionId }) => ask('execution', { executionId }),
    ...figureHandlers(ask),
    ...auditHandlers(ports, services, ask),
  };
}

type FigureName =
  | 'history.statistics'
  | 'history.groupedStatistics'
  | 'history.dailySeries'
  | 'history.slowestQueries'
  | 'history.errorPatterns'
  | 'history.queryTrends'
  | 'history.anomalies';

function figureHandlers(ask: AskHistory): Pick<Handlers, FigureName> {
  return {
    'history.statistics': ({ scope, ...input }) => ask('statistics', { ...input, scope: defined(scope) }),
    'history.groupedStatistics': ({ scope, ...input }) => ask('groupedStatistics', { ...input, scope: defined(scope) }),
    'history.dailySeries': ({ scope, days }) => ask('dailySeries', { days, scope: defined(scope) }),
    'history.slowestQueries': ({ scope, ...input }) => ask('slowestQueries', { ...input, scope: defined(scope) }),
    'history.errorPatterns': ({ scope, ...input }) => ask('errorPatterns', { ...input, scope: defined(scope) }),
    'history.queryTrends': ({ scope, days }) => ask('queryTrends', { days, scope: defined(scope) }),
    'history.anomalies': (input) => ask('anomalies', input),
  };
}

type AuditName =
  | 'history.holds'
  | 'history.setHold'
  | 'history.releaseHold'
  | 'history.verifyChain'
  | 'history.stopCheck'
  | 'history.exportTrail'
  | 'history.retentionPreview'
  | 'history.deleteOld';

function auditHandlers(ports: AppPorts, { config, reports, audit }: HistoryParts, ask: AskHistory): Pick<Handlers, AuditName> {
  const by = (): string => config.view().settings?.sid ?? ports.user;
  return {
    'history.holds': () => ask('holds', null),
    'history.setHold': ({ reason }) => ask('setHold', { reason, by: by() }),
    'history.releaseHold': ({ holdId }) => ask('releaseHold', { holdId, by: by() }),
    'history.verifyChain': ({ checkId }) => audit.verifyChain(checkId),
    'history.stopCheck': ({ checkId }) => {
      audit.stop(checkId);
      return null;
    },
    'history.exportTrail': ({ format, ...span }) => exportTrail(ports, reports, ask, { format, ...defined(span) }),
    'history.retentionPreview': (input) => audit.preview(policyOf(input)),
    'history.deleteOld': ({ counted, ...input }) => audit.deleteCounted(policyOf(input), counted),
  };
}

function policyOf({ executionDays, runDays }: CheckedInput<'history.retentionPreview'>): RetentionPolicy {
  return { executionDays: defined(executionDays), ...(runDays === undefined ? {} : { runDays }) };
}

/** What is there of it: a key without a value is left out. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}
