/** Writes a table to a file, in the format asked for. */
import { assertNever } from '../base/assert-never.ts';
import type { ExportedFile, ExportFormat } from '../model/report.ts';
import { exportCsv } from './export-csv.ts';
import { exportJson } from './export-json.ts';
import type { ExportJob } from './export-table.ts';
import { exportXlsx } from './export-xlsx.ts';

/** @throws CamError `export.failed`, `disk.full`; whatever the rows throw. Nothing is left of the file then. */
export function exportReport(format: ExportFormat, job: ExportJob): Promise<ExportedFile> {
  switch (format) {
    case 'csv':
      return exportCsv(job);
    case 'json':
      return exportJson(job);
    case 'xlsx':
      return exportXlsx(job);
    default:
      return assertNever(format);
  }
}
