/** How the cells of a column are shown: the text, the face, the side. */
import type { Cell, TableColumn } from '../../../app/model/table.ts';
import type { InstantFormat } from '../../model/instant-format.ts';

/** What stands in an empty cell of a column, and the sentence that explains it. */
export type AbsentWords = (column: string) => { readonly word: string; readonly sentence: string };

/** A column with everything that is needed to draw it. */
export interface ShownColumn {
  /** Unique within the table, also where two columns have one name. */
  readonly id: string;
  readonly column: TableColumn;
  /** Place in the rows of a page. */
  readonly index: number;
  readonly align: 'left' | 'right';
  /** Ids, addresses and times: characters of one width. */
  readonly isMonospaced: boolean;
  /** The zone its times are shown in; `null` for other columns. */
  readonly zone: string | null;
  /** The share of what a verdict rests on that is known; a raw column of this name is whatever its query says. */
  readonly isConfidence: boolean;
  readonly text: (cell: Cell) => string;
}

const idNames = /^(user|user_?id|client_?id|employee_?id|id)$/i;
const codeNames = /(_id|_ip|ip_address|_address|hash|token)$/i;

/** The columns of a table, ready to be drawn. `storedZone` is the zone in which zone-less times of a raw table are meant. */
export function shownColumns(columns: readonly TableColumn[], format: InstantFormat, storedZone: string | null): readonly ShownColumn[] {
  const seen = new Map<string, number>();
  return columns.map((column, index) => {
    const count = (seen.get(column.name) ?? 0) + 1;
    seen.set(column.name, count);
    const isTime = column.kind === 'instant' || column.kind === 'timestamp';
    const isId = idNames.test(column.name);
    const isNumber = column.kind === 'integer' || column.kind === 'decimal' || column.kind === 'double';
    return {
      id: count === 1 ? column.name : `${column.name}#${count}`,
      column,
      index,
      align: (isNumber && !isId) || column.name === 'change_window_hours' ? 'right' : 'left',
      isMonospaced: isId || (column.kind === 'text' && codeNames.test(column.name)),
      isConfidence: column.name === 'confidence' && column.kind === 'double' && storedZone === null,
      zone: column.kind === 'instant' ? format.zone : isTime ? storedZone : null,
      text: column.kind === 'instant' ? (cell) => (cell === null ? '' : format.full(cell)) : (cell) => cell ?? '',
    };
  });
}

const characterPx = 7.1;
const paddingPx = 26;
const widthLimits = { least: 72, most: 320 };

/** A width at which the header and most of the sampled cells are whole. */
export function suggestedWidth({ column, index, text, zone }: ShownColumn, rows: readonly (readonly Cell[])[]): number {
  const lengths = rows.map((row) => text(row[index] ?? null).length).sort((a, b) => a - b);
  const common = lengths[Math.floor(lengths.length * 0.95)] ?? 0;
  // The header also carries its second line and the sorting mark.
  const header = Math.max(column.name.length + 2, zone?.length ?? 0);
  const width = Math.ceil(Math.max(common, header) * characterPx + paddingPx);
  return Math.min(Math.max(width, widthLimits.least), widthLimits.most);
}
