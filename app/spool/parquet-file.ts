/**
 * A Parquet file being written, a row group at a time, with memory that does not grow with rows.
 *
 * While one row group is compressed and written by other threads, the next one fills: two sets of buffers take turns.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import type { Batch } from '../drivers/driver.ts';
import type { Column } from '../model/column.ts';
import { ColumnChunk, type FilledColumn } from './column-chunk.ts';
import { encodeFooter, encodePageHeader, parquetMagic, type WrittenColumn, type WrittenRowGroup } from './parquet-format.ts';
import { ValueError } from './value-writers.ts';

/** A row group ends at the first batch that reaches one of these. Measured: larger ones cost memory and win nothing. */
const maxRowsInGroup = 32_768;
const maxBytesInGroup = 4 * 1024 * 1024;

const compress = promisify(zstdCompress);
const compressParams = { [constants.ZSTD_c_compressionLevel]: 1 };

/** A value that cannot be kept: in which column (from 0) and row (from 0, of its batch), and what it is, in words. */
export class ColumnValueError extends Error {
  readonly column: number;
  readonly row: number;

  constructor(column: number, cause: ValueError) {
    super(cause.message, { cause });
    this.name = 'ColumnValueError';
    this.column = column;
    this.row = cause.row;
  }
}

/** A Parquet file being written. One call at a time. */
export class ParquetFile {
  readonly #handle: FileHandle;
  readonly #columns: readonly Column[];
  readonly #groups: WrittenRowGroup[] = [];
  #filling: readonly ColumnChunk[];
  #spare: readonly ColumnChunk[];
  #rowsInGroup = 0;
  #writing: Promise<void> = Promise.resolve();
  #bytes = 0;

  private constructor(handle: FileHandle, columns: readonly Column[]) {
    this.#handle = handle;
    this.#columns = columns;
    this.#filling = columns.map((column) => new ColumnChunk(column));
    this.#spare = columns.map((column) => new ColumnChunk(column));
  }

  /** Makes a new file. @throws what the file system throws; there must be no such file yet */
  static async create(path: string, columns: readonly Column[]): Promise<ParquetFile> {
    const file = new ParquetFile(await open(path, 'wx'), columns);
    await file.#put(parquetMagic);
    return file;
  }

  /** Bytes that have reached the file. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes a batch; waits while the row group before is still being written.
   * @throws ColumnValueError for a value that cannot be kept; what the file system throws, also for earlier batches
   */
  async append(batch: Batch): Promise<void> {
    for (const [index, chunk] of this.#filling.entries()) appendColumn(chunk, index, batch);
    this.#rowsInGroup += batch.rowCount;
    const bytes = this.#filling.reduce((sum, chunk) => sum + chunk.bytes, 0);
    if (this.#rowsInGroup >= maxRowsInGroup || bytes >= maxBytesInGroup) await this.#endGroup();
  }

  /** Writes what is left and closes the file. */
  async finish(): Promise<void> {
    if (this.#rowsInGroup > 0) await this.#endGroup();
    await this.#writing;
    await this.#put(encodeFooter(this.#columns, this.#groups));
    await this.#handle.close();
  }

  /** Closes the file as it is, once nothing is being written to it any more. Safe more than once. */
  async abandon(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#handle.close();
  }

  async #endGroup(): Promise<void> {
    await this.#writing;
    const full = this.#filling;
    this.#filling = this.#spare;
    this.#spare = full;
    this.#rowsInGroup = 0;
    this.#writing = this.#writeGroup(full);
    // The failure is thrown to whoever waits for this group; until then it must not count as unhandled.
    this.#writing.catch(() => undefined);
  }

  async #writeGroup(chunks: readonly ColumnChunk[]): Promise<void> {
    const columns: WrittenColumn[] = [];
    let rows = 0;
    for (const chunk of chunks) {
      const filled = chunk.filled();
      columns.push(await this.#writePage(filled));
      rows = filled.rows;
      chunk.clear();
    }
    this.#groups.push({ rows, columns });
  }

  async #writePage({ rows, nulls, levels, values }: FilledColumn): Promise<WrittenColumn> {
    // Output comes in chunks of this size, allocated before it is known how little is needed.
    const chunkSize = Math.min(256 * 1024, 4096 + (values.length >> 2));
    const compressed = await compress(values, { chunkSize, params: compressParams });
    const header = encodePageHeader({
      rows,
      nulls,
      levelBytes: levels.length,
      valueBytes: values.length,
      compressedValueBytes: compressed.length,
    });
    const offset = this.#bytes;
    await this.#put(header);
    await this.#put(levels);
    await this.#put(compressed);
    return {
      offset,
      compressedSize: header.length + levels.length + compressed.length,
      uncompressedSize: header.length + levels.length + values.length,
    };
  }

  /** `writeFile` on an open file goes on at its position until everything is written; `write` may stop half-way. */
  async #put(bytes: Buffer): Promise<void> {
    await this.#handle.writeFile(bytes);
    this.#bytes += bytes.length;
  }
}

function appendColumn(chunk: ColumnChunk, index: number, batch: Batch): void {
  try {
    chunk.append(batch.columns[index] ?? [], batch.rowCount);
  } catch (error) {
    throw error instanceof ValueError ? new ColumnValueError(index, error) : error;
  }
}
