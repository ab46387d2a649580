/**
 * A database's process in a run, and its place among the processes: there while a source can go on. While all that is left of a
 * database waits for other databases its place is theirs; else a few places could be full of those who wait for each other.
 */
import { raceAbort } from '../base/abort.ts';
import type { SourceId } from '../model/plan.ts';
import type { Slots } from './slots.ts';
import type { DatabaseWorker } from '../worker/supervisor.ts';

/** What a database's process is made of. */
export interface DatabaseProcessParts {
  readonly slots: Slots;
  /** Of the database: it ends the wait for a place. */
  readonly signal: AbortSignal;
  readonly createWorker: () => DatabaseWorker;
  /** Whether a source that is not in yet could come in now. */
  readonly isAwaited: () => boolean;
  /** Ends a worker; never rejects. */
  readonly closeWorker: (worker: DatabaseWorker) => Promise<void>;
}

interface Live {
  readonly worker: DatabaseWorker;
  readonly place: Promise<() => void>;
}

/** The process of one database. */
export class DatabaseProcess {
  readonly #parts: DatabaseProcessParts;
  readonly #users = new Set<SourceId>();
  #live: Live | undefined;

  constructor(parts: DatabaseProcessParts) {
    this.#parts = parts;
  }

  /** Waits for the database's place and gives its worker. @throws AbortedError when the signal is aborted before */
  async enter(source: SourceId, signal: AbortSignal): Promise<DatabaseWorker> {
    this.#users.add(source);
    this.#live ??= { worker: this.#parts.createWorker(), place: this.#parts.slots.take(this.#parts.signal) };
    const { worker, place } = this.#live;
    await raceAbort(place, signal);
    return worker;
  }

  /** A source has ended, whether it was in or not; resolves when the process is gone, where it is not needed any more. */
  async leave(source: SourceId): Promise<void> {
    this.#users.delete(source);
    const live = this.#live;
    if (live === undefined || this.#users.size > 0 || this.#parts.isAwaited()) return;
    this.#live = undefined;
    await this.#parts.closeWorker(live.worker);
    await live.place.then(
      (release) => {
        release();
      },
      () => undefined,
    );
  }

  /** All sources of a session have ended. */
  endSession(session: string): void {
    this.#live?.worker.endSession(session);
  }

  /** Ends the process at once. */
  kill(): void {
    this.#live?.worker.kill();
  }
}
