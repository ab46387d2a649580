/**
 * The side of the background writer that has the store: takes over what dead sessions left, then follows its own session's
 * journal. It lives in a thread of its own and may wait as long as it likes.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Failure } from '../model/failure.ts';
import { applyBatch } from './apply.ts';
import { type JournalPosition, reaches } from './journal.ts';
import type { JournalEntry } from './journal-format.ts';
import { type JournalPiece, journalledSessions, readPiece, removeSegments } from './journal-reader.ts';
import { claimSession, settledSessions } from './session-lock.ts';
import { endSession, registerSession, type Session, touchSession } from './session-store.ts';
import { openStore, type Store, type StoreOptions } from './store.ts';
import { isRefusal, storeFailure } from './store-errors.ts';

/** What is told of the store while it is written. */
export interface WriterReport {
  readonly store: 'opening' | 'ready' | 'unavailable';
  /** Why it is unavailable. */
  readonly failure?: Failure;
  /** How far the session's journal is in the store. */
  readonly read: JournalPosition;
  /** Events of this session that this writer has dealt with. */
  readonly applied: number;
  /** Events that the store refused or that the disk had spoiled; they are kept in `rejected-<session>.jsonl`. */
  readonly rejected: number;
  /** Runs and executions of dead sessions that were ended. */
  readonly interrupted: number;
}

/** What a writer needs. */
export interface StoreWriterOptions {
  readonly session: Session;
  readonly store: StoreOptions;
  readonly clock: Clock;
  readonly onReport: (report: WriterReport) => void;
  /** Processors that the rest of the machine has left over since the last call; `undefined`: ask again in a moment. */
  readonly spare: () => number | undefined;
}

/** Records that come within so many milliseconds share a transaction. */
const gatherMs = 25;
/** The same where many come: a page that many records change is then written once for all of them. */
const gatherManyMs = 400;
/** So many in one go are many. */
const many = 100;
/** While less than this of a processor is left over, many records wait in the journal. */
const enoughToSpare = 0.5;
/** How long until it is looked again. */
const lookAgainMs = 100;
/** A part of them is written after so long all the same. */
const patienceMs = 10_000;
/** More than so many bytes are many, and more than so many segments too many to wait at all. */
const manyBytes = 256 << 10;
const tooManySegments = 16;
/** How often the session says that it lives, and looks for others that do not. */
const heartbeatMs = 15_000;
const firstRetryMs = 250;
const longestRetryMs = 10_000;

const beginning: JournalPosition = { segment: 0, bytes: 0 };

/** Follows one session's journal into the store. */
export class StoreWriter {
  readonly #options: StoreWriterOptions;
  #store: Store | undefined;
  #report: WriterReport = { store: 'opening', read: beginning, applied: 0, rejected: 0, interrupted: 0 };
  #end = beginning;
  #read = beginning;
  #isRegistered = false;
  #nextHeartbeatMs = 0;
  #isStopping = false;
  #wake: () => void = () => undefined;
  #waiters: (() => void)[] = [];

  constructor(options: StoreWriterOptions) {
    this.#options = options;
  }

  /** Works until `stop`. */
  async run(): Promise<void> {
    let retryMs = firstRetryMs;
    while (!this.#isStopping) {
      const before = this.#report.applied;
      try {
        await this.#work();
        retryMs = firstRetryMs;
        if (!this.#isDrained()) continue;
        for (const resolve of this.#waiters.splice(0)) resolve();
        await this.#pause(Math.max(0, this.#nextHeartbeatMs - this.#options.clock.monotonicMs()), 'news');
        await this.#pause(this.#report.applied - before >= many ? gatherManyMs : gatherMs, 'asked');
      } catch (error) {
        this.#tell({ store: 'unavailable', failure: storeFailure(error) });
        await this.#closeStore();
        await this.#pause(retryMs, 'stop');
        retryMs = Math.min(longestRetryMs, retryMs * 2);
      }
    }
  }

  /** The journal is on the disk up to here. */
  advance(end: JournalPosition): void {
    this.#end = end;
    this.#wake();
  }

  /** Resolves when everything that `advance` has told of is in the store. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isRegistered && this.#isDrained()) resolve();
      else {
        this.#waiters.push(resolve);
        this.#wake();
      }
    });
  }

  /** Ends the session once `run` has returned: it is forgotten where all of it is in the store. Tells whether it is. */
  async stop(running: Promise<void>): Promise<boolean> {
    this.#isStopping = true;
    this.#wake();
    await running;
    const { session, clock } = this.#options;
    try {
      if (this.#store === undefined || !this.#isRegistered || !this.#isDrained()) return false;
      await endSession(this.#store, session.id, clock.nowMs());
      removeSegments(session.directory, session.id);
      return true;
    } catch {
      // The next start ends the session.
      return false;
    } finally {
      await this.#closeStore();
    }
  }

  async #work(): Promise<void> {
    const { session, clock } = this.#options;
    const store = (this.#store ??= await openStore(this.#options.store));
    if (!this.#isRegistered) {
      this.#read = await registerSession(store, session, clock.nowMs());
      this.#isRegistered = true;
    }
    if (clock.monotonicMs() >= this.#nextHeartbeatMs) {
      await touchSession(store, session.id, clock.nowMs());
      await this.#adoptDead(store);
      this.#nextHeartbeatMs = clock.monotonicMs() + heartbeatMs;
    }
    await this.#drain(store);
    if (this.#report.store !== 'ready') this.#tell({ store: 'ready' });
  }

  async #drain(store: Store): Promise<void> {
    const { id, directory } = this.#options.session;
    // The session's own duties come in between, however much there is to write.
    while (!this.#isStopping && this.#options.clock.monotonicMs() < this.#nextHeartbeatMs) {
      await this.#giveWay();
      const piece = readPiece(directory, id, this.#read, this.#end);
      if (piece === undefined) return;
      await this.#applyPiece(store, id, this.#read, piece);
      this.#read = piece.next;
      removeSegments(directory, id, piece.next.segment);
      const { applied, rejected } = this.#report;
      this.#tell({
        store: 'ready',
        read: piece.next,
        applied: applied + piece.entries.length + piece.damaged.length,
        rejected: rejected + piece.damaged.length,
      });
    }
  }

  /** Where others need the processors, many records go on waiting in the journal, unless somebody waits for them to be in the store. */
  async #giveWay(): Promise<void> {
    const { clock, spare } = this.#options;
    const isDueMs = clock.monotonicMs() + patienceMs;
    while (!this.#isStopping && this.#waiters.length === 0 && this.#areMany() && clock.monotonicMs() < isDueMs) {
      if ((spare() ?? 0) >= enoughToSpare) return;
      await this.#pause(lookAgainMs, 'asked');
    }
  }

  #areMany(): boolean {
    const segments = this.#end.segment - this.#read.segment;
    // What is left of a segment that is not the last is not known, and no more than a few seconds of much work.
    if (segments <= 1) return this.#end.bytes - (segments === 0 ? this.#read.bytes : 0) > manyBytes;
    return segments < tooManySegments;
  }

  #isDrained(): boolean {
    return reaches(this.#read, this.#end);
  }

  /** Sessions of this folder whose process is gone: their journals go to the store, what they left open is ended. */
  async #adoptDead(store: Store): Promise<void> {
    const { clock, session: self } = this.#options;
    const { id: own, host, directory } = self;
    // A session that has recorded anything has left a segment; one that has not may have left its lock.
    const candidates = new Set([...journalledSessions(directory), ...settledSessions(directory, clock.nowMs())]);
    candidates.delete(own);
    for (const session of candidates) {
      const lock = claimSession(directory, session);
      if (lock === undefined) continue;
      try {
        await this.#adopt(store, { id: session, host, pid: Number.parseInt(session, 10), directory });
        removeSegments(directory, session);
        lock.remove();
      } finally {
        lock.release();
      }
    }
  }

  async #adopt(store: Store, session: Session): Promise<void> {
    let position = await registerSession(store, session, this.#options.clock.nowMs());
    for (;;) {
      const piece = readPiece(session.directory, session.id, position);
      if (piece === undefined) break;
      await this.#applyPiece(store, session.id, position, piece);
      position = piece.next;
      this.#tell({ rejected: this.#report.rejected + piece.damaged.length });
    }
    const { interrupted } = await endSession(store, session.id, this.#options.clock.nowMs());
    this.#tell({ interrupted: this.#report.interrupted + interrupted });
  }

  async #applyPiece(store: Store, session: string, from: JournalPosition, piece: JournalPiece): Promise<void> {
    for (const line of piece.damaged) this.#keepAside('The line is not as it was written.', line);
    await this.#applyEntries(store, session, from, piece.next, piece.entries);
  }

  /** Applies entries; where the store refuses one of them, that one is found by halving and kept aside, and the others go in. */
  async #applyEntries(
    store: Store,
    session: string,
    from: JournalPosition,
    to: JournalPosition,
    entries: readonly JournalEntry[],
  ): Promise<void> {
    const batch = { session, entries, segment: to.segment, position: to.bytes };
    try {
      await applyBatch(store, batch, this.#options.clock.nowMs());
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (entries.length > 1) {
        const middle = Math.floor(entries.length / 2);
        await this.#applyEntries(store, session, from, from, entries.slice(0, middle));
        await this.#applyEntries(store, session, from, to, entries.slice(middle));
        return;
      }
      this.#keepAside(storeFailure(error).detail ?? '', JSON.stringify(entries[0]));
      this.#tell({ rejected: this.#report.rejected + 1 });
      await applyBatch(store, { ...batch, entries: [] }, this.#options.clock.nowMs());
    }
  }

  #keepAside(reason: string, line: string): void {
    const { directory, id } = this.#options.session;
    appendFileSync(join(directory, `rejected-${id}.jsonl`), `${JSON.stringify({ reason, line })}\n`, { mode: 0o600 });
  }

  #tell(change: Partial<WriterReport>): void {
    const { failure: _failure, ...rest } = this.#report;
    this.#report = change.store === undefined ? { ...this.#report, ...change } : { ...rest, ...change };
    this.#options.onReport(this.#report);
  }

  async #closeStore(): Promise<void> {
    const store = this.#store;
    this.#store = undefined;
    await store?.close().catch(() => undefined);
  }

  /** Waits until the time is over or the writer stops; or else until somebody waits for the store, or there is news of the journal. */
  #pause(ms: number, until: 'news' | 'asked' | 'stop'): Promise<void> {
    const isOver = (): boolean =>
      this.#isStopping || (until === 'news' && !this.#isDrained()) || (until === 'asked' && this.#waiters.length > 0);
    return new Promise((resolve) => {
      const done = (): void => {
        clear();
        this.#wake = () => undefined;
        resolve();
      };
      const clear = this.#options.clock.setTimer(ms, done);
      this.#wake = () => {
        if (isOver()) done();
      };
      this.#wake();
    });
  }
}
