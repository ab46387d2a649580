/** A table of which pages can be read, however it is kept. */
import type { ColumnKind } from '../model/column.ts';
import type { Sql } from './sql.ts';
import { constant, ownName, sql } from './sql.ts';
import { list } from './values.ts';

/** A column as the engine keeps it: under its place (`c0`, `c1`, …), never under its own name. */
export interface StoredColumn {
  /** Unique within the table and not empty. */
  readonly name: string;
  readonly kind: ColumnKind;
  /** The value as the text of a cell. */
  readonly text: (column: Sql) => Sql;
  /** What to sort by, the most important first; NULL gives NULL in the first. */
  readonly order: (column: Sql) => readonly Sql[];
}

/** Rows in an order of their own, numbered from 0 without a gap. */
export interface RowSource {
  readonly columns: readonly StoredColumn[];
  readonly rows: number;
  /** A relation with the columns `position`, `c0`, `c1`, … of all rows. */
  readonly all: Sql;
  /** The same of the rows `from … to − 1` only; costs about the same wherever they lie. */
  readonly slice: (from: number, to: number) => Sql;
}

/** A relation with `position`, `c0`, `c1`, … that finds a range of positions at once, as every stored table does. */
export function relationOf(columns: readonly StoredColumn[], rows: number, all: Sql): RowSource {
  const slice = (from: number, to: number): Sql =>
    sql`(SELECT * FROM ${all} AS stored WHERE position >= ${constant(from)} AND position < ${constant(to)})`;
  return { columns, rows, all, slice };
}

/** The engine's own name of the column at a place. */
export function columnAt(place: number): Sql {
  return ownName(`c${String(place)}`);
}

/** `c0, c1, …` */
export function columnList(columns: readonly unknown[]): Sql {
  return list(columns.map((_, place) => columnAt(place)));
}

/** Reads a slice as cells of text, in order. */
export function cellsOf(source: RowSource, from: number, to: number): Sql {
  const texts = source.columns.map((column, place) => column.text(columnAt(place)));
  return sql`SELECT CAST(to_json([${list(texts)}]) AS VARCHAR) FROM ${source.slice(from, to)} AS slice ORDER BY position`;
}
