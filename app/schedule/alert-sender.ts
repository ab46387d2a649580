/** Sends the alerts that wait in the ledger, each by one program, and notes how that ended. */
import { abort, AbortedError, raceAbort } from '../base/abort.ts';
import { assertNever } from '../base/assert-never.ts';
import { within } from '../base/clock.ts';
import { errorMessage } from '../base/error-text.ts';
import { type Instant, instantFromMs } from '../model/instant.ts';
import type { AlertTarget, WaitingAlert } from '../model/ledger.ts';
import type { AlertMessage } from '../model/schedule.ts';
import type { AlertChannel, ScheduleConfig } from '../model/schedule-config.ts';
import { shortMissingLines } from '../report/missing.ts';
import { casePhrase } from './alert-text.ts';
import { closeWaitMs, type SchedulerPorts } from './ports.ts';
import type { Sender } from './scheduler.ts';
import { sendCommand } from './send-command.ts';
import { sendWebhook } from './send-webhook.ts';
import { writeMail } from './write-mail.ts';

/** What sending needs. */
export interface AlertSenderPorts extends Pick<SchedulerPorts, 'clock' | 'logger' | 'ledger' | 'newClaim'> {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder of the mail drafts. */
  readonly reportFolder: () => string;
  /** Shows a notification; absent where there is no desktop. */
  readonly notify?: (title: string, body: string) => void;
}

/** A sender that has said nothing for so long is dead; no channel may take longer. */
const stuckMs = 1_800_000;
/** A notification that no desktop took within a day is given up. */
const desktopWaitMs = 86_400_000;
/** An alert of a schedule or channel that no program of the ledger has configured is given up after a week. */
const unknownWaitMs = 7 * 86_400_000;
/** So many are looked at at a time. */
const atATime = 50;
/** So many are sent at a time by each alert of a schedule: a target that hangs has no more of them in its hands, and is in no other's way. */
const atATimeEach = 8;
/** What is being sent gets so long to end when the program is closed; then it is given back. */
const sendingWaitMs = 3000;

/** Sends for the schedules of this program. */
export class AlertSender implements Sender {
  readonly #ports: AlertSenderPorts;
  readonly #sending = new Set<Promise<void>>();
  /** How many are being sent, by {@link placeOf}. */
  readonly #inHand = new Map<string, number>();
  readonly #closing = new AbortController();
  #isClosing = false;
  #schedules: readonly ScheduleConfig[] = [];

  constructor(ports: AlertSenderPorts) {
    this.#ports = ports;
  }

  /** Takes the schedules whose alerts are sent from now on. */
  configure(schedules: readonly ScheduleConfig[]): void {
    this.#schedules = schedules;
  }

  /** Takes what waits and begins to send it; sending goes on beside, until nothing waits that this program can send. */
  async sendWaiting(): Promise<boolean> {
    if (this.#schedules.length === 0 || this.#isClosing) return false;
    const hasExpired = await this.#expire(this.#stuckBefore());
    const hasTaken = await this.#takeWaiting();
    return hasTaken || hasExpired;
  }

  /** Resolves when nothing is being sent, and nothing waits that could be; or else once the signal is aborted. */
  async idle(signal?: AbortSignal): Promise<void> {
    while (this.#sending.size > 0 && signal?.aborted !== true) {
      const all = Promise.all(this.#sending);
      await (signal === undefined ? all : raceAbort(all, signal).catch(() => undefined));
    }
  }

  /**
   * Takes nothing any more; what is being sent ends, or is given back after a moment for whoever sends next. Where the ledger is silent it is
   * left as it is: its claim is taken up once it has been silent for half an hour.
   */
  async close(): Promise<void> {
    this.#isClosing = true;
    const clear = this.#ports.clock.setTimer(sendingWaitMs, () => {
      abort(this.#closing, { kind: 'shutdown' });
    });
    const hasEnded = await within(
      this.#ports.clock,
      sendingWaitMs + closeWaitMs,
      this.idle().then(() => true),
    );
    clear();
    if (hasEnded === undefined)
      this.#ports.logger.warn('how alerts ended could not be noted; they may be sent again', { alerts: this.#sending.size });
  }

  /** Read through a method: it changes while the ledger is asked. */
  #hasClosed(): boolean {
    return this.#isClosing;
  }

  #stuckBefore(): Instant {
    return instantFromMs(this.#ports.clock.nowMs() - stuckMs);
  }

  /** Takes as many as there is room for; where more wait, whoever ends looks again. */
  async #takeWaiting(): Promise<boolean> {
    let hasTaken = false;
    for (;;) {
      const targets = this.#sendable().filter((target) => this.#hasRoom(target));
      if (targets.length === 0 || this.#isClosing) return hasTaken;
      const waiting = await this.#ports.ledger('waitingAlerts', { targets, stuckBefore: this.#stuckBefore(), limit: atATime });
      let taken = 0;
      for (const alert of waiting) if (this.#hasRoom(alert) && (await this.#take(alert))) taken += 1;
      hasTaken ||= taken > 0;
      if (taken === 0 || waiting.length < atATime) return hasTaken;
    }
  }

  async #take(alert: WaitingAlert): Promise<boolean> {
    const channel = this.#channelOf(alert);
    if (channel === undefined || this.#isClosing) return false;
    const { clock, ledger, newClaim } = this.#ports;
    const claim = newClaim();
    // Its room is taken before anything is waited for, so that two looks at once take no more than there is.
    this.#count(alert, 1);
    const at = instantFromMs(clock.nowMs());
    const isOurs = await ledger('claimAlert', { alertId: alert.alertId, claim, stuckBefore: this.#stuckBefore(), at }).catch(
      (error: unknown) => {
        this.#count(alert, -1);
        throw error;
      },
    );
    if (!isOurs) {
      this.#count(alert, -1);
      return false;
    }
    if (this.#hasClosed()) {
      this.#count(alert, -1);
      await this.#giveBack(alert, claim);
      return false;
    }
    const sending = this.#sendAndLook(alert, channel, claim).finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
    return true;
  }

  async #sendAndLook(alert: WaitingAlert, channel: AlertChannel, claim: string): Promise<void> {
    await this.#send(alert, channel, claim);
    const wasFull = !this.#hasRoom(alert);
    this.#count(alert, -1);
    if (!wasFull) return;
    await this.#takeWaiting().catch((error: unknown) => {
      // The next look at the ledger tells it, if it lasts.
      this.#ports.logger.warn('the alerts that wait could not be looked at', { error: errorMessage(error) });
    });
  }

  #hasRoom(target: AlertTarget): boolean {
    return (this.#inHand.get(placeOf(target)) ?? 0) < atATimeEach;
  }

  #count(target: AlertTarget, change: number): void {
    const place = placeOf(target);
    this.#inHand.set(place, (this.#inHand.get(place) ?? 0) + change);
  }

  /** Gives up what no program will send any more, so that nothing waits for ever. */
  async #expire(stuckBefore: Instant): Promise<boolean> {
    const { clock, ledger, logger } = this.#ports;
    const nowMs = clock.nowMs();
    const asked = { stuckBefore, at: instantFromMs(nowMs) };
    const onDesktop = this.#targets(({ kind }) => kind === 'desktop');
    const desktop = { targets: onDesktop, which: 'of' as const, before: instantFromMs(nowMs - desktopWaitMs) };
    // Another program may know the schedule or the channel that this one does not.
    const unknown = { targets: this.#targets(() => true), which: 'all but' as const, before: instantFromMs(nowMs - unknownWaitMs) };
    const expired =
      (await ledger('expireAlerts', { ...asked, ...desktop, error: 'No window took it within a day.' })) +
      (await ledger('expireAlerts', {
        ...asked,
        ...unknown,
        error: 'Nobody sent it within a week; the program that gave it up has no such schedule and channel.',
      }));
    if (expired > 0) logger.error('alerts were given up that nobody had sent', { alerts: expired });
    return expired > 0;
  }

  #sendable(): readonly AlertTarget[] {
    return this.#targets(({ kind }) => kind !== 'desktop' || this.#ports.notify !== undefined);
  }

  #targets(isWanted: (channel: AlertChannel) => boolean): readonly AlertTarget[] {
    return this.#schedules.flatMap(({ name, alerts }) =>
      alerts.filter(({ channel }) => isWanted(channel)).map(({ id }) => ({ schedule: name, channel: id })),
    );
  }

  #channelOf({ schedule, channel }: WaitingAlert): AlertChannel | undefined {
    return this.#schedules.find(({ name }) => name === schedule)?.alerts.find(({ id }) => id === channel)?.channel;
  }

  async #send(alert: WaitingAlert, channel: AlertChannel, claim: string): Promise<void> {
    const { clock, ledger, logger } = this.#ports;
    const fields = { schedule: alert.schedule, channel: alert.channel, reasons: alert.message.reasons };
    let error: string | null = null;
    try {
      await this.#deliver(alert, channel);
      logger.info('an alert was sent', fields);
    } catch (caught) {
      if (caught instanceof AbortedError) {
        await this.#giveBack(alert, claim);
        return;
      }
      error = errorMessage(caught);
      logger.error('an alert could not be sent', { ...fields, error });
    }
    await ledger('endAlert', { alertId: alert.alertId, claim, error, at: instantFromMs(clock.nowMs()) }).catch((caught: unknown) => {
      logger.warn('how an alert ended could not be noted; it may be sent again', { ...fields, error: errorMessage(caught) });
    });
  }

  async #giveBack({ alertId, schedule, channel }: WaitingAlert, claim: string): Promise<void> {
    const { ledger, logger } = this.#ports;
    logger.warn('an alert was not sent before the program ended; it is given back', { schedule, channel });
    await ledger('returnAlert', { alertId, claim }).catch((caught: unknown) => {
      // Its claim is silent from now on.
      logger.warn('an alert could not be given back; it is sent later', { schedule, channel, error: errorMessage(caught) });
    });
  }

  async #deliver({ alertId, message, schedule, at }: WaitingAlert, channel: AlertChannel): Promise<void> {
    const { clock, environment, reportFolder, notify } = this.#ports;
    switch (channel.kind) {
      case 'desktop':
        notify?.(message.program, notificationOf(message));
        return;
      case 'command':
        await sendCommand(channel, message, clock, this.#closing.signal);
        return;
      case 'webhook':
        await sendWebhook(
          channel,
          message,
          `${schedule}/${message.interval.to}/${String(alertId)}`,
          { clock, environment },
          this.#closing.signal,
        );
        return;
      case 'email':
        await writeMail(reportFolder(), channel.to, message, at);
        return;
      default:
        return assertNever(channel);
    }
  }
}

function placeOf({ schedule, channel }: AlertTarget): string {
  return JSON.stringify([schedule, channel]);
}

const words: Readonly<Record<AlertMessage['reasons'][number], string>> = {
  findings: 'clients are confirmed',
  failure: 'no result',
  partial: 'sources are missing, clients may be undetermined',
  late: 'an interval is late, nothing is known about it yet',
  not_run: 'an interval was not evaluated, nothing is known about it',
  recovered: 'evaluated after all, every source answered',
};

/** No client and no count of them: notifications stay on lock screens and in their history. */
export function notificationOf(message: AlertMessage): string {
  const { schedule, reasons, result, interval } = message;
  const missing = result?.missing ?? [];
  const isSilentGap = !reasons.includes('partial') && missing.length > 0;
  const told = [...reasons.map((reason) => words[reason]), ...(isSilentGap ? ['sources are missing'] : [])];
  const sample = result?.sampleData === true ? 'SAMPLE DATA, no real client. ' : '';
  const lines = [...shortMissingLines(missing, interval.zone), ...(result?.filters ?? [])];
  return [`${sample}Schedule ${schedule}${casePhrase(message)}: ${told.join('; ')}.`, ...lines].join('\n');
}
