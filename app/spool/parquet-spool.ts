/**
 * Spools as Parquet files. An attempt writes into `<directory>.partial`; committing renames the folder, so that a spool
 * is there as a whole or not at all, whatever happens to the process.
 */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Batch } from '../drivers/driver.ts';
import type { Column } from '../model/column.ts';
import { CamError, failure } from '../model/failure.ts';
import { diskFailure } from './disk-failure.ts';
import { ColumnValueError, ParquetFile } from './parquet-file.ts';
import type { CommittedSpool, SpoolFactory, SpoolWriter } from './spool.ts';

const partName = 'part-0.parquet';
const manifestName = 'manifest.json';

/** Makes Parquet spools. */
export function createParquetSpools(): SpoolFactory {
  return {
    create: async (directory, columns) => {
      const partial = `${directory}.partial`;
      try {
        // What a crashed process left under this name was never visible.
        await rm(partial, { recursive: true, force: true });
        // The rows are somebody's: nobody else on the machine may read them.
        await mkdir(partial, { recursive: true, mode: 0o700 });
      } catch (error) {
        throw diskFailure(error, directory);
      }
      return new ParquetSpool(directory, partial, columns);
    },
  };
}

class ParquetSpool implements SpoolWriter {
  rows = 0;
  readonly #directory: string;
  readonly #partial: string;
  readonly #columns: readonly Column[];
  #file: ParquetFile | undefined;
  #failure: CamError | undefined;
  /** What is being done now: a discard waits for it, so that nothing is written into a folder that has been removed. */
  #current: Promise<unknown> = Promise.resolve();

  constructor(directory: string, partial: string, columns: readonly Column[]) {
    this.#directory = directory;
    this.#partial = partial;
    this.#columns = columns;
  }

  get bytes(): number {
    return this.#file?.bytes ?? 0;
  }

  append(batch: Batch): Promise<void> {
    return this.#step(async () => {
      if (batch.rowCount === 0) return;
      this.#file ??= await ParquetFile.create(join(this.#partial, partName), this.#columns);
      await this.#file.append(batch);
      this.rows += batch.rowCount;
    });
  }

  commit(): Promise<CommittedSpool> {
    return this.#step(async () => {
      await this.#file?.finish();
      const parts = this.#file === undefined ? [] : [partName];
      const summary = { rows: this.rows, bytes: this.bytes, columns: this.#columns };
      await writeFile(join(this.#partial, manifestName), JSON.stringify({ version: 1, parts, ...summary }, null, 2));
      await rename(this.#partial, this.#directory);
      return { files: parts.map((part) => join(this.#directory, part)), ...summary };
    });
  }

  async discard(): Promise<void> {
    this.#failure ??= new CamError(failure('internal', { message: 'The spool has been discarded.' }));
    await this.#current.catch(() => undefined);
    await this.#file?.abandon().catch(() => undefined);
    await rm(this.#partial, { recursive: true, force: true });
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** One step at a time; after a failure every further step fails in the same way. */
  async #step<T>(work: () => Promise<T>): Promise<T> {
    if (this.#failure !== undefined) throw this.#failure;
    const step = work();
    this.#current = step;
    try {
      return await step;
    } catch (error) {
      this.#failure ??= this.#toCamError(error);
      throw this.#failure;
    }
  }

  #toCamError(error: unknown): CamError {
    if (!(error instanceof ColumnValueError)) return diskFailure(error, this.#directory);
    const column = this.#columns[error.column];
    const name = column === undefined || column.name === '' ? `number ${String(error.column + 1)}` : column.name;
    const row = this.rows + error.row + 1;
    return new CamError(
      failure('spool.value', { message: `Column ${name} holds, in row ${String(row)}, ${error.message}: it cannot be kept without loss.` }),
    );
  }
}
