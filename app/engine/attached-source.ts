/** A source whose spool has been read in: its raw rows, and its clients in the window. */
import type { DuckDBValue } from '@duckdb/node-api';
import type { Column, ColumnKind, ColumnRoles } from '../model/column.ts';
import { CamError, failure } from '../model/failure.ts';
import type { DuckSession } from './duck.ts';
import type { AttachInput, AttachOutput } from './engine.ts';
import { type EventTime, eventTime, type MicrosWindow, wrongTimes } from './event-time.ts';
import { columnAt, columnList, type RowSource, type StoredColumn } from './row-source.ts';
import { Shared } from './shared.ts';
import { constant, joinSql, ownName, type Sql, sql } from './sql.ts';
import { uniqueNames } from './unique-names.ts';
import { cellText, idText, list, normalisedId, sortKeys } from './values.ts';

/** A part of a spool and the rows before it. */
interface SpoolPart {
  readonly file: string;
  readonly before: number;
  readonly rows: number;
}

/** An event's place in its source has so many bits. */
const rowBits = 40n;
/** The place of an event among all of a run has so many bits. Powers of two: dividing a HUGEINT takes fifty times as long as shifting it. */
const placeBits = 60n;
const rowLimit = 1n << rowBits;
const placeLimit = 1n << placeBits;

/**
 * One event as one number, so that the greatest of several is the one to show: the latest, among equals the one whose
 * source comes first, then the one whose row comes first. `micros` counts from the beginning of the window.
 */
function eventKey(micros: Sql, rank: number, row: Sql): Sql {
  const first = constant(placeLimit - 1n - BigInt(rank) * rowLimit);
  return sql`(CAST(${micros} AS HUGEINT) * ${constant(placeLimit)} + (${first} - ${row}))`;
}

/** The place of what is no row of a source, such as a match of an inner rule: it has no database and no evidence. */
export const noPlace = constant(placeLimit - 1n);

/** The key of an event by its place, see {@link eventKey}. */
export function keyOfPlace(micros: Sql, place: Sql): Sql {
  return sql`(CAST(${micros} AS HUGEINT) * ${constant(placeLimit)} + (${constant(placeLimit - 1n)} - ${place}))`;
}

/** Microseconds from the beginning of the window, of an event's key. */
export function microsOfKey(key: Sql): Sql {
  return sql`CAST(${key} >> ${constant(placeBits)} AS BIGINT)`;
}

/** Place of the event's row among all rows of the run, of an event's key: `rank * 2^40 + row`. */
export function placeOfKey(key: Sql): Sql {
  return sql`(${constant(placeLimit - 1n)} - CAST(${key} & CAST(${constant(placeLimit - 1n)} AS HUGEINT) AS BIGINT))`;
}

/** Rank of the source, of a place. */
export function rankOfPlace(place: Sql): Sql {
  return sql`(${place} >> ${constant(rowBits)})`;
}

/** A source's clients with an event in the window, a row each. */
export interface WindowClients {
  /** `user_id`; `key` of the latest event; `earliest`, its first one in microseconds from the beginning of the window; `events`, how many. */
  readonly table: Sql;
  /** Events of all of them. */
  readonly events: number;
}

/** Where a source's clients are kept, and how that is removed. */
export interface ClientTable {
  readonly table: Sql;
  readonly drop: () => Promise<void>;
}

/** A source's rows as they lie in the spool; only the table of its clients is the engine's own. */
export class AttachedSource extends Shared implements RowSource {
  readonly input: AttachInput;
  /** Place of the source in the order that settles ties; lower is preferred. */
  readonly rank: number;
  readonly columns: readonly StoredColumn[];
  readonly rows: number;
  readonly output: AttachOutput;
  /** Absent for a raw table, and where nobody asked for it. */
  readonly clients: WindowClients | undefined;
  readonly #parts: readonly SpoolPart[];

  private constructor(
    input: AttachInput,
    rank: number,
    parts: readonly SpoolPart[],
    output: AttachOutput,
    clients: WindowClients | undefined,
    drop: () => Promise<void>,
  ) {
    super(drop);
    this.input = input;
    this.rank = rank;
    this.#parts = parts;
    this.columns = storedColumns(input.columns);
    this.rows = output.rows;
    this.output = output;
    this.clients = clients;
  }

  /**
   * Reads a spool in: counts its rows and, where a table is given for them, keeps its clients of the window.
   * @throws CamError `sql.columns`, `spool.value`, `engine.error`
   */
  static async read(
    session: DuckSession,
    input: AttachInput,
    rank: number,
    window: MicrosWindow,
    kept: ClientTable | undefined,
  ): Promise<AttachedSource> {
    const drop = kept?.drop ?? (() => Promise.resolve());
    const parts = await readParts(session, input.files);
    const rows = parts.reduce((sum, part) => sum + part.rows, 0);
    if (input.roles === undefined) return new AttachedSource(input, rank, parts, { rows, nullIds: 0, nullTimes: 0 }, undefined, drop);
    const scan = scanOf(input.columns, parts);
    const roles = roleColumns(input, input.roles);
    const time = eventTime(columnAt(roles.time), columnOf(input.columns, roles.time), input.zone, window);
    const id = normalisedId(idText(columnAt(roles.user), columnOf(input.columns, roles.user).kind), input.idNormaliser);
    const output = await countRows(session, input, roles.time, { scan, id, time, rows });
    if (kept === undefined) return new AttachedSource(input, rank, parts, output, undefined, drop);
    const { table } = kept;
    const since = sql`(micros - ${constant(window.from)})`;
    await session.run(sql`CREATE TABLE ${table} AS
      SELECT user_id, max(${eventKey(since, rank, sql`position`)}) AS key, min(${since}) AS earliest, count(*) AS events
      FROM (SELECT ${id} AS user_id, ${time.micros} AS micros, position FROM ${scan} AS scan WHERE ${time.near})
      WHERE user_id IS NOT NULL AND micros BETWEEN ${constant(window.from)} AND ${constant(window.to)} GROUP BY user_id`);
    const [events] = await session.row(sql`SELECT coalesce(CAST(sum(events) AS BIGINT), 0) FROM ${table}`);
    return new AttachedSource(input, rank, parts, output, { table, events: Number(events) }, drop);
  }

  get all(): Sql {
    return scanOf(this.input.columns, this.#parts);
  }

  /** Columns besides id and time: what tells more about an event. */
  get evidence(): readonly { readonly column: Column; readonly place: number }[] {
    const roles = this.input.roles === undefined ? undefined : roleColumns(this.input, this.input.roles);
    return this.input.columns.flatMap((column, place) => (place === roles?.user || place === roles?.time ? [] : [{ column, place }]));
  }

  /**
   * A relation of the rows whose time lies in a window: `place` (see {@link placeOfKey}), `user_id` after the source's normaliser
   * (NULL where there is none), `micros` since 1970, and all columns. Nothing where the source is a raw table.
   */
  eventsIn(window: MicrosWindow): Sql {
    const { input } = this;
    if (input.roles === undefined) return sql`(SELECT CAST(NULL AS BIGINT) AS place, NULL AS user_id, NULL AS micros WHERE FALSE)`;
    const roles = roleColumns(input, input.roles);
    const time = eventTime(columnAt(roles.time), columnOf(input.columns, roles.time), input.zone, window);
    const id = normalisedId(idText(columnAt(roles.user), columnOf(input.columns, roles.user).kind), input.idNormaliser);
    return sql`(SELECT * FROM (SELECT position + ${constant(BigInt(this.rank) * rowLimit)} AS place, ${id} AS user_id,
      ${time.micros} AS micros, ${columnList(this.columns)} FROM ${this.all} AS scan WHERE ${time.near}) AS timed
      WHERE micros BETWEEN ${constant(window.from)} AND ${constant(window.to)})`;
  }

  /** A relation with `place` (see {@link placeOfKey}) and all columns. */
  get places(): Sql {
    return sql`(SELECT position + ${constant(BigInt(this.rank) * rowLimit)} AS place, ${columnList(this.columns)} FROM ${this.all} AS scan)`;
  }

  slice(from: number, to: number): Sql {
    const pieces = this.#parts
      .filter((part) => part.before < to && part.before + part.rows > from)
      .map((part) => {
        const low = constant(Math.max(0, from - part.before));
        const high = constant(to - part.before);
        // A condition on the row number alone lets the reader leave out the blocks before and after.
        return sql`(SELECT file_row_number + ${constant(part.before)} AS position, ${columnList(this.columns)}
          FROM ${readParquet([part.file], this.columns)} WHERE file_row_number >= ${low} AND file_row_number < ${high})`;
      });
    return pieces.length === 0 ? emptyScan(this.input.columns) : sql`(${joinSql(pieces, sql` UNION ALL `)})`;
  }
}

async function readParts(session: DuckSession, files: readonly string[]): Promise<readonly SpoolPart[]> {
  const parts: SpoolPart[] = [];
  let before = 0;
  for (const file of files) {
    const [rows] = await session.row(sql`SELECT num_rows FROM parquet_file_metadata(${[file]})`);
    parts.push({ file, before, rows: Number(rows) });
    before += Number(rows);
  }
  return parts;
}

/** Names in a spool are not relied on: they may be missing or double. Columns are taken by their place. */
function readParquet(files: readonly string[], columns: readonly unknown[]): Sql {
  return sql`read_parquet(${files}) AS part(${columnList(columns)})`;
}

function scanOf(columns: readonly Column[], parts: readonly SpoolPart[]): Sql {
  const [only] = parts;
  if (only === undefined) return emptyScan(columns);
  const files = parts.map((part) => part.file);
  const before =
    parts.length === 1
      ? sql``
      : sql` + list_extract(CAST(${parts.map((part) => BigInt(part.before))} AS BIGINT[]), CAST(file_index AS BIGINT) + 1)`;
  return sql`(SELECT file_row_number${before} AS position, ${columnList(columns)} FROM ${readParquet(files, columns)})`;
}

function emptyScan(columns: readonly Column[]): Sql {
  const nulls = columns.map((column, place) => sql`CAST(NULL AS ${ownName(sqlTypes[column.kind])}) AS ${columnAt(place)}`);
  return sql`(SELECT CAST(NULL AS BIGINT) AS position, ${list(nulls)} WHERE FALSE)`;
}

/** The type of a kind's column in a spool. */
const sqlTypes: Readonly<Record<ColumnKind, string>> = {
  text: 'varchar',
  integer: 'bigint',
  decimal: 'varchar',
  double: 'double',
  boolean: 'boolean',
  timestamp: 'timestamp',
  instant: 'timestamptz',
};

function storedColumns(columns: readonly Column[]): readonly StoredColumn[] {
  const names = uniqueNames(columns.map((column) => column.name));
  return columns.map(({ kind }, place) => ({
    name: names[place] ?? '',
    kind,
    text: (column) => cellText(column, kind),
    order: (column) => sortKeys(column, kind),
  }));
}

interface RolePlaces {
  readonly user: number;
  readonly time: number;
}

function roleColumns(input: AttachInput, roles: ColumnRoles): RolePlaces {
  return { user: placeNamed(input, roles.user, 'user_column'), time: placeNamed(input, roles.time, 'time_column') };
}

function placeNamed(input: AttachInput, name: string, key: string): number {
  const places = input.columns.flatMap((column, place) => (column.name === name ? [place] : []));
  const [place] = places;
  if (place !== undefined && places.length === 1) return place;
  throw new CamError(
    failure('sql.columns', {
      message: `The result has ${place === undefined ? 'no column' : 'several columns'} ${name} (${key}).`,
      action: 'Give each column of the statement a name of its own in the SQL file.',
    }),
  );
}

function columnOf(columns: readonly Column[], place: number): Column {
  const column = columns[place];
  if (column === undefined) throw new Error(`there is no column ${String(place)}`);
  return column;
}

interface Counted {
  readonly scan: Sql;
  readonly id: Sql;
  readonly time: EventTime;
  readonly rows: number;
}

/** A row without id and without time counts as one without id. */
async function countRows(session: DuckSession, input: AttachInput, timePlace: number, counted: Counted): Promise<AttachOutput> {
  const { scan, id, time, rows } = counted;
  const nulls = sql`count(*) FILTER (WHERE ${id} IS NULL), count(*) FILTER (WHERE ${id} IS NOT NULL AND ${time.isMissing})`;
  const example = sql`min(CAST(${columnAt(timePlace)} AS VARCHAR))`;
  // Asked for only where the kind leaves a doubt: making a text of every time would cost more than all else here.
  const wrong =
    time.isWrong === undefined ? sql`0, NULL` : sql`count(*) FILTER (WHERE ${time.isWrong}), ${example} FILTER (WHERE ${time.isWrong})`;
  const [nullIds, nullTimes, wrongCount, wrongText]: readonly (DuckDBValue | undefined)[] = await session.row(
    sql`SELECT ${nulls}, ${wrong} FROM ${scan} AS scan`,
  );
  const wrongTotal = BigInt(String(wrongCount));
  if (wrongTotal > 0n) throw wrongTimes(columnOf(input.columns, timePlace), String(wrongText), wrongTotal);
  return { rows, nullIds: Number(nullIds), nullTimes: Number(nullTimes) };
}
