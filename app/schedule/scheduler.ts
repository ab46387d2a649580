/**
 * Runs schedules: every half minute, and whenever something may be due, it looks at the ledger and does what is to be done.
 * It never counts on a timer having fired: a machine that slept finds in the ledger what is left to do.
 */
import { raceAbort } from '../base/abort.ts';
import { within } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import { type Failure, toFailure } from '../model/failure.ts';
import type { ScheduleConfig } from '../model/schedule-config.ts';
import { Lane } from './lane.ts';
import { closeWaitMs, type SchedulerPorts } from './ports.ts';

/** Timers stand still while a machine sleeps: so none is set for longer. */
const longestWaitMs = 30_000;

/** Sends what waits to be sent; see AlertSender. */
export interface Sender {
  /** Sends what it can; true where anything was sent. */
  sendWaiting(): Promise<boolean>;
}

/** Runs all schedules of this program. */
export class Scheduler {
  /** Something changed in the ledger, or in what is configured. */
  readonly changed = new Emitter<null>();
  readonly #ports: SchedulerPorts;
  readonly #sender: Sender;
  #lanes: readonly Lane[] = [];
  #leaving: Promise<void>[] = [];
  #ticking: Promise<void> | undefined;
  #isWanted = false;
  #isStarted = false;
  #isClosed = false;
  #clearTimer: () => void = () => undefined;
  /** Of each schedule, and of the alerts, where the last look failed. */
  readonly #failures = new Map<Lane | Sender, Failure>();

  constructor(ports: SchedulerPorts, sender: Sender) {
    this.#ports = ports;
    this.#sender = sender;
  }

  /** Why a schedule, or the alerts, cannot be looked at now; of several the first. The others go on. */
  get failure(): Failure | undefined {
    return this.#failures.values().next().value;
  }

  /** Whether this program evaluates. */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** Takes the schedules that hold from now on. Those that stay as they are go on undisturbed. */
  configure(schedules: readonly ScheduleConfig[]): void {
    const before = new Map(this.#lanes.map((lane) => [JSON.stringify(lane.schedule), lane]));
    this.#lanes = schedules.map((schedule) => {
      const key = JSON.stringify(schedule);
      const kept = before.get(key);
      before.delete(key);
      return kept ?? new Lane(schedule, this.#ports, this.#wake);
    });
    for (const lane of before.values()) this.#failures.delete(lane);
    this.#leaving.push(...[...before.values()].map((lane) => lane.close()));
    if (this.#isStarted) this.#wake();
    this.changed.emit(null);
  }

  /** Begins to evaluate. */
  start(): void {
    if (this.#isStarted || this.#isClosed) return;
    this.#isStarted = true;
    this.#wake();
  }

  /** Looks now; resolves when what is due has been begun, and what waited has been sent. */
  async tick(): Promise<void> {
    this.#isWanted = true;
    // One after another; whoever asks while one goes on is answered by the next.
    while (this.#isWanted && !this.#isClosed) {
      if (this.#ticking === undefined) {
        this.#isWanted = false;
        this.#ticking = this.#tickOnce().finally(() => {
          this.#ticking = undefined;
        });
      }
      await this.#ticking;
    }
  }

  /** Evaluates everything that is due, one after another, until nothing is left that can be done now. */
  async settle(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.tick();
      // One that cannot be looked at cannot end what it has begun either.
      const busy = this.#lanes.filter((lane) => lane.isBusy && !this.#failures.has(lane));
      if (busy.length === 0 || signal.aborted || this.#isClosed) return;
      await raceAbort(Promise.race(busy.map((lane) => lane.idle())), signal).catch(() => undefined);
    }
  }

  /** Stops; what is being evaluated is broken off and given back, or left to be taken up by others where the ledger is silent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#isStarted = false;
    this.#clearTimer();
    for (const lane of this.#lanes) lane.breakOff();
    await within(this.#ports.clock, closeWaitMs, this.#ticking ?? Promise.resolve());
    await Promise.all([...this.#lanes.map((lane) => lane.close()), ...this.#leaving]);
  }

  readonly #wake = (): void => {
    if (!this.#isStarted) return;
    void this.tick();
  };

  async #tickOnce(): Promise<void> {
    this.#clearTimer();
    const wasUsable = this.failure === undefined;
    let hasChanged = false;
    for (const lane of this.#lanes) {
      // The schedules may be others by now.
      if (!this.#lanes.includes(lane) || this.#isClosed) continue;
      const hasLaneChanged = await this.#guarded(lane, { schedule: lane.schedule.name }, async () => {
        const report = await lane.tick();
        this.#isWanted ||= report.hasMore;
        return report.hasChanged;
      });
      hasChanged ||= hasLaneChanged;
    }
    const hasSent = await this.#guarded(this.#sender, { alerts: true }, () => this.#sender.sendWaiting());
    hasChanged ||= hasSent || wasUsable !== (this.failure === undefined);
    if (hasChanged) this.changed.emit(null);
    this.#arm();
  }

  /** Whatever happens to one schedule, or to the alerts, keeps nothing else from being looked at. It is logged when it begins and ends. */
  async #guarded(part: Lane | Sender, fields: Readonly<Record<string, unknown>>, look: () => Promise<boolean>): Promise<boolean> {
    try {
      const hasChanged = await look();
      if (this.#failures.delete(part)) this.#ports.logger.info('what failed of the schedules works again', fields);
      return hasChanged;
    } catch (error) {
      if (part !== this.#sender && !this.#lanes.some((lane) => lane === part)) return false;
      const cause = toFailure(error);
      if (!this.#failures.has(part)) this.#ports.logger.error('the schedules cannot be looked at', { ...fields, failure: cause });
      this.#failures.set(part, cause);
      return false;
    }
  }

  #arm(): void {
    if (!this.#isStarted || this.#lanes.length === 0) return;
    const nowMs = this.#ports.clock.nowMs();
    const due = this.#lanes.flatMap((lane) => lane.nextDueMs(nowMs) ?? []);
    const waitMs = Math.min(longestWaitMs, ...due.map((ms) => Math.max(0, ms - nowMs)));
    this.#clearTimer = this.#ports.clock.setTimer(waitMs, this.#wake);
  }
}
