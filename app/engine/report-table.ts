/** The merged report: which columns it has, what is stored of it, and how that is read. */
import type { ColumnKind } from '../model/column.ts';
import { microsOfKey, placeOfKey, rankOfPlace } from './attached-source.ts';
import { type Confidence, confidenceValue, highestShares } from './confidence.ts';
import type { MicrosWindow } from './event-time.ts';
import { columnAt, type StoredColumn } from './row-source.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import type { Findings, FoundType } from './findings.ts';
import { constant, joinSql, ownName, type Sql, sql } from './sql.ts';
import { uniqueNames } from './unique-names.ts';
import { cellText, list, sortKeys } from './values.ts';

/** Clients of one verdict. */
export type Verdict = 'confirmed' | 'undetermined';

/** What the report is made from. */
export interface ReportInput {
  readonly window: MicrosWindow;
  readonly findings: Findings;
  /** Databases by the rank of their sources. */
  readonly databaseOfRank: readonly string[];
  /** By verdict, whether every value of a group's field is an integer; in the order of the groups. */
  readonly idsAreIntegers: Readonly<Record<Verdict, readonly boolean[]>>;
  /** Absent where the rows are no verdicts. */
  readonly confidence?: Confidence;
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
export function listedClients({ findings, idsAreIntegers }: ReportInput, verdict: Verdict): Sql {
  const { groups } = findings;
  const ids = groups.flatMap(({ column }, place) => idOrder(idsAreIntegers[verdict][place] ?? false)(column));
  return sql`SELECT ${list(keptColumns(findings))} FROM ${findings.table} WHERE ${findings[verdict]}
    ORDER BY ${list([...ids, ...findings.order, sql`1`])}`;
}

/**
 * What is stored of a report: position, client, events, and the evidence of each event. `listed` is a table of
 * {@link listedClients}; where it has no rows, no evidence is looked for.
 */
export function reportStatement({ findings, confidence }: ReportInput, listed: { readonly table: Sql; readonly isEmpty: boolean }): Sql {
  const kept = keptColumns(findings).map((column) => sql`client.${column}`);
  const evidence = evidenceOfTypes(findings);
  const found = evidence.flatMap(({ columns }, place) =>
    columns.map((_, slot) => sql`${rowsName(place)}.${columnAt(slot)} AS ${evidenceName(place, slot)}`),
  );
  const shares = highestShares(findings, confidence, listed.table);
  const joins = evidence.flatMap(({ rows }, place) => {
    if (rows === undefined) return [];
    const key = findings.types[place]?.key ?? sql`NULL`;
    return [sql` LEFT JOIN ${rows} AS ${rowsName(place)} ON ${rowsName(place)}.place = ${placeOfKey(sql`client.${key}`)}`];
  });
  return sql`SELECT client.rowid AS position, ${list([...kept, ...found, ...shares.map(({ column }) => column)])}
    FROM ${listed.table} AS client ${joinSql([...joins, ...shares.map(({ join }) => join)], sql``)} ${listed.isEmpty ? sql`WHERE FALSE` : sql``}`;
}

/** How a stored report is read: what follows from the events is computed then. */
export function reportRelation(input: ReportInput, verdict: Verdict, table: Sql): Sql {
  const { types } = input.findings;
  const values = allColumns(input, verdict).map((column, place) => sql`${column.value} AS ${columnAt(place)}`);
  const places = types.map((type, place) => sql`${placeOfKey(type.key)} AS ${placeName(place)}`);
  const times = types.map(
    (type, place) => sql`make_timestamp(${constant(input.window.from)} + ${microsOfKey(type.key)}) AS ${timeName(place)}`,
  );
  return sql`(SELECT position, ${list(values)} FROM (SELECT *, ${list([...places, ...times])} FROM ${table}) AS report)`;
}

function keptColumns({ groups, types, measures, carried }: Findings): readonly Sql[] {
  return [...groups.map(({ column }) => column), ...types.map(({ key }) => key), ...measures.map(({ column }) => column), ...carried];
}

/** Whether an id is an integer of any length. */
export function isIntegerId(id: Sql): Sql {
  return sql`regexp_full_match(${id}, '[+-]?[0-9]+')`;
}

function idOrder(idsAreIntegers: boolean): StoredColumn['order'] {
  return (column) => (idsAreIntegers ? [sql`CAST(${column} AS BIGNUM)`, column] : [column]);
}

function allColumns(input: ReportInput, verdict: Verdict): readonly ReportColumn[] {
  const { groups, types, measures, missing, verdictText } = input.findings;
  const text = (column: Sql): Sql => column;
  const ids = groups.map(({ name, column }, place): ReportColumn => ({
    name,
    kind: 'text',
    value: column,
    stored: { text, order: idOrder(input.idsAreIntegers[verdict][place] ?? false) },
  }));
  const perType = types.flatMap(({ name }, place): ReportColumn[] => [
    { name: `${name}_change_time`, kind: 'instant', value: timeName(place) },
    { name: `${name}_source_db`, kind: 'text', value: databaseOf(input, place) },
  ]);
  const summary: readonly ReportColumn[] = [
    { name: 'earliest_change', kind: 'instant', value: earliest(types) },
    { name: 'latest_change', kind: 'instant', value: latest(types) },
    hoursColumn(types),
    { name: 'verdict', kind: 'text', value: verdictText ?? sql`${verdict}` },
    { name: 'missing_sources', kind: 'text', value: missing },
  ];
  // What the rule is about, or when a window holds, is read first.
  const figures = measures.map(({ name, kind, column }): ReportColumn => ({ name, kind, value: column }));
  return [...ids, ...figures, ...perType, ...summary, ...evidenceColumns(input.findings), ...confidenceColumn(input, verdict)];
}

/** Last, so that every other column has the place it has always had. */
function confidenceColumn({ findings, confidence }: ReportInput, verdict: Verdict): readonly ReportColumn[] {
  if (confidence === undefined) return [];
  const stored: ReportColumn['stored'] = {
    text: (column) => sql`rtrim(rtrim(CAST(${column} * CAST(0.0001 AS DECIMAL(9,4)) AS VARCHAR), '0'), '.')`,
    order: (column) => [column],
  };
  return [{ name: 'confidence', kind: 'double', value: confidenceValue(findings, confidence, verdict), stored }];
}

/** Kept as whole tenths of a nanohour, so that each microsecond makes a difference and none is rounded by a double. */
function hoursColumn(types: readonly FoundType[]): ReportColumn {
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

function earliest(types: readonly FoundType[]): Sql {
  return sql`least(${list(types.map((_, place) => timeName(place)))})`;
}

function latest(types: readonly FoundType[]): Sql {
  return sql`greatest(${list(types.map((_, place) => timeName(place)))})`;
}

function databaseOf(input: ReportInput, place: number): Sql {
  return sql`list_extract(CAST(${input.databaseOfRank} AS VARCHAR[]), ${rankOfPlace(placeName(place))} + 1)`;
}

function evidenceOfTypes({ types }: Findings): readonly Evidence[] {
  return types.map(({ sources }) => evidenceOf(sources));
}

function evidenceColumns(findings: Findings): readonly ReportColumn[] {
  return evidenceOfTypes(findings).flatMap(({ columns }, place) =>
    columns.map(({ name, kind }, slot) => ({
      name: `${findings.types[place]?.name ?? ''}_${name}`,
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
