/** A result whose rows are being sent, in as many fetches as the client likes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ValueEncoder } from './columns.ts';
import { type CallChannel, type CutKind } from './connection.ts';
import { type FaultList, type FaultTarget } from './faults.ts';
import { OraError } from './ora-error.ts';
import { RowReader, type RowSource } from './rows.ts';

const flushAt = 64 * 1024;
const rowsAtOnce = 256;

/** What goes wrong while the rows of one result are sent. */
export interface RowFaults {
  readonly msPerRow: number | undefined;
  readonly failure: { readonly afterRows: number; readonly error: OraError } | undefined;
  readonly cut: { readonly afterRows: number; readonly how: CutKind } | undefined;
}

/** Takes the faults that concern the rows of a statement that begins. */
export function rowFaultsFor(faults: FaultList, target: FaultTarget): RowFaults {
  const failure = faults.take('error', target, ({ stage }) => stage === 'fetch');
  return {
    msPerRow: faults.take('slow-rows', target)?.msPerRow,
    failure: failure && { afterRows: failure.afterRows ?? 0, error: new OraError(failure.code) },
    cut: faults.take('cut', target),
  };
}

export class OpenResult {
  readonly #reader: RowReader;
  readonly #controller: AbortController;
  readonly #faults: RowFaults;
  #sent = 0;

  /** @param controller aborts the statement behind the rows */
  constructor(rows: RowSource, controller: AbortController, faults: RowFaults) {
    this.#reader = new RowReader(rows);
    this.#controller = controller;
    this.#faults = faults;
  }

  /** Rows sent so far, in all fetches. */
  get sent(): number {
    return this.#sent;
  }

  get exhausted(): boolean {
    return this.#reader.ended;
  }

  /** Writes up to `wanted` rows, and sends whole packets on the way. @throws what the source of rows throws */
  async send(channel: CallChannel, encoders: readonly ValueEncoder[], wanted: number): Promise<void> {
    const { signal, message } = channel;
    const { msPerRow, failure, cut } = this.#faults;
    const limit = Math.min(failure?.afterRows ?? Infinity, cut?.afterRows ?? Infinity);
    let left = wanted;
    while (left > 0) {
      if (failure !== undefined && this.#sent >= failure.afterRows) throw failure.error;
      if (cut !== undefined && this.#sent >= cut.afterRows) await channel.cut(cut.how);
      signal.throwIfAborted();
      await whileCalling(signal, this.#controller, () => this.#reader.fill());
      if (this.#reader.ended) return;
      if (msPerRow !== undefined) await sleep(msPerRow, undefined, { signal });
      const most = Math.min(left, msPerRow === undefined ? rowsAtOnce : 1, limit - this.#sent);
      const count = this.#reader.write(message, encoders, most);
      this.#sent += count;
      left -= count;
      if (msPerRow !== undefined) await channel.flush(true);
      else if (message.length >= flushAt) await channel.flush();
    }
    signal.throwIfAborted();
  }

  /** Stops the statement and lets go of its rows. */
  async close(): Promise<void> {
    this.#controller.abort();
    // A source that throws while it is told to stop has stopped.
    await this.#reader.close().catch(() => undefined);
  }
}

/** Passes a call's abort on to the statement it works on, for as long as it works on it. Aborted work is not begun. */
export async function whileCalling<T>(signal: AbortSignal, controller: AbortController, work: () => Promise<T>): Promise<T> {
  const onAbort = (): void => {
    controller.abort();
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await work();
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
