/**
 * The rows of one table, fetched by pages as they come into view. At most one request a page and two in all are on their
 * way; an answer to an older order, filter or state of the run is dropped; pages long out of view are forgotten.
 */
import { CamError, type Failure, failure, toFailure } from '../../../app/model/failure.ts';
import type { Cell, Page, TableColumn, TableFilter, TableSort } from '../../../app/model/table.ts';

/** Rows in a page. */
export const pageRows = 200;
const mostInFlight = 2;
// 8,000 rows: far more than any view, little enough memory even with many long columns.
const mostPages = 40;

/** What a page is asked with. */
export interface PageQuery {
  readonly offset: number;
  readonly limit: number;
  readonly sort: TableSort | null;
  readonly filters: readonly TableFilter[];
}

/** Order and filters. */
export interface TableOrder {
  readonly sort: TableSort | null;
  readonly filters: readonly TableFilter[];
}

/** What the table is drawn from; a new object after every change. */
export interface TableSnapshot {
  /** `null` until the first page has come. */
  readonly columns: readonly TableColumn[] | null;
  readonly matching: number;
  readonly total: number;
  /** The rows on show are of an order, a filter or a state of the run that is being replaced. */
  readonly isStale: boolean;
  readonly failure: Failure | null;
}

interface StoredPage {
  readonly rows: readonly (readonly Cell[])[];
  usedAt: number;
}

/** A table as an external store: `subscribe`, `snapshot`, `row`; told what is in view by `want`. */
export class PageSource {
  readonly #fetch: (query: PageQuery) => Promise<Page>;
  readonly #listeners = new Set<() => void>();
  #order: TableOrder;
  #revision: string;
  #snapshot: TableSnapshot = { columns: null, matching: 0, total: 0, isStale: true, failure: null };
  #pages = new Map<number, StoredPage>();
  readonly #inFlight = new Set<number>();
  #wanted: readonly number[] = [0];
  /** Counts the orders and refreshes; answers carry the number of their question. */
  #epoch = 0;
  #useCount = 0;
  #isClosed = false;

  /** `revision` stands for the state of the run that the rows are of; see {@link setRevision}. */
  constructor(fetch: (query: PageQuery) => Promise<Page>, order: TableOrder, revision = '') {
    this.#fetch = fetch;
    this.#order = order;
    this.#revision = revision;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly snapshot = (): TableSnapshot => this.#snapshot;

  /** The cells of a row, or `undefined` while they are not here. */
  row(index: number): readonly Cell[] | undefined {
    return this.#pages.get(Math.floor(index / pageRows))?.rows[index % pageRows];
  }

  /** Says which rows are in view (inclusive); asks for those that are missing. */
  want(first: number, last: number): void {
    const from = Math.floor(Math.max(0, first) / pageRows);
    const to = Math.max(from, Math.floor(Math.max(0, last) / pageRows));
    this.#wanted = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    for (const number of this.#wanted) this.#touch(number);
    this.#ask();
  }

  /** Changes order and filters. The old rows stay on show until the first new ones are here. */
  setOrder(order: TableOrder): void {
    if (JSON.stringify(order) === JSON.stringify(this.#order)) return;
    this.#order = order;
    this.refresh();
  }

  /** Says what state of the run the rows should be of; another one than before makes those on show old. */
  setRevision(revision: string): void {
    if (revision === this.#revision) return;
    this.#revision = revision;
    this.refresh();
  }

  /** Asks for everything in view again, because the run has moved on or the last request failed. */
  refresh(): void {
    this.#epoch += 1;
    this.#inFlight.clear();
    this.#publish({ isStale: true, failure: null });
    this.#ask();
  }

  /**
   * The cells of some rows (inclusive), fetched where they are missing and not kept. All are of one order and one state of the run.
   * @throws CamError `request.invalid` where the table was put into another order, or the run moved on, before all rows were here
   */
  async rows(first: number, last: number): Promise<readonly (readonly Cell[])[]> {
    const epoch = this.#epoch;
    // While the table is being replaced, what is on show is of the order before.
    const pages = this.#snapshot.isStale ? new Map<number, StoredPage>() : this.#pages;
    const result: (readonly Cell[])[] = [];
    for (let row = first; row <= last;) {
      const number = Math.floor(row / pageRows);
      const page = pages.get(number)?.rows ?? (await this.#fetch({ ...this.#order, offset: number * pageRows, limit: pageRows })).rows;
      if (epoch !== this.#epoch) throw changedMeanwhile();
      const end = Math.min(last, number * pageRows + pageRows - 1);
      result.push(...page.slice(row - number * pageRows, end - number * pageRows + 1));
      row = end + 1;
    }
    return result;
  }

  /** Drops every answer that is still to come. */
  close(): void {
    this.#isClosed = true;
  }

  /** Undoes {@link close}: the same table is looked at again. */
  open(): void {
    if (!this.#isClosed) return;
    this.#isClosed = false;
    this.#inFlight.clear();
    this.#epoch += 1;
  }

  #ask(): void {
    if (this.#snapshot.failure !== null || this.#isClosed) return;
    for (const number of this.#wanted) {
      if (this.#inFlight.size >= mostInFlight) return;
      if (this.#inFlight.has(number) || (this.#pages.has(number) && !this.#snapshot.isStale)) continue;
      if (number > 0 && !this.#snapshot.isStale && number * pageRows >= this.#snapshot.matching) continue;
      this.#inFlight.add(number);
      void this.#load(number, this.#epoch);
    }
  }

  async #load(number: number, epoch: number): Promise<void> {
    try {
      const page = await this.#fetch({ ...this.#order, offset: number * pageRows, limit: pageRows });
      if (epoch !== this.#epoch || this.#isClosed) return;
      this.#inFlight.delete(number);
      this.#keep(number, page);
    } catch (error) {
      if (epoch !== this.#epoch || this.#isClosed) return;
      this.#inFlight.clear();
      this.#epoch += 1;
      this.#publish({ failure: toFailure(error) });
    }
  }

  #keep(number: number, page: Page): void {
    // Pages of the old order must not stand beside those of the new one.
    if (this.#snapshot.isStale) this.#pages = new Map();
    this.#pages.set(number, { rows: page.rows, usedAt: 0 });
    this.#touch(number);
    this.#forgetOldest();
    const columns = sameColumns(this.#snapshot.columns, page.columns) ? this.#snapshot.columns : page.columns;
    this.#publish({ columns, matching: page.matching, total: page.total, isStale: false, failure: null });
    this.#ask();
  }

  #touch(number: number): void {
    const page = this.#pages.get(number);
    this.#useCount += 1;
    if (page !== undefined) page.usedAt = this.#useCount;
  }

  #forgetOldest(): void {
    if (this.#pages.size <= mostPages) return;
    const [oldest] = [...this.#pages].sort(([, a], [, b]) => a.usedAt - b.usedAt);
    if (oldest !== undefined) this.#pages.delete(oldest[0]);
  }

  #publish(change: Partial<TableSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Half of the rows in one order and half in another would be no answer to anything. */
function changedMeanwhile(): CamError {
  const message = 'The table changed while its rows were fetched; nothing was copied.';
  return new CamError(failure('request.invalid', { message, action: 'Select the rows again.' }));
}

/** Columns that have not changed keep their identity, so that nothing is laid out anew. */
function sameColumns(a: readonly TableColumn[] | null, b: readonly TableColumn[]): a is readonly TableColumn[] {
  return a?.length === b.length && b.every((column, index) => a[index]?.name === column.name && a[index].kind === column.kind);
}
