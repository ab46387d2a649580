/**
 * The contract between a face (window, browser page, command line) and the core: one row a method. Client type, input
 * check and test fakes come from this table.
 */
import * as z from 'zod';
import type { CheckReport } from '../model/check.ts';
import type { ConfigProblem, DatabaseConfig, Settings } from '../model/database.ts';
import type { LogEntry } from '../base/logger.ts';
import type { HistoryState } from '../model/history.ts';
import type { CheckProgress } from '../model/history-audit.ts';
import type { EndpointStatus } from '../model/health.ts';
import type { PreflightView } from '../model/preflight.ts';
import type { ExportedFile, ExportProgress } from '../model/report.ts';
import type { RunPlan } from '../model/plan.ts';
import type { NumberedRunEvent, RunOutcomeKind, RunState } from '../model/run.ts';
import type { NearMisses } from '../model/near-misses.ts';
import type { RuleSummary } from '../model/rule.ts';
import type { Page, ReportStatistics } from '../model/table.ts';
import { evidenceMethods } from './evidence-methods.ts';
import { historyMethods } from './history-methods.ts';
import { healthMethods } from './health-methods.ts';
import { scheduleMethods } from './schedule-methods.ts';
import { method } from './method.ts';
import { caseReference, empty, exportId, filters, hours, nearAtLeast, ruleKey, runId, shownTable, sort } from './parts.ts';
import { resultMethods } from './result-methods.ts';
import { rulesMethods } from './rules-methods.ts';
import { secretMethods } from './secret-methods.ts';
import { statusMethods } from './status-methods.ts';
import { verdictMethods } from './verdict-methods.ts';
import { windowMethods } from './window-methods.ts';

/** What a face may rely on about the program it talks to. */
export interface AppInfo {
  readonly version: string;
  /** `desktop`: Electron; `browser`: a page on loopback; `cli`: no window. */
  readonly host: 'desktop' | 'browser' | 'cli';
  readonly platform: string;
  /** What this host can do beyond the core. */
  readonly can: { readonly pickFiles: boolean; readonly openPaths: boolean };
}

/** A database as the window shows it before a run. */
export interface DatabaseSummary {
  readonly name: string;
  readonly driver: DatabaseConfig['driver'];
  readonly endpoint: string;
  readonly zone: string;
  readonly queries: readonly { readonly name: string; readonly changeType: string | null; readonly file: string }[];
}

/** The configuration as the window needs it: either usable, or a list of problems. */
export interface ConfigView {
  readonly databasesFile: string;
  readonly settingsFile: string;
  readonly sampleData: boolean;
  readonly databases: readonly DatabaseSummary[];
  /** Keys by which groups of databases are divided, with the values that their members hold; absent where there are none. */
  readonly partitions?: readonly { readonly key: string; readonly values: readonly string[] }[];
  /** The rules that a run can evaluate; none while the configuration has problems. */
  readonly rules: readonly RuleSummary[];
  /** Absent while the configuration has problems. */
  readonly settings?: Settings;
  readonly problems: readonly ConfigProblem[];
}

/** A run in a list. */
export interface RunListItem {
  readonly runId: string;
  readonly startedAt: string;
  readonly lastEvent: string;
  readonly status: RunState['status'];
  readonly outcome?: RunOutcomeKind;
}

/** A draft of an e-mail. `url` is a `mailto:` of limited length; where the text did not fit, `truncated` is true and `body` has all of it. */
export interface MailDraft {
  readonly to: readonly string[];
  readonly subject: string;
  readonly body: string;
  readonly url: string;
  readonly truncated: boolean;
}

/** The editable part of the settings; empty text clears a path. */
export const settingsChange = z.strictObject({
  instantClientDir: z.string().max(4096),
  krb5Conf: z.string().max(4096),
  krb5Cache: z.string().max(4096),
  reportOutputDir: z.string().max(4096),
  emailRecipients: z.array(z.email().max(320)).max(50),
  sid: z.string().max(64),
  zone: z.string().max(64),
});

/**
 * Input of `run.start`. With `from` the run is a hunt: every window that lies between `from` and `lastEvent` is looked at. `lastEvent` is `now` or an ISO 8601 time; without an offset it is read in `zone` (default: the settings').
 */
export const startRun = z.strictObject({
  lastEvent: z.string().min(1).max(64),
  from: z.string().min(1).max(64).optional(),
  zone: z.string().max(64).optional(),
  /** Key of the rule; default: the settings'. */
  rule: ruleKey.optional(),
  windowHours: hours.optional(),
  strict: z.boolean().default(false),
  databases: z.array(z.string().max(200)).max(1000).optional(),
  /** Values by partition key: groups divided by that key are asked only where these can be. */
  partitions: z.record(z.string().min(1).max(128), z.array(z.string().min(1).max(200)).min(1).max(1000)).optional(),
  caseReference: caseReference.optional(),
});

/** The table of methods. */
export const methods = {
  'app.info': method(empty).returns<AppInfo>(),
  'config.get': method(empty).returns<ConfigView>(),
  'config.reload': method(empty).returns<ConfigView>(),
  'settings.save': method(settingsChange).returns<ConfigView>(),
  /** What is known before a run: tickets and client library. Checked anew, not remembered. */
  'preflight.get': method(empty).returns<PreflightView>(),
  /** Logs on to every database and describes every query without running it; at most 30 seconds. */
  'databases.check': method(empty).returns<CheckReport>(),
  /** What a run asked for now would do; nothing is started. */
  'run.plan': method(startRun).returns<RunPlan>(),
  'run.start': method(startRun).returns<{ runId: string }>(),
  /** Cancels all of a run, or one database of it. Answers at once; events tell how each source ended. */
  'run.cancel': method(z.strictObject({ runId, database: z.string().max(200).optional() })).returns<null>(),
  /** Asks only the missing sources again, for the same window ("Complete this run"). */
  'run.resume': method(z.strictObject({ runId })).returns<{ sources: readonly string[] }>(),
  /**
   * Evaluates the rule over what has answered, where that was broken off; no source is asked ("Evaluate again"). Answers at once.
   * @throws `request.invalid` where the run goes on, has been evaluated, or nothing has answered
   */
  'run.evaluate': method(z.strictObject({ runId })).returns<null>(),
  /** The state of a run and the number of the last event in it; events with a higher number follow. */
  'run.snapshot': method(z.strictObject({ runId })).returns<{ state: RunState; seq: number }>(),
  /** Runs of this program, newest first. */
  'run.list': method(empty).returns<readonly RunListItem[]>(),
  /** Rows of a table. @throws `request.invalid` for a kind of change where no earlier run is known */
  'result.page': method(
    z.strictObject({
      runId,
      request: z.strictObject({
        table: shownTable,
        offset: z.int().min(0),
        limit: z.int().min(1).max(1000),
        sort: sort.optional(),
        filters,
      }),
    }),
  ).returns<Page>(),
  /**
   * Clients who nearly meet the rule, counted over the rows that are kept: nothing is asked of a database. Their rows are the table
   * `near` with the same numbers. @throws `request.invalid` for a rule that does not count kinds of change, and for a hunt
   */
  'result.nearMisses': method(z.strictObject({ runId, atLeast: nearAtLeast, windowHours: hours })).returns<NearMisses>(),
  'result.statistics': method(z.strictObject({ runId })).returns<ReportStatistics>(),
  /**
   * Writes a table into the report folder; `fileName` without a path, by default made from the run. With an `exportId` of the caller's
   * own it is told about by `export.progress` and can be cancelled; it fails as `export.cancelled` then, and leaves no file.
   */
  'report.export': method(
    z.strictObject({
      runId,
      table: shownTable,
      sort: sort.optional(),
      filters,
      format: z.enum(['xlsx', 'csv', 'json']),
      fileName: z.string().max(200).optional(),
      exportId: exportId.optional(),
    }),
  ).returns<ExportedFile>(),
  /** Asks an export to stop; answers at once, and does nothing where it has ended. */
  'report.cancelExport': method(z.strictObject({ exportId })).returns<null>(),
  'report.mailDraft': method(z.strictObject({ runId })).returns<MailDraft>(),
  /** The note entry as text for the clipboard. */
  'report.note': method(z.strictObject({ runId })).returns<{ text: string }>(),
  /** Asks the person for a file or folder; `null` when they changed their mind. Only where `can.pickFiles`. */
  'desktop.pick': method(z.strictObject({ kind: z.enum(['file', 'folder']), title: z.string().max(200) })).returns<{
    path: string | null;
  }>(),
  /** Shows an exported file in the file manager. Only where `can.openPaths`, and only files this program has exported. */
  'desktop.showExport': method(z.strictObject({ path: z.string().max(4096) })).returns<null>(),
  /** Opens the mail program with the draft of a run. Only where `can.openPaths`. */
  'desktop.openMail': method(z.strictObject({ runId })).returns<null>(),
  ...evidenceMethods,
  ...verdictMethods,
  ...rulesMethods,
  'log.recent': method(empty).returns<readonly LogEntry[]>(),
  ...secretMethods,
  ...statusMethods,
  ...historyMethods,
  ...resultMethods,
  ...healthMethods,
  ...scheduleMethods,
  ...windowMethods,
} as const;

/** The table as a type. */
export type Methods = typeof methods;
/** Name of a method. */
export type MethodName = keyof Methods;
/** What a caller gives. */
export type MethodInput<K extends MethodName> = z.input<Methods[K]['input']>;
/** What a handler is given, after the check. */
export type CheckedInput<K extends MethodName> = z.output<Methods[K]['input']>;
/** What comes back. */
export type MethodOutput<K extends MethodName> = Methods[K]['output'];

/** Events that the core sends to every face. */
export interface Events {
  'run.event': NumberedRunEvent;
  'config.changed': ConfigView;
  'preflight.changed': PreflightView;
  'export.progress': ExportProgress;
  'history.changed': HistoryState;
  'history.checking': CheckProgress;
  'health.changed': EndpointStatus;
  /** The ledger of planned runs changed, or what is configured: ask again. */
  'schedule.changed': null;
  'log.entry': LogEntry;
}

/** Name of an event. */
export type EventName = keyof Events;
/** All names, for a door that lets nothing else through. */
export const eventNames: readonly EventName[] = [
  'run.event',
  'config.changed',
  'preflight.changed',
  'export.progress',
  'history.changed',
  'history.checking',
  'health.changed',
  'schedule.changed',
  'log.entry',
];

/** What a face holds in its hand. */
export interface CamClient {
  /** @throws CamError with the core's failure */
  call<K extends MethodName>(method: K, input: MethodInput<K>): Promise<MethodOutput<K>>;
  /** Adds a listener; the returned function takes it off. */
  on<K extends EventName>(event: K, listener: (payload: Events[K]) => void): () => void;
}

/** What a host offers to a client, whatever lies between them: the raw call and the raw events. */
export interface CamTransport {
  invoke(method: string, input: unknown): Promise<unknown>;
  subscribe(listener: (event: string, payload: unknown) => void): () => void;
}
