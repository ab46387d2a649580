/** One schedule: its intervals into the ledger, the oldest due one evaluated, one at a time. */
import { abort, AbortedError } from '../base/abort.ts';
import { within } from '../base/clock.ts';
import { type Occurrences, occurrencesOf } from '../model/cron.ts';
import { toFailure } from '../model/failure.ts';
import { instantFromMs, msOfInstant } from '../model/instant.ts';
import type { IntervalEnd, NewAlert, OpenInterval, ScheduleRecord } from '../model/ledger.ts';
import type { LedgerInterval } from '../model/schedule.ts';
import type { ScheduleConfig } from '../model/schedule-config.ts';
import { alertsOfEnd, alertsOfNeglect } from './alerts.ts';
import { beatMs, ClaimWatch } from './claim-watch.ts';
import { endOfDeath, endOfEvaluation, endOfShutdown } from './evaluation-end.ts';
import { addedAtATime, decide, endedIntervals, windowHoursOf } from './intervals.ts';
import { closeWaitMs, type Evaluation, type SchedulerPorts } from './ports.ts';

/** An interval that lies further ahead than this was not evaluated at its time: the clock was wrong. */
const clockToleranceMs = 300_000;

/** What a tick tells. */
export interface TickReport {
  /** Something changed in the ledger. */
  readonly hasChanged: boolean;
  /** Another tick has something to do at once. */
  readonly hasMore: boolean;
}

interface Work {
  readonly claim: string;
  readonly interval: LedgerInterval;
  readonly controller: AbortController;
  /** Set once it is evaluated; it is written by this or a later tick. */
  end?: IntervalEnd;
  /** Resolves when the evaluation is over, written or not. */
  over: Promise<void>;
}

/** Runs one schedule. Its methods are called one after another; the evaluation goes on beside them. */
export class Lane {
  readonly schedule: ScheduleConfig;
  readonly #ports: SchedulerPorts;
  readonly #wake: () => void;
  readonly #occurrences: Occurrences;
  readonly #watch: ClaimWatch;
  readonly #toldLate = new Set<string>();
  #work: Work | undefined;
  #isClosed = false;

  /** `wake` asks for a tick soon. @throws Error when the cron line is none */
  constructor(schedule: ScheduleConfig, ports: SchedulerPorts, wake: () => void) {
    this.schedule = schedule;
    this.#ports = ports;
    this.#wake = wake;
    this.#occurrences = occurrencesOf(schedule.cron, schedule.zone);
    this.#watch = new ClaimWatch(ports);
  }

  /** Whether an evaluation goes on here. */
  get isBusy(): boolean {
    return this.#work !== undefined;
  }

  /** When the cron line holds next, in milliseconds, the lag included; `undefined`: never. */
  nextDueMs(nowMs: number): number | undefined {
    const next = this.#occurrences.after(instantFromMs(nowMs - this.schedule.lagMs));
    return next === undefined ? undefined : msOfInstant(next) + this.schedule.lagMs;
  }

  /** Does what is to be done now. @throws CamError `history.unavailable` */
  async tick(): Promise<TickReport> {
    const { clock } = this.#ports;
    let hasChanged = await this.#writeEnd();
    const record = await this.#record();
    const added = await this.#extend(record, clock.nowMs());
    hasChanged ||= added > 0;
    const open = await this.#open();
    const hasDropped = await this.#dropDead(open);
    hasChanged ||= hasDropped;
    const isPaused = record.pausedBy !== null;
    const { missed, late, next } = decide(this.schedule, open, clock.nowMs(), isPaused);
    for (const { reason, to } of missed) await this.#miss(open, reason, to);
    await this.#tellLate(late);
    const hasBegun = next !== undefined && this.#work === undefined && (await this.#begin(next));
    return { hasChanged: hasChanged || missed.length > 0 || hasBegun, hasMore: hasDropped || added >= addedAtATime };
  }

  /** Breaks the evaluation off; none is begun any more. */
  breakOff(): void {
    this.#isClosed = true;
    if (this.#work !== undefined) abort(this.#work.controller, { kind: 'shutdown' });
  }

  /** Breaks the evaluation off and gives its interval back, as far as the ledger answers in time. */
  async close(): Promise<void> {
    this.breakOff();
    await this.#work?.over;
    try {
      const hasAnswered = await within(this.#ports.clock, closeWaitMs, this.#writeEnd());
      if (hasAnswered === undefined) throw new Error(`The ledger did not answer within ${String(closeWaitMs / 1000)} s.`);
    } catch (error) {
      // Its claim is silent from now on, so another program sees that it died.
      this.#ports.logger.warn('an interval could not be given back', { schedule: this.schedule.name, failure: toFailure(error) });
    }
  }

  /** Resolves when no evaluation goes on here. */
  async idle(): Promise<void> {
    await this.#work?.over;
  }

  /** Read through a method: it changes while the ledger is asked. */
  #hasClosed(): boolean {
    return this.#isClosed;
  }

  #record(): Promise<ScheduleRecord> {
    const now = instantFromMs(this.#ports.clock.nowMs());
    const since = this.#occurrences.atOrBefore(now) ?? now;
    return this.#ports.ledger('schedule', { schedule: this.schedule.name, since });
  }

  /** Adds what has ended. Where the ledger knows of a later time than now, the clock was ahead of it, or is behind. */
  async #extend(record: ScheduleRecord, nowMs: number): Promise<number> {
    const { name: schedule, lagMs } = this.schedule;
    const after = instantFromMs(nowMs + clockToleranceMs);
    if (record.lastTo !== null && record.lastTo > after) {
      const reason = 'It was evaluated before its end: the clock was ahead.';
      return this.#ports.ledger('reopenFuture', { schedule, after, reason });
    }
    const intervals = endedIntervals(record, this.#occurrences, lagMs, nowMs);
    return intervals.length === 0 ? 0 : this.#ports.ledger('extendLedger', { schedule, intervals });
  }

  #open(): Promise<readonly OpenInterval[]> {
    return this.#ports.ledger('openIntervals', { schedule: this.schedule.name });
  }

  async #dropDead(open: readonly OpenInterval[]): Promise<boolean> {
    const others = open.filter(({ state, claim }) => state === 'running' && claim !== this.#work?.claim);
    let hasDropped = false;
    for (const interval of this.#watch.dead(others)) {
      const { claim, beat } = interval;
      if (claim === null) continue;
      const end = endOfDeath(this.schedule, interval, this.#ports.clock.nowMs());
      hasDropped = (await this.#ports.ledger('dropClaim', { claim, beat, end, alerts: await this.#alertsOf(interval, end) })) || hasDropped;
      this.#ports.logger.warn('a program ended in the middle of an interval', { schedule: this.schedule.name, to: interval.to });
    }
    return hasDropped;
  }

  async #miss(open: readonly OpenInterval[], reason: string, to: readonly string[]): Promise<void> {
    const at = instantFromMs(this.#ports.clock.nowMs());
    const wanted = new Set(to);
    const missed = open
      .filter((interval) => wanted.has(interval.to))
      .map((interval) => ({ ...interval, state: 'missed' as const, reason }));
    const alerts = alertsOfNeglect(this.schedule, 'not_run', missed, at);
    await this.#ports.ledger('missIntervals', { schedule: this.schedule.name, to, reason, at, alerts });
  }

  async #tellLate(late: readonly OpenInterval[]): Promise<void> {
    const fresh = late.filter(({ to }) => !this.#toldLate.has(to));
    const alerts = alertsOfNeglect(this.schedule, 'late', fresh, instantFromMs(this.#ports.clock.nowMs()));
    if (alerts.length > 0) await this.#ports.ledger('addAlerts', { schedule: this.schedule.name, alerts });
    for (const { to } of fresh) this.#toldLate.add(to);
  }

  async #begin({ to }: OpenInterval): Promise<boolean> {
    const { clock, host, pid, newClaim, logger, ledger } = this.#ports;
    const claim = newClaim();
    const interval = await ledger('claimInterval', {
      schedule: this.schedule.name,
      to,
      claim,
      host,
      pid,
      at: instantFromMs(clock.nowMs()),
    });
    if (interval === null) return false;
    const work: Work = { claim, interval, controller: new AbortController(), over: Promise.resolve() };
    this.#work = work;
    if (this.#hasClosed()) {
      work.end = endOfShutdown(clock.nowMs());
      return this.#writeEnd();
    }
    logger.info('an interval is evaluated', { schedule: this.schedule.name, from: interval.from, to, attempt: interval.attempts });
    work.over = this.#evaluate(work);
    return true;
  }

  async #evaluate(work: Work): Promise<void> {
    const { interval, controller } = work;
    let runId: string | null = null;
    const stopBeating = this.#beat(work, () => runId);
    try {
      const windowHours = windowHoursOf(this.schedule, interval);
      const request = { schedule: this.schedule, interval, windowHours };
      const onRun = (id: string): void => {
        runId = id;
        this.#tellBeat(work, id);
      };
      const evaluation = await this.#ports.evaluate(request, onRun, controller.signal);
      work.end = endOfEvaluation(this.schedule, interval, evaluation, this.#ports.clock.nowMs());
    } catch (error) {
      work.end = this.#endOfError(interval, error);
    } finally {
      stopBeating();
      this.#wake();
    }
  }

  #endOfError(interval: LedgerInterval, error: unknown): IntervalEnd {
    const nowMs = this.#ports.clock.nowMs();
    if (error instanceof AbortedError) return endOfShutdown(nowMs);
    const cause = toFailure(error);
    this.#ports.logger.error('an interval could not be evaluated', { schedule: this.schedule.name, to: interval.to, failure: cause });
    const evaluation: Evaluation = { state: 'failed', reason: `${cause.message} ${cause.action}`, result: null, mayRetry: true };
    return endOfEvaluation(this.schedule, interval, evaluation, nowMs);
  }

  /** Says that this program lives until the returned function is called. */
  #beat(work: Work, runId: () => string | null): () => void {
    let clear = (): void => undefined;
    const again = (): void => {
      clear = this.#ports.clock.setTimer(beatMs, () => {
        this.#tellBeat(work, runId());
        again();
      });
    };
    again();
    return () => {
      clear();
    };
  }

  #tellBeat(work: Work, runId: string | null): void {
    this.#ports.ledger('beatInterval', { claim: work.claim, runId }).then(
      (isOurs) => {
        // Another program took us for dead, and evaluates the interval now: nothing that we find would count.
        if (!isOurs && work.end === undefined)
          abort(work.controller, { kind: 'cancel', by: 'the schedule, which another program goes on with' });
      },
      () => undefined,
    );
  }

  /** Writes the end of an evaluation; where the ledger cannot be reached the next tick tries again. */
  async #writeEnd(): Promise<boolean> {
    const work = this.#work;
    if (work?.end === undefined) return false;
    const { claim, end, interval } = work;
    const isOurs = await this.#ports.ledger('endInterval', { claim, end, alerts: await this.#alertsOf(interval, end) });
    this.#work = undefined;
    const { logger } = this.#ports;
    const fields = { schedule: this.schedule.name, to: interval.to, state: end.state, reason: end.reason };
    if (isOurs) logger.info('an interval was evaluated', fields);
    else logger.warn('what was found for an interval does not count: another program took it over', fields);
    return true;
  }

  async #alertsOf(interval: LedgerInterval, end: IntervalEnd): Promise<readonly NewAlert[]> {
    if (this.schedule.alerts.length === 0 || end.state === 'pending') return [];
    const told = await this.#ports.ledger('alerts', { schedule: this.schedule.name, to: interval.to, limit: 100 });
    return alertsOfEnd(this.schedule, interval, end, told);
  }
}
