/**
 * The history: who ran what on which database, when, and how it ended. Recording never waits and never slows a run; what
 * was accepted is never lost; questions are answered in another thread.
 */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { createRpcClient, type RpcClient } from '../channel/rpc.ts';
import { CamError, failure, toFailure } from '../model/failure.ts';
import type { HistoryState } from '../model/history.ts';
import type { HistoryMethods } from './history-methods.ts';
import type { HistoryEvent } from './records.ts';
import { claimSession, type SessionLock } from './session-lock.ts';
import type { StoreLocation } from './store.ts';
import { workerChannel } from './thread-channel.ts';
import type { ThreadData } from './thread-methods.ts';
import { HistoryWriter } from './writer.ts';

/** What a history needs. All paths are absolute. */
export interface HistoryOptions {
  readonly location: StoreLocation;
  /** Folder of the journal, on a disk of this machine; shared by all programs of this machine that use the same store. */
  readonly directory: string;
  /** The folder `sql/history`. */
  readonly migrationsDirectory: string;
  /** Name of this machine. */
  readonly host: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The program of the threads; default: the one beside this file, as it is written. */
  readonly threadEntry?: URL | string;
  /** A segment of the journal that has grown to so many bytes is followed by a new one; default 4 MiB. */
  readonly segmentBytes?: number;
  /** So much waits in memory at most, while the journal cannot be written; default 32 MiB. */
  readonly memoryBytes?: number;
  /** How long `close` waits for the store, in milliseconds; default 3,000. What is not in it then is put in by the next start. */
  readonly closeWaitMs?: number;
}

/** An open history. */
export interface History {
  /**
   * Records an event; returns at once. The promise resolves when the event is accepted (from then on it survives this
   * process) and rejects when it had to be given up because neither disk nor memory would take it; it may be ignored.
   */
  record(event: HistoryEvent): Promise<void>;
  /** How recording goes. */
  readonly state: HistoryState;
  /** Calls back when the state changes; the returned function takes the listener off. */
  onState(listener: (state: HistoryState) => void): () => void;
  /** Resolves when the store has everything that was recorded before. */
  recorded(): Promise<void>;
  /**
   * Asks. An abort ends long work (anomalies, deleting, checking and exporting the trail) between two of its steps.
   * @throws CamError `history.unavailable` when the store cannot be reached, others as the methods say; AbortedError
   */
  ask<K extends keyof HistoryMethods>(
    method: K,
    input: HistoryMethods[K]['input'],
    signal?: AbortSignal,
    onNotice?: (notice: HistoryMethods[K]['notice']) => void,
  ): Promise<HistoryMethods[K]['output']>;
  /** Writes what is left and ends the threads. Nothing can be recorded or asked afterwards. */
  close(): Promise<void>;
}

/**
 * Opens the history. The store itself is opened in the background: if it cannot be, events wait in the journal.
 * @throws errors of the file system when the journal's folder cannot be made
 */
export async function openHistory(options: HistoryOptions): Promise<History> {
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const lock = claimNewSession(options.directory);
  const { directory, host, location, migrationsDirectory } = options;
  const session = { id: lock.session, host, pid: process.pid, directory };
  const threadEntry = options.threadEntry ?? new URL('./history-thread.ts', import.meta.url);
  const writer = new HistoryWriter({
    thread: { role: 'writer', session, location, migrationsDirectory },
    threadEntry,
    lock,
    clock: options.clock,
    logger: options.logger,
    segmentBytes: options.segmentBytes ?? 4 << 20,
    memoryBytes: options.memoryBytes ?? 32 << 20,
    closeWaitMs: options.closeWaitMs ?? 3000,
  });
  const reader = new Reader(threadEntry, { role: 'reader', session, location, migrationsDirectory }, options.logger);
  return {
    record: (event) => writer.record(event),
    get state() {
      return writer.state;
    },
    onState: (listener) => writer.changed.on(listener),
    recorded: () => writer.drained(),
    ask: (method, input, signal, onNotice) => reader.ask(method, input, signal, onNotice),
    close: async () => {
      await reader.close();
      await writer.close();
    },
  };
}

function claimNewSession(directory: string): SessionLock {
  for (;;) {
    const lock = claimSession(directory, `${String(process.pid)}-${randomBytes(4).toString('hex')}`);
    if (lock !== undefined) return lock;
  }
}

interface ReaderThread {
  readonly worker: Worker;
  readonly rpc: RpcClient<HistoryMethods>;
}

/** The reading thread; started with the first question, and anew after it has died. */
class Reader {
  readonly #entry: URL | string;
  readonly #data: ThreadData;
  readonly #logger: Logger;
  #thread: ReaderThread | undefined;
  #isClosed = false;

  constructor(entry: URL | string, data: ThreadData, logger: Logger) {
    this.#entry = entry;
    this.#data = data;
    this.#logger = logger;
  }

  ask<K extends keyof HistoryMethods>(
    method: K,
    input: HistoryMethods[K]['input'],
    signal?: AbortSignal,
    onNotice?: (notice: HistoryMethods[K]['notice']) => void,
  ): Promise<HistoryMethods[K]['output']> {
    if (this.#isClosed) return Promise.reject(new CamError(failure('history.unavailable', { message: 'The history is closed.' })));
    this.#thread ??= this.#start();
    return this.#thread.rpc.call(method, input, { ...(signal && { signal }), ...(onNotice && { onNotice }) });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#thread?.worker.terminate();
  }

  #start(): ReaderThread {
    const worker = new Worker(this.#entry, { workerData: this.#data, name: 'history-reader' });
    worker.on('error', (error) => {
      this.#logger.error('the reader of the history ended', { failure: toFailure(error) });
    });
    const channel = workerChannel(worker);
    const rpc = createRpcClient<HistoryMethods>(channel, () => failure('history.unavailable'));
    channel.onClose(() => {
      this.#thread = undefined;
    });
    return { worker, rpc };
  }
}
