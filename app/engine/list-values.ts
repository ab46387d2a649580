/** The values of a column as a list that other statements ask with: read from attached sources, written to a file. */
import type { ColumnKind } from '../model/column.ts';
import { CamError, failure } from '../model/failure.ts';
import { type ListKind, writeValuesFile } from '../spool/values-file.ts';
import type { AttachedSource } from './attached-source.ts';
import type { DuckSession } from './duck.ts';
import type { ValuesInput, ValuesOutput } from './engine.ts';
import { inZone } from './event-time.ts';
import { columnAt } from './row-source.ts';
import { constant, joinSql, type Sql, sql } from './sql.ts';
import { cellText, idText } from './values.ts';

/** Values that are read at a time. */
const batchSize = 8192;

/**
 * Writes the values of all sources together, ordered, without NULLs. `table` is a table for the time of the work; the caller
 * drops it.
 * @throws CamError `sql.columns` when a source has no such column or several; `disk.full`, `disk.error`, `engine.error`
 */
export async function writeListValues(
  session: DuckSession,
  sources: readonly AttachedSource[],
  input: Pick<ValuesInput, 'column' | 'distinct' | 'path'>,
  table: Sql,
): Promise<ValuesOutput> {
  const found = sources.flatMap((source) => placeIn(source, input.column));
  const kind: ListKind = found.length > 0 && found.every(({ kind: own }) => own === 'timestamp' || own === 'instant') ? 'instant' : 'text';
  const pieces = found.map(({ source, place, kind: own }) => {
    const value = kind === 'instant' ? instantText(columnAt(place), own, source.input.zone) : valueText(columnAt(place), own);
    return sql`SELECT ${value} AS value FROM ${source.all} AS source WHERE ${columnAt(place)} IS NOT NULL`;
  });
  const all = joinSql(pieces, sql` UNION ALL `, sql`SELECT CAST(NULL AS VARCHAR) AS value WHERE FALSE`);
  const distinct = input.distinct ? sql`DISTINCT` : sql``;
  await session.run(sql`CREATE TABLE ${table} AS SELECT ${distinct} value FROM (${all}) AS listed ORDER BY value`);
  const [counted] = await session.row(sql`SELECT count(*) FROM ${table}`);
  const count = Number(counted);
  await writeValuesFile(input.path, { kind, count }, batchesOf(session, table, count));
  return { count };
}

interface Found {
  readonly source: AttachedSource;
  readonly place: number;
  readonly kind: ColumnKind;
}

/** Nothing where the source was not asked, because its own list was empty: it has no columns then. */
function placeIn(source: AttachedSource, name: string): readonly Found[] {
  const { columns, source: id } = source.input;
  if (columns.length === 0) return [];
  const found = columns.flatMap((column, place) =>
    column.name.toLowerCase() === name.toLowerCase() ? [{ source, place, kind: column.kind }] : [],
  );
  if (found.length === 1) return found;
  const problem = found.length === 0 ? 'no column' : 'several columns';
  throw new CamError(
    failure('sql.columns', {
      message: `The result of ${id} has ${problem} ${name}, which a list is taken from.`,
      action: `Set column under binds in databases.yaml to one of: ${columns.map((column) => column.name).join(', ')}.`,
    }),
  );
}

/** Numbers that are equal have one text, so that each is asked for once. */
function valueText(column: Sql, kind: ColumnKind): Sql {
  if (kind !== 'decimal') return idText(column, kind);
  return sql`CASE WHEN contains(${column}, '.') THEN rtrim(rtrim(${column}, '0'), '.') ELSE ${column} END`;
}

/** A time without a zone is the moment that its own database means, whatever zone the database lies in that is asked. */
function instantText(column: Sql, kind: ColumnKind, zone: string): Sql {
  return cellText(kind === 'timestamp' ? inZone(column, zone) : column, 'instant');
}

async function* batchesOf(session: DuckSession, table: Sql, count: number): AsyncGenerator<readonly string[]> {
  for (let from = 0; from < count; from += batchSize) {
    const rows = await session.rows(sql`SELECT value FROM ${table}
      WHERE rowid >= ${constant(from)} AND rowid < ${constant(from + batchSize)} ORDER BY rowid`);
    yield rows.map(([value]) => String(value));
  }
}
