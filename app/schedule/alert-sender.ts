/** Sends the alerts that wait in the ledger, each by one program, and notes how that ended. */
import { assertNever } from '../base/assert-never.ts';
import { asError } from '../base/as-error.ts';
import { type Instant, instantFromMs } from '../model/instant.ts';
import type { AlertTarget, WaitingAlert } from '../model/ledger.ts';
import type { AlertMessage } from '../model/schedule.ts';
import type { AlertChannel, ScheduleConfig } from '../model/schedule-config.ts';
import { shortMissingLines } from '../report/missing.ts';
import { casePhrase } from './alert-text.ts';
import type { SchedulerPorts } from './ports.ts';
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
const atATime = 50;

/** Sends for the schedules of this program. */
export class AlertSender implements Sender {
  readonly #ports: AlertSenderPorts;
  readonly #sending = new Set<Promise<void>>();
  #schedules: readonly ScheduleConfig[] = [];

  constructor(ports: AlertSenderPorts) {
    this.#ports = ports;
  }

  /** Takes the schedules whose alerts are sent from now on. */
  configure(schedules: readonly ScheduleConfig[]): void {
    this.#schedules = schedules;
  }

  /** Takes what waits and begins to send it; sending goes on beside. */
  async sendWaiting(): Promise<boolean> {
    if (this.#schedules.length === 0) return false;
    const { clock, ledger, newClaim } = this.#ports;
    const at = instantFromMs(clock.nowMs());
    const stuckBefore = instantFromMs(clock.nowMs() - stuckMs);
    const hasExpired = await this.#expire(stuckBefore);
    let hasTaken = false;
    for (const alert of await ledger('waitingAlerts', { targets: this.#sendable(), stuckBefore, limit: atATime })) {
      const channel = this.#channelOf(alert);
      if (channel === undefined) continue;
      const claim = newClaim();
      if (!(await ledger('claimAlert', { alertId: alert.alertId, claim, stuckBefore, at }))) continue;
      hasTaken = true;
      const sending = this.#send(alert, channel, claim).finally(() => this.#sending.delete(sending));
      this.#sending.add(sending);
    }
    return hasTaken || hasExpired;
  }

  /** Resolves when nothing is being sent. */
  async idle(): Promise<void> {
    await Promise.all(this.#sending);
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
      error = asError(caught).message;
      logger.error('an alert could not be sent', { ...fields, error });
    }
    await ledger('endAlert', { alertId: alert.alertId, claim, error, at: instantFromMs(clock.nowMs()) }).catch((caught: unknown) => {
      logger.warn('how an alert ended could not be noted; it may be sent again', { ...fields, error: asError(caught).message });
    });
  }

  async #deliver({ alertId, message, schedule, at }: WaitingAlert, channel: AlertChannel): Promise<void> {
    const { clock, environment, reportFolder, notify } = this.#ports;
    switch (channel.kind) {
      case 'desktop':
        notify?.(message.program, notificationOf(message));
        return;
      case 'command':
        await sendCommand(channel, message, clock);
        return;
      case 'webhook':
        await sendWebhook(channel, message, `${schedule}/${message.interval.to}/${String(alertId)}`, { clock, environment });
        return;
      case 'email':
        await writeMail(reportFolder(), channel.to, message, at);
        return;
      default:
        return assertNever(channel);
    }
  }
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
  const lines = [...shortMissingLines(missing, interval.zone), ...(result?.filters ?? [])];
  return [`Schedule ${schedule}${casePhrase(message)}: ${told.join('; ')}.`, ...lines].join('\n');
}
