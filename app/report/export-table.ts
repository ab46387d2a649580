/** The table that an export writes. */
import type { ReportMetadata } from '../model/report.ts';
import type { Cell, TableColumn, TableFilter, TableSort } from '../model/table.ts';

/** Rows in the order in which they are shown, in batches, so that they never lie in memory together. */
export interface ExportTable {
  /** What the table is called: `confirmed`, `undetermined`, or the id of a source. */
  readonly name: string;
  readonly columns: readonly TableColumn[];
  readonly rows: number;
  readonly batches: AsyncIterable<readonly (readonly Cell[])[]>;
  /** How the table was arranged; it stands in the metadata. */
  readonly sort?: TableSort | undefined;
  readonly filters: readonly TableFilter[];
  /** Whom a filter that is none of a column leaves, in words; absent where there is none. */
  readonly only?: string | undefined;
}

/** What every writer is given. */
export interface ExportJob {
  /** Absolute path of the file to make. */
  readonly path: string;
  readonly table: ExportTable;
  readonly metadata: ReportMetadata;
  /** Told how many rows have been written so far. */
  readonly onRows: (rows: number) => void;
}

/** What the metadata tells about the table itself. */
export function tableFacts(table: ExportTable): {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly TableColumn[];
  readonly sort: TableSort | null;
  readonly filters: readonly TableFilter[];
  readonly only?: string;
} {
  const { name, rows, columns, sort = null, filters, only } = table;
  return { name, rows, columns, sort, filters, ...(only === undefined ? {} : { only }) };
}
