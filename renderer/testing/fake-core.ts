/**
 * A core in memory for tests of the window and for its gallery: the real contract, checked by the real dispatcher, over
 * runs that a script moves.
 */
import type { LogEntry } from '../../app/base/logger.ts';
import { dispatch, type Handlers } from '../../app/contract/dispatch.ts';
import type { AppInfo, CheckedInput, ConfigView, EventName, Events, MethodName, MethodOutput } from '../../app/contract/methods.ts';
import { CamError, type Failure, failure } from '../../app/model/failure.ts';
import type { StatusView } from '../../app/model/figures.ts';
import type { PreflightView } from '../../app/model/preflight.ts';
import type { RunDetail } from '../../app/model/history-pages.ts';
import type { RunPlan } from '../../app/model/plan.ts';
import type { ShownTable, TableRef } from '../../app/model/table.ts';
import type { Connection, PageTransport } from '../client/page-transport.ts';
import { clientEvidence, clientShared } from './fake-evidence.ts';
import { changeTable, clientHistory, comparisonOf, recordedComparison } from './fake-verdicts.ts';
import { FakeHistory } from './fake-history.ts';
import { fakeResultHandlers, replay } from './fake-results.ts';
import { configOf, infoOf, planOf, sampleDatabases } from './fake-plan.ts';
import { fakeRulesHandlers } from './fake-rules-core.ts';
import { nearOf } from './fake-near.ts';
import { FakeRun, lastEventBefore } from './fake-run.ts';
import { FakeExports } from './fake-exports.ts';
import { FakeHealth } from './fake-health.ts';
import { fakeStatus, resetStatus } from './fake-status.ts';
import { FakeSchedules } from './fake-schedule.ts';
import { FakeSecrets } from './fake-secrets.ts';
import { emailTable, type FakeTable, pageOf, reportTable, statisticsOf } from './fake-tables.ts';

/** How the fake core begins. */
export interface FakeCoreInput {
  readonly config?: ConfigView;
  readonly info?: AppInfo;
  readonly nowMs?: () => number;
  /** What happens after `run.start`; without it a run is only started. */
  readonly onStart?: (run: FakeRun) => void;
  /** Rows of the tables instead of the counts of the last merge. */
  readonly rowsOf?: (table: TableRef) => number | undefined;
  /** Waits before every answer. */
  readonly delay?: () => Promise<void>;
}

/** Handlers that answer at once, but for what a test holds. */
type PlainHandlers = { readonly [K in MethodName]: (input: CheckedInput<K>) => MethodOutput<K> | Promise<MethodOutput<K>> };

function promising(handlers: PlainHandlers): Handlers {
  const entries = Object.entries(handlers) as [string, (input: unknown) => unknown][];
  return Object.fromEntries(
    entries.map(([name, handle]) => [name, (input: unknown) => Promise.resolve(handle(input))]),
  ) as unknown as Handlers;
}

/** The parts of `run.start` that the fake core looks at. */
interface FakeRunInput {
  readonly lastEvent: string;
  readonly rule?: string | undefined;
  readonly windowHours?: number;
  readonly strict?: boolean;
  readonly caseReference?: string | undefined;
}

/** The fake core. */
export class FakeCore {
  readonly transport: PageTransport;
  readonly calls: { readonly method: string; readonly input: unknown }[] = [];
  readonly runs: FakeRun[] = [];
  readonly logged: LogEntry[] = [];
  readonly secrets: FakeSecrets;
  readonly schedules = new FakeSchedules(
    () => this.#now(),
    () => this.send('schedule.changed', null),
  );
  readonly exports = new FakeExports((progress) => this.send('export.progress', progress));
  readonly health: FakeHealth;
  config: ConfigView;
  /** What is recorded: nothing, unless a test says otherwise. */
  readonly history: FakeHistory;
  preflight: PreflightView = { tickets: [] };
  status: StatusView = fakeStatus;
  readonly #input: FakeCoreInput;
  readonly #listeners = new Set<(event: string, payload: unknown) => void>();
  readonly #watchers = new Set<(connection: Connection) => void>();
  readonly #refusals = new Map<string, Failure>();

  constructor(input: FakeCoreInput = {}) {
    this.#input = input;
    this.config = input.config ?? configOf(sampleDatabases, true);
    this.secrets = new FakeSecrets(input.info?.host === 'desktop' ? undefined : 'Only the desktop program can keep a password.');
    this.health = new FakeHealth(this.config, (status) => this.send('health.changed', status));
    this.history = new FakeHistory([], () => this.#now());
    const handlers = promising(this.#handlers());
    this.transport = {
      invoke: async (method, value) => {
        this.calls.push({ method, input: structuredClone(value) });
        await input.delay?.();
        const refusal = this.#refusals.get(method);
        if (refusal !== undefined) return { ok: false, error: refusal };
        // As over a wire: nothing that is sent is shared.
        return structuredClone(await dispatch(handlers, method, value));
      },
      subscribe: (listener) => {
        this.#listeners.add(listener);
        return () => {
          this.#listeners.delete(listener);
        };
      },
      onConnection: (watcher) => {
        this.#watchers.add(watcher);
        return () => {
          this.#watchers.delete(watcher);
        };
      },
    };
  }

  /** Lets every call of a method fail from now on; without a failure, no more. */
  refuse(method: MethodName, refusal?: Failure): void {
    if (refusal === undefined) this.#refusals.delete(method);
    else this.#refusals.set(method, refusal);
  }

  /** Breaks the connection or restores it. */
  connection(connection: Connection): void {
    for (const watcher of [...this.#watchers]) watcher(connection);
  }

  send<K extends EventName>(event: K, payload: Events[K]): void {
    for (const listener of [...this.#listeners]) listener(event, structuredClone(payload));
  }

  log(level: LogEntry['level'], message: string, fields: LogEntry['fields'] = {}, at = this.#now()): void {
    const entry = { at, level, message, fields };
    this.logged.push(entry);
    this.send('log.entry', entry);
  }

  /** Starts a run as `run.start` does. */
  startRun(input: FakeRunInput, startedMs = this.#now()): FakeRun {
    const plan = this.#plan(input, startedMs);
    const run = new FakeRun(plan, startedMs, (event) => this.send('run.event', event));
    this.runs.unshift(run);
    return run;
  }

  #open(detail: RunDetail): FakeRun {
    const known = this.runs.find((run) => run.plan.runId === detail.run.runId);
    if (known !== undefined) return known;
    const run = new FakeRun(detail.run.plan, Date.parse(detail.run.startedAt), (event) => this.send('run.event', event));
    this.runs.push(run);
    replay(run, detail);
    return run;
  }

  #now(): number {
    return this.#input.nowMs?.() ?? Date.now();
  }

  #run(runId: string): FakeRun {
    const run = this.runs.find((each) => each.plan.runId === runId);
    if (run === undefined) throw new CamError(failure('not.found', { message: `There is no run ${runId}.` }));
    return run;
  }

  #table(run: FakeRun, table: ShownTable): FakeTable {
    if (table.kind === 'change') return changeTable(run, table.change, this.#table(run, { kind: 'confirmed' }));
    const { lastEvent } = run.plan;
    const wanted = this.#input.rowsOf?.(table);
    if (table.kind === 'source') return emailTable(wanted ?? run.state.sources[table.source]?.rows ?? 0, lastEvent);
    const missing = Object.values(run.state.sources).filter((source) => source.outcome?.kind !== 'completed');
    const types = missing.flatMap((source) => source.source.changeType ?? []);
    if (table.kind === 'near') return reportTable(wanted ?? 37, lastEvent, ['token'], missing.map((source) => source.source.id).join('; '));
    const merged = run.state.merge?.[table.kind] ?? 0;
    const isConfirmed = table.kind === 'confirmed';
    return reportTable(wanted ?? merged, lastEvent, isConfirmed ? [] : types, missing.map((source) => source.source.id).join('; '));
  }

  #plan(input: FakeRunInput, nowMs: number): RunPlan {
    return planOf(`run-${String(this.runs.length + 1)}`, this.config, {
      lastEvent: input.lastEvent === 'now' ? lastEventBefore(nowMs) : input.lastEvent,
      rule: input.rule,
      windowHours: input.windowHours ?? 24,
      strict: input.strict ?? false,
      caseReference: input.caseReference,
      nowMs,
    });
  }

  #handlers(): PlainHandlers {
    const { config } = this;
    return {
      'app.info': () => this.#input.info ?? infoOf('browser'),
      'config.get': () => this.config,
      'config.reload': () => this.config,
      'settings.save': ({ instantClientDir, krb5Conf, krb5Cache, ...rest }) => {
        if (config.settings === undefined) throw new CamError(failure('config.invalid'));
        const oracleClient = { instantClientDir, krb5Conf, krb5Cache, traceLevel: config.settings.oracleClient.traceLevel };
        this.config = { ...this.config, settings: { ...config.settings, ...rest, oracleClient } };
        this.send('config.changed', this.config);
        return this.config;
      },
      'preflight.get': () => this.preflight,
      'databases.check': () => ({ sources: [], standbys: [], durationMs: 0 }),
      ...fakeRulesHandlers(),
      'run.plan': ({ lastEvent, windowHours, strict, rule }) =>
        this.#plan({ lastEvent, strict, rule, ...(windowHours === undefined ? {} : { windowHours }) }, this.#now()),
      'run.start': ({ lastEvent, windowHours, strict, rule, caseReference }) => {
        const run = this.startRun({ lastEvent, strict, rule, caseReference, ...(windowHours === undefined ? {} : { windowHours }) });
        this.#input.onStart?.(run);
        return { runId: run.plan.runId };
      },
      'run.cancel': ({ runId, database }) => {
        const run = this.#run(runId);
        run.nowMs = this.#now();
        run.cancel(database);
        if (Object.values(run.state.sources).every((source) => source.outcome !== undefined)) run.finish();
        return null;
      },
      'run.resume': ({ runId }) => {
        const run = this.#run(runId);
        const sources = run.plan.sources.map(({ id }) => id).filter((id) => run.state.sources[id]?.outcome?.kind !== 'completed');
        run.nowMs = this.#now();
        run.emit({ kind: 'run-resumed', sources });
        this.#input.onStart?.(run);
        return { sources };
      },
      'run.evaluate': ({ runId }) => {
        const run = this.#run(runId);
        run.nowMs = this.#now();
        run.emit({ kind: 'run-resumed', sources: [] });
        this.#input.onStart?.(run);
        return null;
      },
      'run.snapshot': ({ runId }) => ({ state: this.#run(runId).state, seq: this.#run(runId).seq }),
      'run.list': () =>
        this.runs.map(({ plan, state }) => ({
          runId: plan.runId,
          startedAt: state.startedAt,
          lastEvent: plan.lastEvent,
          status: state.status,
          ...(state.outcome === undefined ? {} : { outcome: state.outcome }),
        })),
      'log.recent': () => this.logged.slice(-500),
      ...this.secrets.handlers(),
      'status.get': () => this.status,
      'status.reset': () => (this.status = resetStatus(this.status)),
      'verdicts.changes': ({ runId }) => recordedComparison(this.history.records, runId) ?? comparisonOf(this.#run(runId)),
      'verdicts.ofClient': () => clientHistory(this.runs, this.history.records),
      'evidence.client': ({ runId, client, limit }) => clientEvidence(this.#run(runId), client, limit),
      'evidence.shared': ({ runId, client }) => clientShared(this.#run(runId), client),
      'evidence.text': ({ runId, client }) => ({ text: `Evidence of client ${client} in run ${runId}` }),
      ...this.health.handlers(),
      ...this.#reports(),
      ...fakeResultHandlers({
        kept: () => this.history.records.filter(({ run }) => this.history.kept.includes(run.runId)),
        open: (detail) => this.#open(detail),
      }),
      ...this.history.handlers(),
      ...this.schedules.handlers(),
      'window.broken': () => null,
    };
  }

  #reports(): Pick<PlainHandlers, Extract<MethodName, `report.${string}` | `result.${string}` | `desktop.${string}`>> {
    return {
      'result.page': ({ runId, request: { sort, ...request } }) =>
        pageOf(this.#table(this.#run(runId), request.table), sort === undefined ? request : { ...request, sort }),
      'result.nearMisses': ({ runId, atLeast, windowHours }) => nearOf(this.#run(runId).state, { atLeast, windowHours }),
      'result.statistics': ({ runId }) => statisticsOf(this.#run(runId).state.merge?.confirmed ?? 0, this.#run(runId).plan.lastEvent),
      'report.export': (input) => this.exports.write(input, this.#table(this.#run(input.runId), input.table).rows),
      'report.cancelExport': ({ exportId }) => this.exports.cancel(exportId),
      'report.bundle': ({ runId }) => {
        const path = `/home/analyst/reports/evidence-bundle_${runId}.zip`;
        return { path, bytes: 4_812_331, files: 31, rows: 203_291, fingerprint: '3fa9'.repeat(16) };
      },
      'report.mailDraft': ({ runId }) => this.#mail(this.#run(runId)),
      'report.note': ({ runId }) => ({
        text: `AB12345, run ${runId}: ${String(this.#run(runId).state.merge?.confirmed ?? 0)} clients.`,
      }),
      'desktop.pick': ({ kind }) => ({ path: kind === 'file' ? '/etc/krb5.conf' : '/opt/oracle/instantclient_23_5' }),
      'desktop.showExport': () => null,
      'desktop.openMail': () => null,
    };
  }

  #mail(run: FakeRun): { to: readonly string[]; subject: string; body: string; url: string; truncated: boolean } {
    const to = this.config.settings?.emailRecipients ?? [];
    const subject = `Client activity ${run.plan.lastEvent.slice(0, 16)}: ${String(run.state.merge?.confirmed ?? 0)} confirmed`;
    const body = [
      'Hello,',
      '',
      `the analysis of the ${String(run.plan.windowHours)} h before ${run.plan.lastEvent} found ${String(run.state.merge?.confirmed ?? 0)} clients.`,
      '',
      ...run.plan.sources.map((source) => `- ${source.id}: ${run.state.sources[source.id]?.outcome?.kind ?? 'running'}`),
      '',
      `Regards, ${run.plan.user}`,
    ].join('\n');
    return { to, subject, body, url: `mailto:${to.join(',')}?subject=${encodeURIComponent(subject)}`, truncated: false };
  }
}
