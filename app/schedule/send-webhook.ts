/** An alert to an address: POST of JSON, with a limit of time and a few further tries. */
import { throwIfAborted } from '../base/abort.ts';
import { type Clock, sleep } from '../base/clock.ts';
import { errorCode } from '../base/error-text.ts';
import type { AlertMessage } from '../model/schedule.ts';
import type { AlertChannel } from '../model/schedule-config.ts';

type WebhookChannel = Extract<AlertChannel, { kind: 'webhook' }>;

/** Waits before the further tries, in milliseconds; the last one holds for all that follow. */
const delaysMs = [1000, 5000, 15_000];

/** What may help is tried again: no answer, too many requests, a mistake of the server. */
class MayHelp extends Error {}

/**
 * Posts the alert. `id` is the same for every try, so that the receiver can tell a repetition. Rejects with a sentence when it
 * was not taken, with AbortedError where the signal came before the answer. An answer that leads elsewhere is not followed: it could lead out of TLS, with the header.
 */
export async function sendWebhook(
  channel: WebhookChannel,
  message: AlertMessage,
  id: string,
  { clock, environment }: { readonly clock: Clock; readonly environment: Readonly<Record<string, string | undefined>> },
  signal: AbortSignal,
): Promise<void> {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'idempotency-key': id };
  if (channel.header !== undefined) {
    const value = environment[channel.header.valueEnv];
    if (value === undefined) throw new Error(`The environment variable ${channel.header.valueEnv} is not set.`);
    headers[channel.header.name] = value;
  }
  const body = JSON.stringify(message);
  for (let tries = 0; ; tries += 1) {
    try {
      await post(channel, { headers, body }, clock, signal);
      return;
    } catch (error) {
      if (!(error instanceof MayHelp) || tries >= channel.retries) throw error;
      await sleep(clock, delaysMs[tries] ?? delaysMs.at(-1) ?? 0, signal);
    }
  }
}

async function post(
  { url, timeoutMs }: WebhookChannel,
  request: { readonly headers: Record<string, string>; readonly body: string },
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  throwIfAborted(signal);
  const controller = new AbortController();
  const clear = clock.setTimer(timeoutMs, () => {
    controller.abort();
  });
  // The path of an address may be a secret; the host tells enough.
  const { host } = new URL(url);
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([controller.signal, signal]),
      ...request,
    });
    // It was taken, or was not: whatever comes after the answer's first line changes nothing of that.
    await response.body?.cancel().catch(() => undefined);
    if (response.ok) return;
    const told = `${host} answered ${String(response.status)}.`;
    if (response.status === 429 || response.status >= 500) throw new MayHelp(told);
    throw new Error(told);
  } catch (error) {
    throwIfAborted(signal);
    if (controller.signal.aborted) throw new MayHelp(`${host} did not answer within ${String(timeoutMs / 1000)} s.`, { cause: error });
    if (error instanceof TypeError) throw new MayHelp(`${host} cannot be reached: ${causeOf(error)}.`, { cause: error });
    throw error;
  } finally {
    clear();
  }
}

/** What `fetch` says itself is always "fetch failed". */
function causeOf(error: TypeError): string {
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return errorCode(cause) ?? cause.message;
}
