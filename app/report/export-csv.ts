/** The table as CSV by RFC 4180: UTF-8, comma, CRLF, exactly the table's columns; its metadata in a file beside it. */
import { dirname, extname, basename, join } from 'node:path';
import type { ExportedFile } from '../model/report.ts';
import type { Cell } from '../model/table.ts';
import { type ExportJob, tableFacts } from './export-table.ts';
import { NewFile } from './new-file.ts';

const lineEnd = '\r\n';

/**
 * What a spreadsheet takes for a formula at the beginning of a cell, as OWASP lists it: these signs, a tab or an end of
 * line, and the full-width forms.
 */
const formulaStart = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const plainNumber = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const needsQuotes = /[",\r\n]/;

/**
 * One field: NULL is empty, an empty text is `""`. A text that a spreadsheet could take for a formula gets an apostrophe
 * before it; a plain number such as `-12.5` stays as it is.
 */
export function csvField(cell: Cell): string {
  if (cell === null) return '';
  if (cell === '') return '""';
  const safe = formulaStart.test(cell) && !plainNumber.test(cell) ? `'${cell}` : cell;
  return needsQuotes.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One record with its end of line. */
export function csvRecord(cells: readonly Cell[]): string {
  return `${cells.map(csvField).join(',')}${lineEnd}`;
}

/** Path of the metadata beside a CSV: `report.csv` → `report.meta.json`. */
export function metadataPathOf(path: string): string {
  return join(dirname(path), `${basename(path, extname(path))}.meta.json`);
}

/** Writes both files; neither is left when one fails. @throws CamError `export.failed`, `disk.full` */
export async function exportCsv(job: ExportJob): Promise<ExportedFile> {
  const metadataPath = metadataPathOf(job.path);
  const file = await NewFile.create(job.path);
  let metadataFile: NewFile | undefined;
  try {
    metadataFile = await NewFile.create(metadataPath);
    await metadataFile.write(`${JSON.stringify(metadataOf(job), null, 2)}\n`);
    const rows = await writeRows(job, file);
    await metadataFile.publish();
    await file.publish();
    return { path: job.path, metadataPath, rows, bytes: file.bytes };
  } catch (error) {
    await file.discard();
    await metadataFile?.discard();
    throw error;
  }
}

async function writeRows(job: ExportJob, file: NewFile): Promise<number> {
  let rows = 0;
  await file.write(csvRecord(job.table.columns.map((column) => column.name)));
  for await (const batch of job.table.batches) {
    await file.write(batch.map(csvRecord).join(''));
    rows += batch.length;
    job.onRows(rows);
  }
  return rows;
}

function metadataOf(job: ExportJob): unknown {
  return {
    ...job.metadata,
    table: tableFacts(job.table),
    format: {
      file: basename(job.path),
      encoding: 'UTF-8',
      null: 'an empty field; an empty text is ""',
      times: 'instants are in UTC (ISO 8601, Z); timestamps are in the time of their database',
      apostrophe: 'a text that begins like a formula (= + - @, tab, end of line) has an apostrophe before it',
    },
  };
}
