/** The merged report: which columns it has, what is stored of it, and how that is read. */
import type { ColumnKind } from '../model/column.ts';
import type { RunPlan } from '../model/run.ts';
import { type AttachedSource, microsOfKey, placeOfKey, rankOfPlace } from './attached-source.ts';
import { isConfirmed, isUndetermined, missingText, type RuleType } from './default-rule.ts';
import type { MicrosWindow } from './event-time.ts';
import { columnAt, type StoredColumn } from './row-source.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import { constant, joinSql, ownName, type Sql, sql } from './sql.ts';
import { uniqueNames } from './unique-names.ts';
import { cellText, list, sortKeys } from './values.ts';

/** Clients of one verdict. */
export type Verdict = 'confirmed' | 'undetermined';

/** What the report is made from. */
export interface ReportInput {
  readonly plan: RunPlan;
  readonly window: MicrosWindow;
  readonly types: readonly RuleType[];
  /** Answered sources of each type, in the order of `types`. */
  readonly sources: readonly (readonly AttachedSource[])[];
  /** Databases by the rank of their sources. */
  readonly databaseOfRank: readonly string[];
  /** Table of {@link latestPerClient}. */
  readonly clients: Sql;
  /** Whether every id of the table is an integer, by verdict. */
  readonly idsAreIntegers: Readonly<Record<Verdict, boolean>>;
}

/** A column of the report with the piece that gives its value. */
interface ReportColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly value: Sql;
  readonly stored?: Pick<StoredColumn, 'text' | 'order'>;
}

/** The report's columns, in their order. */
export function reportColumns(input: ReportInput, verdict: Verdict): readonly StoredColumn[] {
  const columns = allColumns(input, verdict);
  const names = uniqueNames(columns.map((column) => column.name));
  return columns.map(({ kind, stored }, place) => ({
    name: names[place] ?? '',
    kind,
    text: stored?.text ?? ((column) => cellText(column, kind)),
    order: stored?.order ?? ((column) => sortKeys(column, kind)),
  }));
}

/** The clients of the report by id, with their events; the place of a row is its position. Few columns are quickly sorted. */
export function listedClients(input: ReportInput, verdict: Verdict): Sql {
  const condition = verdict === 'confirmed' ? isConfirmed(input.types) : isUndetermined(input.types);
  const keys = input.types.map((type) => type.key);
  return sql`SELECT ${list([sql`user_id`, ...keys])} FROM ${input.clients} WHERE ${condition}
    ORDER BY ${list(idOrder(input.idsAreIntegers[verdict])(sql`user_id`))}`;
}

/**
 * What is stored of a report: position, client, events, and the evidence of each event. `listed` is a table of
 * {@link listedClients}; where it has no rows, no evidence is looked for.
 */
export function reportStatement(input: ReportInput, listed: { readonly table: Sql; readonly isEmpty: boolean }): Sql {
  const keys = input.types.map((type) => sql`client.${type.key}`);
  const evidence = evidenceOfTypes(input);
  const found = evidence.flatMap(({ columns }, place) =>
    columns.map((_, slot) => sql`${rowsName(place)}.${columnAt(slot)} AS ${evidenceName(place, slot)}`),
  );
  const joins = evidence.flatMap(({ rows }, place) => {
    if (rows === undefined) return [];
    const key = input.types[place]?.key ?? sql`NULL`;
    return [sql` LEFT JOIN ${rows} AS ${rowsName(place)} ON ${rowsName(place)}.place = ${placeOfKey(sql`client.${key}`)}`];
  });
  return sql`SELECT client.rowid AS position, ${list([sql`client.user_id`, ...keys, ...found])}
    FROM ${listed.table} AS client ${joinSql(joins, sql``)} ${listed.isEmpty ? sql`WHERE FALSE` : sql``}`;
}

/** How a stored report is read: what follows from the events is computed then. */
export function reportRelation(input: ReportInput, verdict: Verdict, table: Sql): Sql {
  const values = allColumns(input, verdict).map((column, place) => sql`${column.value} AS ${columnAt(place)}`);
  const places = input.types.map((type, place) => sql`${placeOfKey(type.key)} AS ${placeName(place)}`);
  const times = input.types.map(
    (type, place) => sql`make_timestamp(${constant(input.window.from)} + ${microsOfKey(type.key)}) AS ${timeName(place)}`,
  );
  return sql`(SELECT position, ${list(values)} FROM (SELECT *, ${list([...places, ...times])} FROM ${table}) AS report)`;
}

/** Whether an id is an integer of any length. */
export function isIntegerId(id: Sql): Sql {
  return sql`regexp_full_match(${id}, '[+-]?[0-9]+')`;
}

function idOrder(idsAreIntegers: boolean): StoredColumn['order'] {
  return (column) => (idsAreIntegers ? [sql`CAST(${column} AS BIGNUM)`, column] : [column]);
}

function allColumns(input: ReportInput, verdict: Verdict): readonly ReportColumn[] {
  const text = (column: Sql): Sql => column;
  const id: ReportColumn = {
    name: 'user_id',
    kind: 'text',
    value: sql`user_id`,
    stored: { text, order: idOrder(input.idsAreIntegers[verdict]) },
  };
  const perType = input.types.flatMap(({ changeType }, place): ReportColumn[] => [
    { name: `${changeType}_change_time`, kind: 'instant', value: timeName(place) },
    { name: `${changeType}_source_db`, kind: 'text', value: databaseOf(input, place) },
  ]);
  const summary: readonly ReportColumn[] = [
    { name: 'earliest_change', kind: 'instant', value: earliest(input.types) },
    { name: 'latest_change', kind: 'instant', value: latest(input.types) },
    hoursColumn(input.types),
    { name: 'verdict', kind: 'text', value: sql`${verdict}` },
    { name: 'missing_sources', kind: 'text', value: missingText(input.types) },
  ];
  return [id, ...perType, ...summary, ...evidenceColumns(input)];
}

/** Kept as whole tenths of a nanohour, so that each microsecond makes a difference and none is rounded by a double. */
function hoursColumn(types: readonly RuleType[]): ReportColumn {
  const micros = sql`(epoch_us(${latest(types)}) - epoch_us(${earliest(types)}))`;
  return {
    name: 'change_window_hours',
    kind: 'double',
    value: sql`CAST((${micros} * 50 + 9) // 18 AS BIGINT)`,
    stored: {
      text: (column) => sql`rtrim(rtrim(CAST(${column} * CAST(0.0000000001 AS DECIMAL(18,10)) AS VARCHAR), '0'), '.')`,
      order: (column) => [column],
    },
  };
}

function earliest(types: readonly RuleType[]): Sql {
  return sql`least(${list(types.map((_, place) => timeName(place)))})`;
}

function latest(types: readonly RuleType[]): Sql {
  return sql`greatest(${list(types.map((_, place) => timeName(place)))})`;
}

function databaseOf(input: ReportInput, place: number): Sql {
  return sql`list_extract(CAST(${input.databaseOfRank} AS VARCHAR[]), ${rankOfPlace(placeName(place))} + 1)`;
}

function evidenceOfTypes(input: ReportInput): readonly Evidence[] {
  return input.types.map((_, place) => evidenceOf(input.sources[place] ?? []));
}

function evidenceColumns(input: ReportInput): readonly ReportColumn[] {
  return evidenceOfTypes(input).flatMap(({ columns }, place) =>
    columns.map(({ name, kind }, slot) => ({
      name: `${input.types[place]?.changeType ?? ''}_${name}`,
      kind,
      value: evidenceName(place, slot),
    })),
  );
}

function placeName(place: number): Sql {
  return ownName(`p${String(place)}`);
}

function timeName(place: number): Sql {
  return ownName(`t${String(place)}`);
}

function rowsName(place: number): Sql {
  return ownName(`e${String(place)}`);
}

function evidenceName(place: number, slot: number): Sql {
  return ownName(`x${String(place)}_${String(slot)}`);
}
