/**
 * How a result is fetched without losing anything.
 *
 * The Thin library reads DATE and TIMESTAMP into JavaScript dates: microseconds are cut off and the years 1 to 99 become
 * 1901 to 1999 (both seen in its tests here). So the database writes times out: the statement becomes the inline view of
 * one that has every time as text, `SELECT "ID", LTRIM(TO_CHAR("AT", '…')) "AT" FROM (…)`. The order of its rows stays as
 * it was. NUMBER is fetched as text too, beyond what a JavaScript number holds exactly.
 */
import type { DbType, Metadata } from 'oracledb';
import oracledb from 'oracledb';
import type { Column, ColumnKind } from '../../model/column.ts';
import { CamError, failure } from '../../model/failure.ts';

/** What the library tells of a column, as far as it decides how it is fetched. */
export type ColumnMetadata = Pick<Metadata<object>, 'name' | 'dbType' | 'dbTypeName' | 'precision' | 'scale'> & {
  /** As the database has it; the library gives the second column of a name another one. */
  readonly dbColumnName?: string;
};

const longTypes: readonly (DbType | undefined)[] = [oracledb.DB_TYPE_CLOB, oracledb.DB_TYPE_NCLOB, oracledb.DB_TYPE_LONG];

/** What is known of one column. */
interface ColumnPlan {
  readonly column: Column;
  /** The expression in the statement around; absent where the column is fetched as it is. */
  readonly expression?: (quoted: string) => string;
  /** The type to fetch it as; absent: the library's own choice. */
  readonly fetchAs?: DbType;
}

/** How to run a statement whose columns are known. */
export interface FetchPlan {
  readonly columns: readonly Column[];
  /** The statement to run; the original text stands in it from `originalAt` on. */
  readonly sql: string;
  readonly originalAt: number;
  /** How each column is fetched, by its place. */
  readonly fetchTypes: readonly (DbType | undefined)[];
  /** Columns that arrive as numbers' text. */
  readonly decimals: readonly number[];
  /** Whether a row may hold a text of any length. */
  readonly hasLongTexts: boolean;
  /** What the result must be described as when the statement is run. */
  readonly expected: readonly string[];
}

/** Described columns; also where nothing is to be fetched. @throws CamError `spool.value` for a type that cannot be kept */
export function describedColumns(metadata: readonly ColumnMetadata[]): readonly Column[] {
  return metadata.map((column) => columnPlan(column).column);
}

/** Plans a statement. @throws CamError `spool.value`, `sql.columns` */
export function fetchPlan(sql: string, metadata: readonly ColumnMetadata[]): FetchPlan {
  const plans = metadata.map(columnPlan);
  const columns = plans.map(({ column }) => column);
  const common = {
    columns,
    fetchTypes: plans.map(({ fetchAs }) => fetchAs),
    decimals: columns.flatMap(({ kind }, index) => (kind === 'decimal' ? [index] : [])),
    hasLongTexts: metadata.some(({ dbType }) => longTypes.includes(dbType)),
    expected: plans.map(({ expression }, index) => (expression === undefined ? descriptionOf(metadata[index]) : writtenOut)),
  };
  if (plans.every(({ expression }) => expression === undefined)) return { ...common, sql, originalAt: 0 };
  const names = metadata.map(databaseName);
  assertNameable(names);
  const selected = plans.map(({ expression }, index) => {
    const quoted = `"${names[index] ?? ''}"`;
    return expression === undefined ? quoted : `${expression(quoted)} ${quoted}`;
  });
  const head = `SELECT ${selected.join(', ')} FROM (\n`;
  // On lines of its own: the statement may end with a comment.
  return { ...common, sql: `${head}${sql}\n)`, originalAt: head.length };
}

/** What a time is described as once the database writes it out. */
const writtenOut = 'VARCHAR2';

/** The part of a column's description that decides how it is fetched. */
function descriptionOf(metadata: ColumnMetadata | undefined): string {
  if (metadata?.dbType !== oracledb.DB_TYPE_NUMBER) return metadata?.dbTypeName ?? '';
  return `NUMBER(${String(metadata.precision)},${String(metadata.scale)})`;
}

/**
 * Whether a result is what was planned. It is not where a table was changed in between, or where a column is nothing but a
 * bind variable, whose type nobody knows before it has a value.
 * @throws CamError `sql.columns`
 */
export function assertAsPlanned(plan: FetchPlan, metadata: readonly ColumnMetadata[]): void {
  const found = metadata.map(descriptionOf);
  const index = plan.expected.findIndex((expected, place) => found[place] !== expected);
  if (index < 0 && found.length === plan.expected.length) return;
  throw new CamError(
    failure('sql.columns', {
      message: `Column ${plan.columns[index]?.name ?? String(found.length)} has another type when the query runs than when it was described.`,
      action: 'Write CAST(… AS its type) around a bind variable that is a column of its own; otherwise run the missing sources again.',
    }),
  );
}

/** The year with its sign: years before Christ are told from ours. */
const dateFormat = 'SYYYY-MM-DD HH24:MI:SS';
const timestampFormat = `${dateFormat}.FF6`;

/** Without the blank that stands for the sign of our years. */
function written(time: string, format: string): string {
  return `LTRIM(TO_CHAR(${time}, '${format}'))`;
}

/** Digits of a NUMBER that a JavaScript number holds exactly, whatever they are. */
const safeDigits = 15;

function columnPlan({ name, dbType, precision, scale }: ColumnMetadata): ColumnPlan {
  const as = (kind: ColumnKind, fetchAs?: DbType): ColumnPlan => ({
    column: { name, kind },
    ...(fetchAs === undefined ? {} : { fetchAs }),
  });
  const time = (kind: 'timestamp' | 'instant', expression: (quoted: string) => string): ColumnPlan => ({
    column: { name, kind },
    expression,
  });
  switch (dbType) {
    case oracledb.DB_TYPE_VARCHAR:
    case oracledb.DB_TYPE_NVARCHAR:
    case oracledb.DB_TYPE_CHAR:
    case oracledb.DB_TYPE_NCHAR:
      return as('text');
    case oracledb.DB_TYPE_CLOB:
    case oracledb.DB_TYPE_NCLOB:
    case oracledb.DB_TYPE_LONG:
    case oracledb.DB_TYPE_RAW:
    case oracledb.DB_TYPE_ROWID:
      return as('text', oracledb.DB_TYPE_VARCHAR);
    case oracledb.DB_TYPE_NUMBER:
      if (scale === 0 && precision !== undefined && precision > 0 && precision <= safeDigits) return as('integer');
      return as('decimal', oracledb.DB_TYPE_VARCHAR);
    case oracledb.DB_TYPE_BINARY_DOUBLE:
    case oracledb.DB_TYPE_BINARY_FLOAT:
      return as('double');
    case oracledb.DB_TYPE_BOOLEAN:
      return as('boolean');
    case oracledb.DB_TYPE_DATE:
      return time('timestamp', (quoted) => written(quoted, dateFormat));
    case oracledb.DB_TYPE_TIMESTAMP:
      return time('timestamp', (quoted) => written(quoted, timestampFormat));
    case oracledb.DB_TYPE_TIMESTAMP_TZ:
      return time('instant', (quoted) => written(`SYS_EXTRACT_UTC(${quoted})`, timestampFormat));
    case oracledb.DB_TYPE_TIMESTAMP_LTZ:
      return time('instant', (quoted) => written(`SYS_EXTRACT_UTC(CAST(${quoted} AS TIMESTAMP WITH TIME ZONE))`, timestampFormat));
    case oracledb.DB_TYPE_INTERVAL_DS:
    case oracledb.DB_TYPE_INTERVAL_YM:
      return { column: { name, kind: 'text' }, expression: (quoted) => `TO_CHAR(${quoted})` };
    default:
      throw new CamError(
        failure('spool.value', {
          message: `Column ${name} is of type ${dbType?.columnTypeName ?? 'unknown'}, which cannot be kept.`,
          action: 'Cast the column to text in the SQL file, or take it out.',
        }),
      );
  }
}

function databaseName({ name, dbColumnName }: ColumnMetadata): string {
  return dbColumnName ?? name;
}

/** The statement around names every column, so each must have a name of its own that can be written. */
function assertNameable(names: readonly string[]): void {
  const bad = names.find(
    (name, index) => names.indexOf(name) !== index || name === '' || name.includes('"') || Buffer.byteLength(name) > 128,
  );
  if (bad === undefined) return;
  throw new CamError(
    failure('sql.columns', {
      message: `The result's column ${bad === '' ? 'without a name' : bad} cannot be told from the others by its name.`,
      action: 'Give every expression in the SQL file a short alias of its own.',
    }),
  );
}
