/**
 * The file in which an attempt's rows lie. Rows of an attempt become visible as a whole when it commits, or never: a
 * retry starts an empty spool, so no row is ever counted twice.
 *
 * Format: Parquet parts whose columns are named by position, `c0`, `c1`, … (a result may have two columns of one name, or
 * one without); the real names are in {@link CommittedSpool.columns}. Types by kind: text and decimal VARCHAR, integer
 * BIGINT, double DOUBLE, boolean BOOLEAN, timestamp TIMESTAMP (wall clock), instant TIMESTAMP (UTC), all with microseconds.
 */
import type { Batch } from '../drivers/driver.ts';
import type { Column } from '../model/column.ts';

/** What a committed spool holds. */
export interface CommittedSpool {
  /** Absolute paths of the Parquet parts, in order; empty where the result has no rows. */
  readonly files: readonly string[];
  readonly columns: readonly Column[];
  readonly rows: number;
  readonly bytes: number;
}

/** A spool being written. */
export interface SpoolWriter {
  /** Rows and bytes so far; bytes count what has reached the disk. */
  readonly rows: number;
  readonly bytes: number;
  /** Takes a batch; waits while the disk is behind. @throws CamError `disk.full`, `disk.error`, `spool.value` */
  append(batch: Batch): Promise<void>;
  /** Makes the rows visible under their final name. */
  commit(): Promise<CommittedSpool>;
  /** Removes everything written so far. Safe after a failure and more than once. */
  discard(): Promise<void>;
}

/** Makes spools. `directory` is the spool's own folder, which does not exist yet; a part is first written under another name. */
export interface SpoolFactory {
  create(directory: string, columns: readonly Column[]): Promise<SpoolWriter>;
}
