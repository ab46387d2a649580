/** A table of a run on its way into a file. */
import type { ExportedFile } from '../model/report.ts';
import type { Cell } from '../model/table.ts';
import { exportReport } from '../report/export-report.ts';
import type { ExportInput } from './engine.ts';
import type { EngineRun } from './engine-run.ts';
import { cellsOf, type RowSource } from './row-source.ts';

/** Rows that an export reads at a time. */
const exportBatch = 8192;

/** Writes a table in its arrangement; told how many rows of how many are written. @throws CamError `export.failed`, `disk.full` */
export async function exportTable(
  run: EngineRun,
  input: ExportInput,
  signal: AbortSignal,
  onRows: (rows: number, of: number) => void,
): Promise<ExportedFile> {
  const taken = await run.take(input.table, input, signal);
  try {
    const { source } = taken;
    const table = {
      name: input.table.kind === 'source' ? input.table.source : input.table.kind,
      columns: source.columns.map(({ name, kind }) => ({ name, kind })),
      rows: source.rows,
      batches: batchesOf(run, source, signal),
      sort: input.sort,
      filters: input.filters,
      only: input.only,
    };
    const tell = (rows: number): void => {
      onRows(rows, source.rows);
    };
    return await exportReport(input.format, { path: input.path, table, metadata: input.metadata, onRows: tell });
  } finally {
    await taken.release();
  }
}

/** All rows in order. The next batch is read while the one before is written. */
export async function* batchesOf(run: EngineRun, source: RowSource, signal: AbortSignal): AsyncGenerator<readonly (readonly Cell[])[]> {
  const read = (from: number): Promise<readonly (readonly Cell[])[]> =>
    run.session(signal, (session) => session.cells(cellsOf(source, from, from + exportBatch)));
  let next = source.rows === 0 ? undefined : read(0);
  for (let from = 0; next !== undefined; from += exportBatch) {
    const batch = await next;
    next = from + exportBatch < source.rows ? read(from + exportBatch) : undefined;
    // Where the writer fails first, nobody waits for this one any more.
    next?.catch(() => undefined);
    yield batch;
  }
}
