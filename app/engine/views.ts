/**
 * Sorted and filtered tables. Each is stored once in its order, so that any page of it costs the same; the least recently
 * used ones are dropped.
 */
import type { ClientSet, TableFilter, TableSort } from '../model/table.ts';
import { CamError, failure } from '../model/failure.ts';
import { allEvents } from '../model/group-id.ts';
import { columnAt, columnList, type RowSource, type StoredColumn } from './row-source.ts';
import { Serial } from './serial.ts';
import { joinSql, type Sql, sql } from './sql.ts';
import type { StoredTable } from './stored-table.ts';
import { list } from './values.ts';

/** How a table is to be shown. */
export interface Arrangement {
  readonly sort?: TableSort | undefined;
  readonly filters: readonly TableFilter[];
  readonly clients?: ClientSet | undefined;
}

/** Whether the table is shown as it is. */
export function isPlain(arrangement: Arrangement): boolean {
  return (
    arrangement.sort === undefined && arrangement.clients === undefined && arrangement.filters.every((filter) => filter.contains === '')
  );
}

/**
 * The rows of a table in an arrangement, as a statement with the columns `c0`, `c1`, ….
 * @throws CamError `request.invalid` for a column that the table has not
 */
export function arrange(base: RowSource, arrangement: Arrangement): Sql {
  const contained = arrangement.filters
    .filter((filter) => filter.contains !== '')
    .map((filter) => {
      const { column, place } = findColumn(base.columns, filter.column);
      return sql`contains(lower(${column.text(columnAt(place))}), lower(${filter.contains}))`;
    });
  const conditions = arrangement.clients === undefined ? contained : [...contained, isAmong(base.columns, arrangement.clients)];
  const where = conditions.length === 0 ? sql`` : sql`WHERE ${joinSql(conditions, sql` AND `)}`;
  return sql`SELECT ${columnList(base.columns)} FROM ${base.all} AS base ${where} ORDER BY ${list([...orderOf(base, arrangement.sort), sql`position`])}`;
}

/** Whether the client or group of a row is one of a set, or is not. */
function isAmong(columns: readonly StoredColumn[], { ids, isIn, fields }: ClientSet): Sql {
  if (ids.length === 0) return isIn ? sql`FALSE` : sql`TRUE`;
  const texts = columns.slice(0, fields).map((column, place) => column.text(columnAt(place)));
  const among = sql`coalesce(${groupText(texts)} IN (SELECT unnest(CAST(${ids} AS VARCHAR[]))), FALSE)`;
  return isIn ? among : sql`NOT ${among}`;
}

/** What `groupId` makes of the same values. */
function groupText(texts: readonly Sql[]): Sql {
  const [only, ...more] = texts;
  if (only === undefined) return sql`${allEvents}`;
  if (more.length === 0) return only;
  const escaped = texts.map((text) => sql`replace(replace(${text}, '\\', '\\\\'), '·', '\\·')`);
  return sql`concat_ws(' · ', ${list(escaped)})`;
}

function orderOf(base: RowSource, sort: TableSort | undefined): readonly Sql[] {
  if (sort === undefined) return [];
  const { column, place } = findColumn(base.columns, sort.column);
  const direction = sort.descending ? sql`DESC` : sql`ASC`;
  return column.order(columnAt(place)).map((key) => sql`${key} ${direction} NULLS LAST`);
}

function findColumn(columns: readonly StoredColumn[], name: string): { readonly column: StoredColumn; readonly place: number } {
  const place = columns.findIndex((column) => column.name === name);
  const column = columns[place];
  if (column !== undefined) return { column, place };
  throw new CamError(
    failure('request.invalid', {
      message: `The table has no column ${name}.`,
      action: `Use one of: ${columns.map((known) => known.name).join(', ')}.`,
    }),
  );
}

/** How many arranged tables are kept. */
const kept = 6;

/** Arranged tables of one run, by table and arrangement. */
export class Views {
  readonly #views = new Map<string, StoredTable>();
  readonly #building = new Serial();
  #generation = 0;

  /** The arranged table, made if it is not there. The caller releases it. */
  get(table: string, arrangement: Arrangement, build: () => Promise<StoredTable>): Promise<StoredTable> {
    const key = JSON.stringify([table, arrangement.sort ?? null, arrangement.filters, arrangement.clients ?? null]);
    const ready = this.#use(key);
    if (ready !== undefined) return Promise.resolve(ready);
    // One at a time: whoever waits for the same table finds it, or makes it where the first one was cancelled.
    return this.#building.run(async () => this.#use(key) ?? (await this.#build(key, build)));
  }

  /** Forgets the arrangements of a table whose rows have changed, or of all. */
  forget(table?: string): Promise<void> {
    return this.#forgetWhere((own) => table === undefined || own === table);
  }

  /** Forgets the arrangements of all tables whose name begins so. */
  forgetAll(prefix: string): Promise<void> {
    return this.#forgetWhere((own) => own.startsWith(prefix));
  }

  async #forgetWhere(isMeant: (table: string) => boolean): Promise<void> {
    this.#generation++;
    for (const [key, view] of [...this.#views]) {
      const [table] = JSON.parse(key) as readonly string[];
      if (table === undefined || !isMeant(table)) continue;
      this.#views.delete(key);
      await view.release();
    }
  }

  #use(key: string): StoredTable | undefined {
    const view = this.#views.get(key);
    if (view === undefined) return undefined;
    // A map keeps its order of insertion: the one used last goes to the end.
    this.#views.delete(key);
    this.#views.set(key, view);
    return view.retain();
  }

  async #build(key: string, build: () => Promise<StoredTable>): Promise<StoredTable> {
    const generation = this.#generation;
    const view = await build();
    // The rows changed while it was made: it answers the one who asked, and nobody after.
    if (generation !== this.#generation) return view;
    this.#views.set(key, view.retain());
    for (const [oldest, old] of [...this.#views].slice(0, Math.max(0, this.#views.size - kept))) {
      this.#views.delete(oldest);
      await old.release();
    }
    return view;
  }
}
