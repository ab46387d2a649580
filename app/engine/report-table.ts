/** The merged report: which columns it has, what is stored of it, and how that is read. */
import { assertNever } from '../base/assert-never.ts';
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
  /** By verdict, how the values of each group's field are compared. */
  readonly idsAre: Readonly<Record<Verdict, readonly IdsAre[]>>;
  /** Absent where the rows are no verdicts. */
  readonly confidence?: Confidence;
}

/**
 * What all ids of a table are: `short` integers fit into 64 bits and are each written in one way only, so that the number alone
 * sorts them (measured: a quarter faster); other integers (`007`, thirty digits) sort as numbers, then as texts.
 */
export type IdsAre = 'short' | 'integers' | 'texts';

/** A column of the report with the piece that gives its value. */
interface ReportColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly value: Sql;
  readonly stored?: Pick<StoredColumn, 'text' | 'order'>;
}

/** The report's columns, in their order; `later` of them, the last ones, are read from {@link reportStatement} only. */
export function reportColumns(input: ReportInput, verdict: Verdict): { readonly columns: readonly StoredColumn[]; readonly later: number } {
  const later = laterColumns(input, verdict);
  const all = [...clientColumns(input, verdict), ...later];
  const names = uniqueNames(all.map((column) => column.name));
  const columns = all.map(({ kind, stored }, place) => ({
    name: names[place] ?? '',
    kind,
    text: stored?.text ?? ((column) => cellText(column, kind)),
    order: stored?.order ?? ((column) => sortKeys(column, kind)),
  }));
  return { columns, later: later.length };
}

/** The clients of the report by id, with their events; the place of a row is its position. Few columns are quickly sorted. */
export function listedClients({ findings, idsAre }: ReportInput, verdict: Verdict): Sql {
  const { groups } = findings;
  const ids = groups.flatMap(({ column }, place) => idOrder(idsAre[verdict][place])(column));
  const order = [...ids, ...findings.order];
  const sorted = order.length === 0 ? sql`` : sql`ORDER BY ${list(order)}`;
  return sql`SELECT ${list(keptColumns(findings))} FROM ${findings.table} WHERE ${findings[verdict]} ${sorted}`;
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

/**
 * How a stored report is read, from a relation of {@link listedClients} with `position`, or, with its evidence, from one of
 * {@link reportStatement}: what follows from the events is computed then.
 */
export function reportRelation(input: ReportInput, verdict: Verdict, table: Sql, columns: 'clients' | 'whole'): Sql {
  const { types } = input.findings;
  const read = columns === 'whole' ? [...clientColumns(input, verdict), ...laterColumns(input, verdict)] : clientColumns(input, verdict);
  const values = read.map((column, place) => sql`${column.value} AS ${columnAt(place)}`);
  const places = types.map((type, place) => sql`${placeOfKey(type.key)} AS ${placeName(place)}`);
  const times = types.map(
    (type, place) => sql`make_timestamp(${constant(input.window.from)} + ${microsOfKey(type.key)}) AS ${timeName(place)}`,
  );
  return sql`(SELECT position, ${list(values)} FROM (SELECT *, ${list([...places, ...times])} FROM ${table}) AS report)`;
}

function keptColumns({ groups, types, measures, carried }: Findings): readonly Sql[] {
  return [...groups.map(({ column }) => column), ...types.map(({ key }) => key), ...measures.map(({ column }) => column), ...carried];
}

function idOrder(idsAre: IdsAre = 'texts'): StoredColumn['order'] {
  switch (idsAre) {
    case 'short':
      return (column) => [sql`CAST(${column} AS BIGINT)`];
    case 'integers':
      return (column) => [sql`CAST(${column} AS BIGNUM)`, column];
    case 'texts':
      return (column) => [column];
    default:
      return assertNever(idsAre);
  }
}

function clientColumns(input: ReportInput, verdict: Verdict): readonly ReportColumn[] {
  const { groups, types, measures, missing, verdictText } = input.findings;
  const text = (column: Sql): Sql => column;
  const ids = groups.map(({ name, column }, place): ReportColumn => ({
    name,
    kind: 'text',
    value: column,
    stored: { text, order: idOrder(input.idsAre[verdict][place]) },
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
  return [...ids, ...figures, ...perType, ...summary];
}

/** What is read later than the rest: the evidence, and the confidence last, so that every other column has the place it has always had. */
function laterColumns(input: ReportInput, verdict: Verdict): readonly ReportColumn[] {
  return [...evidenceColumns(input.findings), ...confidenceColumn(input, verdict)];
}

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
