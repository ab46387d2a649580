/** Rows on their way out: encoded blocks of ROW_DATA messages, cut by the number of rows the client asks for. */
import { encoderOf, isLob, type ValueEncoder, type WireColumn, type WireValue } from './columns.ts';
import { WireWriter } from './wire-writer.ts';

/** Message type of one row. */
const rowData = 7;

/** One row, values in column order. */
export type WireRow = readonly WireValue[];

/** Rows that are encoded already: row `r` is `bytes[offsets[r] … offsets[r + 1]]`. Not possible with large objects. */
export class EncodedRows {
  readonly count: number;
  readonly bytes: Buffer;
  readonly offsets: Uint32Array;

  constructor(bytes: Buffer, offsets: Uint32Array) {
    this.bytes = bytes;
    this.offsets = offsets;
    this.count = offsets.length - 1;
  }

  /** The first `count` of these rows. */
  first(count: number): EncodedRows {
    return new EncodedRows(this.bytes, this.offsets.subarray(0, count + 1));
  }
}

/** What a backend yields: some rows at a time. */
export type RowBatch = readonly WireRow[] | EncodedRows;

/** A source of rows; an async one is asked for the next batch only when its rows are wanted. */
export type RowSource = Iterable<RowBatch> | AsyncIterable<RowBatch>;

/** Encodes rows of plain columns once, to be sent many times. */
export function encodeRows(columns: readonly WireColumn[], rows: readonly WireRow[]): EncodedRows {
  if (columns.some(isLob)) throw new Error('large objects cannot be encoded ahead');
  const encoders = columns.map(encoderOf);
  const writer = new WireWriter(rows.length * 64 + 64);
  const offsets = new Uint32Array(rows.length + 1);
  rows.forEach((row, index) => {
    writeRow(writer, encoders, row);
    offsets[index + 1] = writer.length;
  });
  return new EncodedRows(Buffer.from(writer.view()), offsets);
}

/** Writes one ROW_DATA message; when a value cannot be encoded the writer is as before and the error is thrown. */
export function writeRow(writer: WireWriter, encoders: readonly ValueEncoder[], row: WireRow): void {
  const start = writer.length;
  try {
    writer.u8(rowData);
    for (let index = 0; index < encoders.length; index += 1) {
      const encode = encoders[index];
      if (encode !== undefined) encode(writer, row[index] ?? null);
    }
  } catch (error) {
    writer.truncate(start);
    throw error;
  }
}

/** Reads a {@link RowSource} by rows instead of batches. */
export class RowReader {
  readonly #iterator: Iterator<RowBatch> | AsyncIterator<RowBatch>;
  #batch: RowBatch = [];
  #at = 0;
  #ended = false;

  constructor(source: RowSource) {
    this.#iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** Whether the source has said that there are no more rows. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Rows at hand without asking the source. */
  get ready(): number {
    return (this.#batch instanceof EncodedRows ? this.#batch.count : this.#batch.length) - this.#at;
  }

  /** Makes at least one row ready unless the source has ended. */
  async fill(): Promise<void> {
    while (!this.#ended && this.ready === 0) {
      const next = await this.#iterator.next();
      if (next.done === true) this.#ended = true;
      else {
        this.#batch = next.value;
        this.#at = 0;
      }
    }
  }

  /** Writes up to `most` of the ready rows and returns how many. */
  write(writer: WireWriter, encoders: readonly ValueEncoder[], most: number): number {
    const count = Math.min(most, this.ready);
    const batch = this.#batch;
    if (batch instanceof EncodedRows) {
      writer.raw(batch.bytes.subarray(batch.offsets[this.#at], batch.offsets[this.#at + count]));
      this.#at += count;
      return count;
    }
    for (let written = 0; written < count; written += 1) {
      const row = batch[this.#at];
      if (row !== undefined) writeRow(writer, encoders, row);
      this.#at += 1;
    }
    return count;
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#batch = [];
    this.#at = 0;
    await this.#iterator.return?.();
  }
}
