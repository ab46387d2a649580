/** One column of a row group while it fills: which values are there, and the values. */
import type { Column } from '../model/column.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { type ValueWriter, valueWriterOf } from './value-writers.ts';

/** Memory that a column keeps for its next row group; a column that once held huge texts gives the rest back. */
const keptBytes = 4 * 1024 * 1024;

/** A filled column, ready to be written as one page. Its views are valid until the column is cleared. */
export interface FilledColumn {
  readonly rows: number;
  readonly nulls: number;
  /** Definition levels in Parquet's hybrid of run lengths and bits: 1 where a value is there. */
  readonly levels: Buffer;
  /** The values that are not NULL, plainly encoded. */
  readonly values: Buffer;
}

/** A column of a row group being filled. */
export class ColumnChunk {
  readonly #write: ValueWriter;
  readonly #isBoolean: boolean;
  readonly #values = new ByteBuffer();
  /** A bit a row, lowest first: set where a value is there. */
  #present = new Uint8Array(8192);
  #rows = 0;
  #nulls = 0;

  constructor(column: Column) {
    this.#write = valueWriterOf(column);
    this.#isBoolean = column.kind === 'boolean';
  }

  /** Bytes of values so far. */
  get bytes(): number {
    return this.#values.length;
  }

  /** Adds values. @throws ValueError for the first that cannot be kept; the chunk is of no use then */
  append(values: readonly unknown[], rowCount: number): void {
    this.#reserveBits(this.#rows + rowCount);
    const present = this.#present;
    let row = this.#rows;
    for (let index = 0; index < rowCount; index++, row++) {
      if (values[index] === null) this.#nulls++;
      else present[row >> 3] = (present[row >> 3] ?? 0) | (1 << (row & 7));
    }
    this.#rows = row;
    this.#write(values, rowCount, this.#values);
  }

  /** What has been filled in so far. */
  filled(): FilledColumn {
    const values = this.#values.view();
    return { rows: this.#rows, nulls: this.#nulls, levels: this.#levels(), values: this.#isBoolean ? packBits(values) : values };
  }

  /** Empties the column for the next row group. */
  clear(): void {
    this.#present.fill(0, 0, (this.#rows + 7) >> 3);
    this.#rows = 0;
    this.#nulls = 0;
    this.#values.clear(keptBytes);
  }

  /** One run where nothing is NULL, else one stretch of bits. */
  #levels(): Buffer {
    if (this.#nulls === 0) return Buffer.from([...varint(this.#rows << 1), 1]);
    const groups = (this.#rows + 7) >> 3;
    return Buffer.concat([Buffer.from(varint((groups << 1) | 1)), this.#present.subarray(0, groups)]);
  }

  #reserveBits(rows: number): void {
    const needed = (rows + 7) >> 3;
    if (needed <= this.#present.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#present.length));
    grown.set(this.#present);
    this.#present = grown;
  }
}

function packBits(flags: Buffer): Buffer {
  const packed = Buffer.alloc((flags.length + 7) >> 3);
  flags.forEach((flag, index) => {
    packed[index >> 3] = (packed[index >> 3] ?? 0) | (flag << (index & 7));
  });
  return packed;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return bytes;
}
