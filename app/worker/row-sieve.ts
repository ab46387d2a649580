/**
 * Leaves out what one part of an answer repeats of another.
 *
 * A row that is alike in every column counts as often as the part that gave it most often: two alike rows of one part are two
 * rows, as the database says, and one row that several parts give is one. Only the digests of rows are kept.
 */
import { hash } from 'node:crypto';
import type { Batch } from '../drivers/driver.ts';

/** What has come in so far. */
export class RowSieve {
  /** How often a row has been let through. */
  readonly #passed = new Map<string, number>();
  /** How often the part in hand has given it. */
  #given = new Map<string, number>();

  /** A further part begins. */
  nextPart(): void {
    this.#given = new Map();
  }

  /** The rows of the batch that are new, in their order; `undefined` where none is. */
  sift(batch: Batch): Batch | undefined {
    const kept: number[] = [];
    for (let row = 0; row < batch.rowCount; row++) if (this.#isNew(batch, row)) kept.push(row);
    if (kept.length === batch.rowCount) return batch;
    if (kept.length === 0) return undefined;
    return { rowCount: kept.length, columns: batch.columns.map((values) => kept.map((row) => values[row])) };
  }

  #isNew({ columns }: Batch, row: number): boolean {
    const key = digest(columns.map((values) => values[row]));
    const given = (this.#given.get(key) ?? 0) + 1;
    this.#given.set(key, given);
    if (given <= (this.#passed.get(key) ?? 0)) return false;
    this.#passed.set(key, given);
    return true;
  }
}

/** Values of a column have one kind, so a whole number may come as a number or as a bigint and is the same. */
function digest(values: readonly unknown[]): string {
  const texts = values.map((value) => (typeof value === 'bigint' || typeof value === 'number' ? String(value) : (value ?? null)));
  return hash('sha256', JSON.stringify(texts), 'base64url');
}
