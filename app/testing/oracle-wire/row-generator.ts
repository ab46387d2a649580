/** A backend without a database: any number of made-up rows, fast, for measurements and for results that never end. */
import { type Execute } from './backend.ts';
import { type WireColumn, type WireValue } from './columns.ts';
import { type EncodedRows, encodeRows, type RowBatch, type WireRow } from './rows.ts';

/** What is made up. */
export interface GeneratorOptions {
  readonly columns: readonly WireColumn[];
  /** How many rows every query returns; `Infinity`: it never ends. */
  readonly rows: number;
  /** The row of an index from 0. Times of day are microseconds (bigint). */
  readonly row: (index: number) => WireRow;
  /** Encode this many rows once and send them again and again: for measuring the client without paying for the server. */
  readonly repeat?: number;
}

const rowsAtOnce = 256;

/**
 * Answers every query with the same rows, whatever it says, but for one thing: a DATE or TIMESTAMP column that the
 * statement wraps as `TO_CHAR("NAME", …)`, or `TO_CHAR(SYS_EXTRACT_UTC("NAME"), …)`, is sent as text
 * `YYYY-MM-DD HH24:MI:SS[.FF6]`, as a database would.
 */
export function rowGenerator(options: GeneratorOptions): Execute {
  const encoded = new Map<string, EncodedRows>();
  return ({ sql, describeOnly }) => {
    const texts = options.columns.map(({ name, type }) => isTime(type) && isWritten(name, sql));
    const columns = options.columns.map((column, index) => (texts[index] === true ? textColumn(column) : column));
    const row = texts.includes(true) ? (index: number) => withTexts(options, texts, index) : options.row;
    if (describeOnly) return { kind: 'rows', columns, rows: [] };
    if (options.repeat === undefined) return { kind: 'rows', columns, rows: made(options.rows, row) };
    const key = texts.join();
    const block =
      encoded.get(key) ??
      encodeRows(
        columns,
        Array.from({ length: options.repeat }, (_, index) => row(index)),
      );
    encoded.set(key, block);
    return { kind: 'rows', columns, rows: repeated(options.rows, block) };
  };
}

function* made(count: number, row: (index: number) => WireRow): Generator<RowBatch> {
  for (let start = 0; start < count; start += rowsAtOnce) {
    yield Array.from({ length: Math.min(rowsAtOnce, count - start) }, (_, index) => row(start + index));
  }
}

function* repeated(count: number, block: EncodedRows): Generator<RowBatch> {
  let left = count;
  for (; left >= block.count; left -= block.count) yield block;
  if (left > 0) yield block.first(left);
}

function isWritten(name: string, sql: string): boolean {
  return sql.includes(`TO_CHAR("${name}"`) || sql.includes(`TO_CHAR(SYS_EXTRACT_UTC("${name}"`);
}

function isTime(type: WireColumn['type']): boolean {
  return type === 'date' || type === 'timestamp' || type === 'timestamptz' || type === 'timestampltz';
}

function textColumn(column: WireColumn): WireColumn {
  return { name: column.name, type: 'varchar', size: 32 };
}

function withTexts({ columns, row }: GeneratorOptions, texts: readonly boolean[], index: number): WireRow {
  return row(index).map((value, column) =>
    texts[column] === true && typeof value === 'bigint' ? timeText(value, columns[column]?.type === 'date') : value,
  );
}

function timeText(micros: bigint, isDate: boolean): WireValue {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const text = new Date(Number((micros - fraction) / 1000n)).toISOString().slice(0, 19).replace('T', ' ');
  return isDate ? text : `${text}.${fraction.toString().padStart(6, '0')}`;
}
