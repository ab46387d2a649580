/**
 * The background writer as the program sees it: an event is handed over and that is all. Behind it stands the journal in
 * this process (nothing but appending to a file) and a thread that follows the journal into the store.
 */
import { Worker } from 'node:worker_threads';
import { type Clock, within } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import { errorMessage } from '../base/error-text.ts';
import type { Logger } from '../base/logger.ts';
import { createRpcClient, type RpcClient } from '../channel/rpc.ts';
import { CamError, type Failure, failure, toFailure } from '../model/failure.ts';
import type { HistoryState } from '../model/history.ts';
import { Journal, journalFailure, type JournalPosition, reaches } from './journal.ts';
import type { HistoryEvent } from './records.ts';
import type { SessionLock } from './session-lock.ts';
import type { WriterReport } from './store-writer.ts';
import { workerChannel } from './thread-channel.ts';
import type { ThreadData, WriterMethods } from './thread-methods.ts';

/** What a writer needs. */
export interface HistoryWriterOptions {
  readonly thread: ThreadData;
  readonly threadEntry: URL | string;
  readonly lock: SessionLock;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly segmentBytes: number;
  readonly memoryBytes: number;
  /** How long `close` waits for the store, in milliseconds; what is not in it then waits for the next start. */
  readonly closeWaitMs: number;
}

const journalRetryMs = 1000;
const threadRestartMs = 1000;

/** Takes events and brings them to the store. */
export class HistoryWriter {
  readonly changed = new Emitter<HistoryState>();
  readonly #options: HistoryWriterOptions;
  readonly #journal: Journal;
  #rpc: RpcClient<WriterMethods> | undefined;
  #worker: Worker | undefined;
  #end: JournalPosition = { segment: 0, bytes: 0 };
  #accepted = 0;
  #acceptedBefore = 0;
  #report: WriterReport = { store: 'opening', read: { segment: 0, bytes: 0 }, applied: 0, rejected: 0, interrupted: 0 };
  #journalFailure: Failure | undefined;
  #lost = 0;
  #isClosing = false;
  readonly #timers = new Set<() => void>();

  constructor(options: HistoryWriterOptions) {
    this.#options = options;
    const { session } = options.thread;
    this.#journal = new Journal({
      directory: session.directory,
      session: session.id,
      segmentBytes: options.segmentBytes,
      memoryBytes: options.memoryBytes,
      clock: options.clock,
      onDurable: (position, accepted) => {
        this.#end = position;
        this.#accepted = accepted;
        this.#journalFailure = undefined;
        this.#advance();
        this.#emit();
      },
      onGivenUp: (count, error) => {
        this.#lost += count;
        this.#options.logger.error('events of the history were given up', { count, failure: toFailure(error) });
        this.#emit();
      },
      onFailure: (error) => {
        this.#journalFailed(error);
      },
    });
    this.#startThread();
  }

  /**
   * Hands an event over; returns at once. The promise resolves when the event is accepted (it survives this process) and
   * rejects when it is given up; it may be ignored.
   */
  record(event: HistoryEvent): Promise<void> {
    return this.#journal.append({ at: this.#options.clock.nowMs(), event });
  }

  /** How it is now. */
  get state(): HistoryState {
    const { store, rejected, interrupted } = this.#report;
    // What waits for the store is safe in the journal; what the journal does not take is not.
    const cause = this.#journalFailure ?? this.#report.failure;
    const isDrained = reaches(this.#report.read, this.#end);
    return {
      store,
      ...(cause === undefined ? {} : { failure: cause }),
      waiting: isDrained ? 0 : Math.max(1, this.#accepted - this.#acceptedBefore - this.#report.applied),
      unwritten: this.#journal.unwritten,
      lost: this.#lost,
      rejected,
      interrupted,
    };
  }

  /** Resolves when the store has everything that was accepted before. @throws CamError `history.unavailable` when the thread ends */
  async drained(): Promise<void> {
    await this.#journal.flushed();
    if (this.#rpc === undefined) throw new CamError(failure('history.unavailable'));
    await this.#rpc.call('drained', null);
  }

  /** Writes what is in memory, gives the store a moment to take the rest, and ends. Nothing is recorded afterwards. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    for (const clear of this.#timers) clear();
    await this.#journal.close();
    const isComplete = await this.#within(this.#stopThread());
    this.#rpc = undefined;
    const hasEnded = await this.#within(this.#endThread());
    // A thread that hangs in a call of the store still reads the journal: then the lock is held until the process ends.
    if (hasEnded !== true) return;
    if (isComplete === true) this.#options.lock.remove();
    else this.#options.lock.release();
  }

  async #stopThread(): Promise<boolean> {
    const rpc = this.#rpc;
    if (rpc === undefined) return false;
    try {
      if (this.#report.store !== 'unavailable') await this.#within(rpc.call('drained', null));
      return (await rpc.call('stop', null)).isComplete;
    } catch {
      return false;
    }
  }

  async #endThread(): Promise<true> {
    await this.#worker?.terminate();
    return true;
  }

  /** What the promise gives, or `undefined` when it takes longer than a close may. */
  #within<T>(promise: Promise<T>): Promise<T | undefined> {
    return within(this.#options.clock, this.#options.closeWaitMs, promise);
  }

  #startThread(): void {
    const worker = new Worker(this.#options.threadEntry, { workerData: this.#options.thread, name: 'history-writer' });
    this.#worker = worker;
    worker.on('error', (error) => {
      this.#options.logger.error('the writer of the history ended', { failure: toFailure(error) });
    });
    const channel = workerChannel(worker);
    const rpc = createRpcClient<WriterMethods>(channel, () => failure('history.unavailable'));
    this.#rpc = rpc;
    channel.onClose(() => {
      this.#threadEnded();
    });
    this.#acceptedBefore = this.#accepted;
    const onNotice = (report: WriterReport): void => {
      this.#heard(report);
    };
    rpc.call('run', null, { onNotice }).catch(() => undefined);
    this.#advance();
  }

  #threadEnded(): void {
    this.#rpc = undefined;
    if (this.#isClosing) return;
    this.#heard({ ...this.#report, store: 'unavailable', failure: failure('history.unavailable'), applied: 0 });
    this.#later(threadRestartMs, () => {
      this.#startThread();
    });
  }

  #advance(): void {
    this.#rpc?.call('advance', this.#end).catch(() => undefined);
  }

  #heard(report: WriterReport): void {
    const before = this.#report;
    this.#report = report;
    const { logger } = this.#options;
    if (report.store === 'unavailable' && before.store !== 'unavailable')
      logger.warn('the store of the history cannot be used; records wait in the journal', { failure: report.failure });
    if (report.store === 'ready' && before.store === 'unavailable') logger.info('the store of the history can be used again');
    if (report.rejected > before.rejected) logger.error('the store of the history refused records', { rejected: report.rejected });
    this.#emit();
  }

  #journalFailed(error: Error): void {
    const cause = journalFailure({ detail: errorMessage(error) });
    if (this.#journalFailure === undefined) this.#options.logger.error('the journal of the history cannot be written', { failure: cause });
    this.#journalFailure = cause;
    this.#emit();
    if (this.#isClosing) return;
    this.#later(journalRetryMs, () => {
      this.#journal.retry();
    });
  }

  #later(ms: number, action: () => void): void {
    const clear = this.#options.clock.setTimer(ms, () => {
      this.#timers.delete(clear);
      action();
    });
    this.#timers.add(clear);
  }

  #emit(): void {
    try {
      this.changed.emit(this.state);
    } catch (error) {
      // A listener's mistake must not stop the journal.
      this.#options.logger.error('a listener of the history failed', { failure: toFailure(error) });
    }
  }
}
