/**
 * A list of records, newest first, fetched by pages as they come into view. What is shown stays until what replaces it is
 * here; an answer to an older question is dropped; pages long out of view are forgotten.
 */
import { type Failure, toFailure } from '../../../app/model/failure.ts';

/** Records in a page. */
export const recordsInPage = 100;
const mostInFlight = 2;
// 4,000 records: far more than any view.
const mostPages = 40;

/** A part of a list, and how long all of it is. */
export interface RecordPage<T> {
  readonly records: readonly T[];
  readonly total: number;
}

/** What the list is drawn from; a new object after every change. */
export interface RecordSnapshot {
  /** `null` until the first page has come. */
  readonly total: number | null;
  readonly failure: Failure | null;
  /** What is shown is of an older question, or of an older state of the history. */
  readonly isStale: boolean;
}

/** The question for a part of the list. */
export type FetchRecords<T> = (offset: number, limit: number) => Promise<RecordPage<T>>;

/** A list as an external store: `subscribe`, `snapshot`, `record`; told what is in view by `want`. */
export class RecordSource<T> {
  readonly #listeners = new Set<() => void>();
  #fetch: FetchRecords<T>;
  #key: string;
  #snapshot: RecordSnapshot = { total: null, failure: null, isStale: true };
  #pages = new Map<number, readonly T[]>();
  #wanted: readonly number[] = [0];
  readonly #inFlight = new Set<number>();
  /** Counts the questions; answers carry the number of theirs. */
  #epoch = 0;

  constructor(fetch: FetchRecords<T>, key: string) {
    this.#fetch = fetch;
    this.#key = key;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly snapshot = (): RecordSnapshot => this.#snapshot;

  /** The record at a place, or `undefined` while it is not here. */
  record(index: number): T | undefined {
    return this.#pages.get(Math.floor(index / recordsInPage))?.[index % recordsInPage];
  }

  /** Says which records are in view (inclusive); asks for those that are missing. */
  want(first: number, last: number): void {
    const from = Math.floor(Math.max(0, first) / recordsInPage);
    const to = Math.max(from, Math.floor(Math.max(0, last) / recordsInPage));
    this.#wanted = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    this.#ask();
  }

  /** Asks something else from now on; the same key with the same question changes nothing. */
  ask(fetch: FetchRecords<T>, key: string): void {
    this.#fetch = fetch;
    if (key === this.#key) return;
    this.#key = key;
    this.refresh();
  }

  /** Asks for what is in view again. */
  refresh(): void {
    this.#epoch += 1;
    this.#inFlight.clear();
    this.#publish({ isStale: true, failure: null });
    this.#ask();
  }

  #ask(): void {
    const { failure, isStale, total } = this.#snapshot;
    if (failure !== null) return;
    for (const page of this.#wanted) {
      if (this.#inFlight.size >= mostInFlight) return;
      if (this.#inFlight.has(page) || (this.#pages.has(page) && !isStale)) continue;
      if (page > 0 && !isStale && total !== null && page * recordsInPage >= total) continue;
      this.#inFlight.add(page);
      void this.#load(page, this.#epoch);
    }
  }

  async #load(page: number, epoch: number): Promise<void> {
    try {
      const { records, total } = await this.#fetch(page * recordsInPage, recordsInPage);
      if (epoch !== this.#epoch) return;
      this.#inFlight.delete(page);
      // Records of the older state must not stand beside those of the newer one.
      if (this.#snapshot.isStale) this.#pages = new Map();
      this.#keep(page, records);
      this.#publish({ total, failure: null, isStale: false });
      this.#ask();
    } catch (error) {
      if (epoch !== this.#epoch) return;
      this.#epoch += 1;
      this.#inFlight.clear();
      this.#publish({ failure: toFailure(error) });
    }
  }

  #keep(page: number, records: readonly T[]): void {
    this.#pages.delete(page);
    this.#pages.set(page, records);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > mostPages && oldest !== undefined) this.#pages.delete(oldest);
  }

  #publish(change: Partial<RecordSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of [...this.#listeners]) listener();
  }
}
