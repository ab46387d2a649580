/** The table as one JSON document: `{metadata, table, columns, rows}`; rows are lists of cells in the order of the columns. */
import type { ExportedFile } from '../model/report.ts';
import { type ExportJob, tableFacts } from './export-table.ts';
import { NewFile } from './new-file.ts';

/**
 * Writes the document as the rows come. Cells are text or `null`, as in every page of a table: numbers keep all their
 * digits, and `columns` tells the kind of each.
 * @throws CamError `export.failed`, `disk.full`
 */
export async function exportJson(job: ExportJob): Promise<ExportedFile> {
  const file = await NewFile.create(job.path);
  let rows = 0;
  try {
    const { columns, ...facts } = tableFacts(job.table);
    await file.write(`{"metadata":${JSON.stringify(job.metadata, null, 1)},\n"table":${JSON.stringify(facts)},\n`);
    await file.write(`"columns":${JSON.stringify(columns)},\n"rows":[`);
    for await (const batch of job.table.batches) {
      const lines = batch.map((row) => JSON.stringify(row)).join(',\n');
      if (lines !== '') await file.write(`${rows === 0 ? '\n' : ',\n'}${lines}`);
      rows += batch.length;
      job.onRows(rows);
    }
    await file.write('\n]}\n');
    await file.publish();
    return { path: job.path, rows, bytes: file.bytes };
  } catch (error) {
    await file.discard();
    throw error;
  }
}
