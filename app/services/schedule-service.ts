/** Planned runs in this program: what is configured, evaluated, told and shown. */
import { randomBytes } from 'node:crypto';
import { Emitter } from '../base/emitter.ts';
import type { Logger } from '../base/logger.ts';
import { type Distance, longestDistance, type Occurrences, occurrencesOf } from '../model/cron.ts';
import { CamError, failure, toFailure } from '../model/failure.ts';
import { type Instant, instantFromMs, msOfInstant } from '../model/instant.ts';
import type { LedgerMethods } from '../model/ledger.ts';
import { intervalStates, type SchedulesView, type ScheduleView } from '../model/schedule.ts';
import type { ScheduleConfig } from '../model/schedule-config.ts';
import { AlertSender } from '../schedule/alert-sender.ts';
import type { SchedulerPorts } from '../schedule/ports.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import type { AppPorts } from './app-ports.ts';
import type { ConfigService } from './config-service.ts';
import type { HistoryService } from './history-service.ts';
import { IntervalEvaluation, requestOf } from './interval-evaluation.ts';
import type { ReportService } from './report-service.ts';
import type { RunService } from './run-service.ts';
import { isAlive } from './session-directory.ts';

/** What the service is made of. */
export interface ScheduleServiceParts {
  readonly ports: Pick<AppPorts, 'clock' | 'environment' | 'desktop' | 'machineName' | 'user'>;
  readonly logger: Logger;
  readonly config: ConfigService;
  readonly history: HistoryService;
  readonly runs: RunService;
  readonly reports: ReportService;
}

/** Runs the configured schedules once started, and answers for them in any case. */
export class ScheduleService {
  /** The ledger changed, or what is configured. */
  readonly changed = new Emitter<null>();
  readonly #parts: ScheduleServiceParts;
  readonly #scheduler: Scheduler;
  readonly #sender: AlertSender;
  readonly #stops: readonly (() => void)[];
  readonly #longest = new WeakMap<ScheduleConfig, Distance | undefined>();
  #schedules: readonly ScheduleConfig[] = [];

  constructor(parts: ScheduleServiceParts) {
    this.#parts = parts;
    const { ports, logger, config, runs, reports } = parts;
    const evaluation = new IntervalEvaluation(runs, reports);
    const common = {
      clock: ports.clock,
      logger,
      ledger: <K extends keyof LedgerMethods>(method: K, input: LedgerMethods[K]['input']) => this.ask(method, input),
      newClaim: () => randomBytes(12).toString('hex'),
    };
    const schedulerPorts: SchedulerPorts = {
      ...common,
      host: ports.machineName,
      pid: process.pid,
      isAlive,
      evaluate: (request, onRun, signal) => evaluation.evaluate(request, onRun, signal),
    };
    this.#sender = new AlertSender({
      ...common,
      environment: ports.environment,
      reportFolder: () => config.current().settings.reportOutputDir,
      ...(ports.desktop.notify === undefined ? {} : { notify: ports.desktop.notify }),
    });
    this.#scheduler = new Scheduler(schedulerPorts, this.#sender);
    this.#configure();
    this.#stops = [
      config.changed.on(() => {
        this.#configure();
      }),
      this.#scheduler.changed.on((told) => {
        this.changed.emit(told);
      }),
    ];
  }

  /** Evaluates from now on, until closed. */
  start(): void {
    this.#scheduler.start();
  }

  /** Evaluates what is due and sends what waits; resolves when nothing is left that can be done now. */
  async settle(signal: AbortSignal): Promise<void> {
    await this.#scheduler.settle(signal);
    await this.#sender.idle(signal);
  }

  /** How each schedule stands. */
  async list(): Promise<SchedulesView> {
    const { config } = this.#parts;
    const file = config.schedulesFile();
    const isEvaluating = this.#scheduler.isStarted;
    try {
      const schedules = await Promise.all(this.#schedules.map((schedule) => this.#view(schedule)));
      const cause = this.#scheduler.failure;
      return { file, schedules, isEvaluating, ...(cause === undefined ? {} : { failure: cause }) };
    } catch (error) {
      const schedules = this.#schedules.map((schedule) => this.#planned(schedule));
      return { file, schedules, isEvaluating, failure: toFailure(error) };
    }
  }

  /** Asks the ledger. @throws CamError `history.unavailable` */
  ask<K extends keyof LedgerMethods>(method: K, input: LedgerMethods[K]['input']): Promise<LedgerMethods[K]['output']> {
    return this.#parts.history.ask(method, input);
  }

  /** Starts a run up to now with what the schedule says. @throws CamError `not.found` */
  async runNow(name: string): Promise<{ runId: string }> {
    const schedule = this.#find(name);
    const { clock } = this.#parts.ports;
    return this.#parts.runs.start(requestOf(schedule, instantFromMs(clock.nowMs()), schedule.windowHours));
  }

  /** Pauses a schedule for all programs that share the ledger, or lets it go on. @throws CamError `not.found` */
  async pause(name: string, isPaused: boolean): Promise<null> {
    const schedule = this.#find(name);
    const at = instantFromMs(this.#parts.ports.clock.nowMs());
    // A schedule that nobody has looked at yet is not in the ledger.
    await this.ask('schedule', { schedule: name, since: occurrencesOf(schedule.cron, schedule.zone).atOrBefore(at) ?? at });
    await this.ask('pauseSchedule', { schedule: name, by: isPaused ? this.#who() : null, at });
    this.#parts.logger.info(isPaused ? 'a schedule was paused' : 'a schedule goes on', { schedule: name, by: this.#who() });
    await this.#look();
    return null;
  }

  /** Has an interval evaluated again, or all that are missed, incomplete or failed. @throws CamError `not.found` */
  async retry(name: string, to?: Instant): Promise<{ intervals: number }> {
    this.#find(name);
    const intervals = await this.ask('reopenIntervals', { schedule: name, by: this.#who(), ...(to === undefined ? {} : { to }) });
    if (to !== undefined && intervals === 0) {
      const action = 'Only what is missed, incomplete or failed can be evaluated again.';
      throw new CamError(failure('not.found', { message: 'The interval cannot be evaluated again.', action }));
    }
    await this.#look();
    return { intervals };
  }

  /** Stops; what is being evaluated is given back. */
  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    // Beside each other: both wait for a ledger that may be silent.
    await Promise.all([this.#scheduler.close(), this.#sender.close()]);
  }

  /** Tells whoever shows the ledger, and does what there is to do now. */
  async #look(): Promise<void> {
    this.changed.emit(null);
    if (this.#scheduler.isStarted) await this.#scheduler.tick();
  }

  #configure(): void {
    // While the configuration has mistakes, what held before goes on: a slip in the file must not end the watch.
    const schedules = this.#parts.config.usable()?.schedules;
    if (schedules === undefined) return;
    this.#schedules = schedules;
    this.#sender.configure(schedules);
    this.#scheduler.configure(schedules);
  }

  #find(name: string): ScheduleConfig {
    const schedule = this.#schedules.find((candidate) => candidate.name === name);
    if (schedule !== undefined) return schedule;
    throw new CamError(failure('not.found', { message: `There is no schedule ${name}.`, action: 'Look at the file of planned runs.' }));
  }

  #who(): string {
    return this.#parts.config.view().settings?.sid ?? this.#parts.ports.user;
  }

  async #view(schedule: ScheduleConfig): Promise<ScheduleView> {
    const { name } = schedule;
    const planned = this.#planned(schedule);
    const now = instantFromMs(this.#parts.ports.clock.nowMs());
    const [record, counts, page] = await Promise.all([
      this.ask('schedule', { schedule: name, since: occurrencesOf(schedule.cron, schedule.zone).atOrBefore(now) ?? now }),
      this.ask('ledgerCounts', { schedule: name }),
      this.ask('ledger', { schedule: name, limit: 1, offset: 0 }),
    ]);
    return { ...planned, pausedBy: record.pausedBy, pausedAt: record.pausedAt, counts, last: page.intervals[0] ?? null };
  }

  /** Found once for each schedule: it holds for more than a year, and finding it takes some hundredths of a second. */
  #longestOf(schedule: ScheduleConfig, occurrences: Occurrences, now: Instant): Distance | undefined {
    if (!this.#longest.has(schedule)) this.#longest.set(schedule, longestDistance(occurrences, now));
    return this.#longest.get(schedule);
  }

  #planned(schedule: ScheduleConfig): ScheduleView {
    const now = instantFromMs(this.#parts.ports.clock.nowMs());
    const occurrences = occurrencesOf(schedule.cron, schedule.zone);
    const nextTo = occurrences.after(now) ?? null;
    const longest = this.#longestOf(schedule, occurrences, now);
    return {
      schedule,
      nextTo,
      nextDueAt: nextTo === null ? null : instantFromMs(msOfInstant(nextTo) + schedule.lagMs),
      pausedBy: null,
      pausedAt: null,
      counts: noCounts,
      last: null,
      surelySeenHours: longest === undefined ? null : Math.max(0, Math.max(schedule.windowHours, longest.hours) - longest.hours),
    };
  }
}

const noCounts = Object.fromEntries(intervalStates.map((state) => [state, 0])) as ScheduleView['counts'];
