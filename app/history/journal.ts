/**
 * The journal in front of the store: an event is accepted when it is on the disk here, and is taken away when the store has
 * it. The store may be slow, locked, full or away; nobody waits for it.
 *
 * Events are written in batches, one batch at a time: what comes while a batch is written is the next batch. Where many come
 * it begins a moment later, for flushing costs the same for one event as for a hundred. A batch is written, then flushed to the
 * device (fdatasync), then its events are accepted; so an accepted event outlives the process and the power. Memory is bounded:
 * events that cannot be written are kept up to a limit, further ones are refused.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { asError } from '../base/as-error.ts';
import type { Clock } from '../base/clock.ts';
import { CamError, type Failure, failure } from '../model/failure.ts';
import { JournalBatch } from './journal-batch.ts';
import { type JournalEntry, type Line, lineOf, segmentName } from './journal-format.ts';

/** How far the journal is on the disk: all of `segment` up to `bytes`, and all segments before it. */
export interface JournalPosition {
  readonly segment: number;
  readonly bytes: number;
}

/** Whether everything up to `end` has been reached by `position`. */
export function reaches(position: JournalPosition, end: JournalPosition): boolean {
  return position.segment > end.segment || (position.segment === end.segment && position.bytes >= end.bytes);
}

/** What a journal needs. */
export interface JournalOptions {
  readonly directory: string;
  readonly session: string;
  /** A segment that has grown to so many bytes is followed by a new one. */
  readonly segmentBytes: number;
  /** So many bytes of events wait in memory at most, while the disk is slow or refuses them. */
  readonly memoryBytes: number;
  readonly clock: Clock;
  /** Called after each batch with how far the journal is on the disk and how many events were accepted in all. */
  readonly onDurable: (position: JournalPosition, accepted: number) => void;
  /** Called when so many events were given up. */
  readonly onGivenUp: (count: number, error: Error) => void;
  /** Called when a batch could not be written; the events wait for `retry`. */
  readonly onFailure: (error: Error) => void;
}

/** So long after many events the next batch begins, in milliseconds. */
const gatherMs = 50;
/** So many in a batch are many. */
const many = 32;
/** So much is written without waiting for more. */
const gatherBytes = 1 << 20;
/** So many pieces of memory are kept: one is filled while another is written, and where the disk is slow a few more wait. */
const sparesKept = 4;

/** An append-only journal of one process. */
export class Journal {
  readonly #options: JournalOptions;
  /** Batches that wait to be written, the oldest first; the last one takes what is appended. */
  #waiting: JournalBatch[] = [];
  /** The batch that is being written, or was when it could not be: nothing is added to it. */
  #inHand: JournalBatch | undefined;
  /** Memory of batches that have been written. */
  readonly #spares: Buffer[] = [];
  #waitingBytes = 0;
  #unwritten = 0;
  #accepted = 0;
  #file: FileHandle | undefined;
  #position: JournalPosition = { segment: 0, bytes: 0 };
  #written: Promise<void> = Promise.resolve();
  #isWriting = false;
  #last: Promise<void> = Promise.resolve();
  #hasFailed = false;
  #isClosed = false;
  /** Those who wait for `flushed`. */
  #awaited = 0;
  #endGathering: () => void = () => undefined;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /**
   * Takes an event. Resolves when it is accepted: on the disk, whatever happens to this process. Rejects with CamError
   * `disk.error` when memory is full because the disk refuses, or the journal is closed. The promise may be ignored.
   */
  append(entry: JournalEntry): Promise<void> {
    const line = lineOf(entry);
    if (this.#isClosed || this.#waitingBytes + line.length > this.#options.memoryBytes) {
      const error = new CamError(journalFailure(this.#isClosed ? { message: 'The history is closed.' } : {}));
      const batch = new JournalBatch(Buffer.alloc(0));
      batch.giveUp(error);
      this.#options.onGivenUp(1, error);
      return batch.accepted;
    }
    const batch = this.#batchFor(line);
    batch.add(line);
    this.#waitingBytes += line.length;
    this.#unwritten += 1;
    this.#last = batch.accepted;
    if (this.#waitingBytes >= gatherBytes) this.#endGathering();
    if (!this.#hasFailed) this.#start();
    return batch.accepted;
  }

  /** Resolves when all that was appended before is accepted or given up. */
  async flushed(): Promise<void> {
    this.#awaited += 1;
    this.#endGathering();
    await this.#last.catch(() => undefined);
    this.#awaited -= 1;
  }

  /** Events that are in memory only. */
  get unwritten(): number {
    return this.#unwritten;
  }

  /** Tries again after a failure. */
  retry(): void {
    this.#hasFailed = false;
    this.#start();
  }

  /** Writes what waits and closes the file; what still cannot be written is given up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#endGathering();
    await this.#written;
    if (this.#waiting.length > 0) {
      this.retry();
      await this.#written;
    }
    for (const batch of this.#waiting.splice(0)) {
      const error = new CamError(journalFailure());
      batch.giveUp(error);
      this.#options.onGivenUp(batch.count, error);
    }
    await this.#file?.close();
    this.#file = undefined;
  }

  #batchFor(line: Line): JournalBatch {
    const open = this.#waiting.at(-1);
    if (open !== undefined && open !== this.#inHand && open.hasRoomFor(line)) return open;
    const batch = new JournalBatch(this.#spares.pop());
    this.#waiting.push(batch);
    return batch;
  }

  #start(): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    // The batch begins in a later turn, so that everything recorded in this one goes together.
    this.#written = new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.#writeAll());
  }

  async #writeAll(): Promise<void> {
    for (let batch = this.#waiting[0]; batch !== undefined; batch = this.#waiting[0]) {
      this.#inHand = batch;
      try {
        await this.#write(batch.data);
      } catch (error) {
        this.#hasFailed = true;
        await this.#abandonSegment();
        this.#isWriting = false;
        this.#options.onFailure(asError(error));
        return;
      }
      this.#waiting.shift();
      this.#done(batch);
      if (batch.count >= many && this.#waitingBytes < gatherBytes && this.#awaited === 0 && !this.#isClosed) await this.#gather();
    }
    // In the same turn as the look that found nothing: what comes next starts anew.
    this.#isWriting = false;
  }

  #done(batch: JournalBatch): void {
    this.#accepted += batch.count;
    this.#unwritten -= batch.count;
    this.#waitingBytes -= batch.data.length;
    if (this.#spares.length < sparesKept && batch.memory.length <= gatherBytes) this.#spares.push(batch.memory);
    batch.accept();
    this.#options.onDurable(this.#position, this.#accepted);
  }

  #gather(): Promise<void> {
    return new Promise((resolve) => {
      const clear = this.#options.clock.setTimer(gatherMs, () => {
        this.#endGathering();
      });
      this.#endGathering = () => {
        this.#endGathering = () => undefined;
        clear();
        resolve();
      };
    });
  }

  async #write(data: Buffer): Promise<void> {
    if (this.#file === undefined || this.#position.bytes >= this.#options.segmentBytes) await this.#openNext();
    const file = this.#file;
    if (file === undefined) throw new Error('the segment is not open');
    for (let written = 0; written < data.length;) written += (await file.write(data, written)).bytesWritten;
    await file.datasync();
    this.#position = { ...this.#position, bytes: this.#position.bytes + data.length };
  }

  async #openNext(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    const segment = this.#position.segment + 1;
    this.#position = { segment, bytes: 0 };
    this.#file = await open(join(this.#options.directory, segmentName(this.#options.session, segment)), 'ax', 0o600);
    await syncDirectory(this.#options.directory);
  }

  /** A failed batch may have left a part of itself behind: the next one goes to a new file, and replay knows what to do with doubles. */
  async #abandonSegment(): Promise<void> {
    await this.#file?.close().catch(() => undefined);
    this.#file = undefined;
  }
}

/** A new file outlives a loss of power only when its folder has been flushed too; Windows does that by itself and cannot be asked to. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** That the journal takes nothing; `detail`: the system's own words. */
export function journalFailure(change: { readonly message?: string; readonly detail?: string } = {}): Failure {
  return failure('disk.error', {
    message: 'The journal of the history cannot be written.',
    action: 'Check the folder of the history and the room on its disk.',
    ...change,
  });
}
