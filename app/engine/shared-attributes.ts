/** Which other clients share an address, a device, a hand or a new address with one client, over everything that is attached. */
import { type AttributeKind, attributeOf } from '../model/attributes.ts';
import type { SharedAttributes, SharedValue } from '../model/client-evidence.ts';
import type { AttachedSource } from './attached-source.ts';
import { clientColumns, isClient } from './client-columns.ts';
import type { DuckSession } from './duck.ts';
import type { EngineRun } from './engine-run.ts';
import { microsOfWindow } from './event-time.ts';
import { columnAt } from './row-source.ts';
import { constant, joinSql, type Sql, sql } from './sql.ts';

/** So many values of a client are compared, and so many of the others are named. */
const mostValues = 200;
const mostExamples = 20;

/** A column that tells about an attribute, with the id of the row's client. */
interface AttributeColumn {
  readonly attribute: AttributeKind;
  readonly source: AttachedSource;
  readonly name: string;
  readonly id: Sql;
  /** The value without blanks at its ends and in small letters; NULL where nothing is left. */
  readonly key: Sql;
  readonly text: Sql;
}

/**
 * Compares the client's values with those of all others, kind by kind and across sources: an address in one table is the same
 * address in another. Values are compared without blanks at their ends and in any case; NULL and blank are never shared.
 */
export async function sharedAttributes(run: EngineRun, client: string, signal: AbortSignal): Promise<SharedAttributes> {
  const columns = run.attached().flatMap((source) => attributeColumns(run, source));
  const kinds = [...new Set(columns.map((column) => column.attribute))];
  const found = await Promise.all(
    kinds.map((kind) => {
      const own = columns.filter((column) => column.attribute === kind);
      return run.session(signal, (session) => sharedOfKind(session, kind, own, client));
    }),
  );
  return {
    values: found.flatMap((each) => each.values).toSorted((a, b) => a.clients - b.clients || compareTexts(a.value, b.value)),
    compared: found.reduce((sum, each) => sum + each.compared, 0),
    isCut: found.some((each) => each.isCut),
  };
}

function attributeColumns(run: EngineRun, source: AttachedSource): readonly AttributeColumn[] {
  const { id } = clientColumns(source, microsOfWindow(run.plan.window));
  if (id === undefined) return [];
  return source.columns.flatMap((column, place) => {
    const attribute = attributeOf(source.input.columns[place]?.name ?? '');
    if (attribute === undefined) return [];
    const text = column.text(columnAt(place));
    return [{ attribute, source, name: column.name, id, text, key: sql`nullif(lower(trim(${text})), '')` }];
  });
}

async function sharedOfKind(
  session: DuckSession,
  attribute: AttributeKind,
  columns: readonly AttributeColumn[],
  client: string,
): Promise<SharedAttributes> {
  const own = await session.rows(ownValues(columns, client));
  const keys = own.slice(0, mostValues).map(([key]) => String(key));
  const values = new Map(own.map(([key, value]) => [String(key), String(value)]));
  if (keys.length === 0) return { values: [], compared: 0, isCut: false };
  const rows = await session.cells(othersWith(columns, keys, client));
  return {
    values: rows.map(([key, clients, examples, places]): SharedValue => ({
      attribute,
      value: values.get(key ?? '') ?? '',
      columns: placeNames(columns, places ?? '[]'),
      clients: Number(clients),
      examples: JSON.parse(examples ?? '[]') as readonly string[],
    })),
    compared: keys.length,
    isCut: own.length > mostValues,
  };
}

/** Distinct values of the client, one more than are compared. */
function ownValues(columns: readonly AttributeColumn[], client: string): Sql {
  const pieces = columns.map(
    ({ source, id, key, text }) => sql`SELECT ${key} AS k, ${text} AS v FROM ${source.all} AS scan WHERE ${isClient(id, client)}`,
  );
  return sql`SELECT k, min(trim(v)) FROM (${union(pieces)}) WHERE k IS NOT NULL GROUP BY k ORDER BY count(*) DESC, k
    LIMIT ${constant(mostValues + 1)}`;
}

/** One row a value that others have: key, number of other clients, some of them, and in which columns. */
function othersWith(columns: readonly AttributeColumn[], keys: readonly string[], client: string): Sql {
  const pieces = columns.map(
    ({ source, id, key }, place) => sql`SELECT ${id} AS id, ${key} AS k, ${constant(place)} AS place FROM ${source.all} AS scan`,
  );
  const wanted = sql`(SELECT unnest(CAST(${keys} AS VARCHAR[])) AS k)`;
  const distinct = sql`SELECT id, k, place FROM (${union(pieces)}) SEMI JOIN ${wanted} AS wanted USING (k)
    WHERE id IS NOT NULL AND id <> ${client} GROUP BY ALL`;
  const texts = [
    sql`k`,
    sql`CAST(count(DISTINCT id) AS VARCHAR)`,
    // A client is there once for each column; only the smallest ids are kept while they are collected.
    sql`CAST(to_json(list_slice(list_sort(list_distinct(min(id, ${constant(mostExamples * columns.length)}))), 1, ${constant(mostExamples)})) AS VARCHAR)`,
    sql`CAST(to_json(list_sort(list(DISTINCT place))) AS VARCHAR)`,
  ];
  return sql`SELECT CAST(to_json([${joinSql(texts, sql`, `)}]) AS VARCHAR) FROM (${distinct}) GROUP BY k`;
}

function union(pieces: readonly Sql[]): Sql {
  return joinSql(pieces, sql` UNION ALL `);
}

function placeNames(columns: readonly AttributeColumn[], places: string): readonly string[] {
  return (JSON.parse(places) as readonly number[]).flatMap((place) => {
    const column = columns[place];
    return column === undefined ? [] : [`${column.source.input.source} · ${column.name}`];
  });
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
