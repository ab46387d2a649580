/** How values of each kind are compared, sorted and written: pieces of SQL over one column of a spool or a stored table. */
import { assertNever } from '../base/assert-never.ts';
import type { ColumnKind } from '../model/column.ts';
import type { IdNormaliser } from '../model/database.ts';
import { joinSql, type Sql, sql } from './sql.ts';

/** A value of `kind` as the text of a cell (see `Cell`): exact, never rounded; NULL stays NULL. */
export function cellText(column: Sql, kind: ColumnKind): Sql {
  switch (kind) {
    case 'text':
    case 'decimal':
      return sql`${column}`;
    case 'integer':
    case 'boolean':
      return sql`CAST(${column} AS VARCHAR)`;
    case 'double':
      return doubleText(column, sql`1e15`);
    case 'timestamp':
      return sql`CASE WHEN epoch_us(${column}) % 1000000 = 0 THEN strftime(${column}, '%Y-%m-%d %H:%M:%S')
        ELSE strftime(${column}, '%Y-%m-%d %H:%M:%S.%f') END`;
    case 'instant':
      return sql`strftime(CAST(${column} AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%fZ')`;
    default:
      return assertNever(kind);
  }
}

/** What to sort a column by, the most important first. NULL gives NULL in the first key. */
export function sortKeys(column: Sql, kind: ColumnKind): readonly Sql[] {
  return kind === 'decimal' ? decimalKeys(column) : [column];
}

/**
 * A client id as text, so that ids of different kinds compare: a whole number has neither exponent nor decimal point,
 * whatever the kind of its column; an exact decimal keeps every digit.
 */
export function idText(column: Sql, kind: ColumnKind): Sql {
  switch (kind) {
    case 'decimal':
      return sql`CASE WHEN regexp_full_match(${column}, '[+-]?[0-9]+[.]0*') THEN split_part(${column}, '.', 1) ELSE ${column} END`;
    case 'double':
      // A double beyond 2^53 has lost digits before it came here; it is still written as a whole number.
      return doubleText(column, sql`1e38`);
    case 'text':
    case 'integer':
    case 'boolean':
    case 'timestamp':
    case 'instant':
      return cellText(column, kind);
    default:
      return assertNever(kind);
  }
}

/** What JavaScript's `trim` takes off, so that an id means the same everywhere in the program. */
const blanks =
  '\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';

/** The id after the source's normaliser. An id that is trimmed away is NULL; under `exact` a blank id is an ordinary id. */
export function normalisedId(id: Sql, normaliser: IdNormaliser): Sql {
  const trimmed = sql`nullif(trim(${id}, ${blanks}), '')`;
  switch (normaliser) {
    case 'exact':
      return id;
    case 'trim':
      return trimmed;
    case 'lower':
      return sql`lower(${trimmed})`;
    default:
      return assertNever(normaliser);
  }
}

/** Pieces with commas between them. */
export function list(pieces: readonly Sql[]): Sql {
  return joinSql(pieces, sql`, `);
}

/** Whole doubles below the limit are written as integers; the others in the shortest form that reads back the same. */
function doubleText(column: Sql, limit: Sql): Sql {
  return sql`CASE WHEN ${column} = trunc(${column}) AND abs(${column}) < ${limit}
    THEN CAST(CAST(${column} AS HUGEINT) AS VARCHAR) ELSE CAST(${column} AS VARCHAR) END`;
}

/**
 * Decimals of any length, exactly: by their double first, then, among those that share one, by sign and number of digits
 * before the point, then digit by digit (where negative by the complement of each, and the longer first: `~` follows every digit).
 */
function decimalKeys(column: Sql): readonly Sql[] {
  const digits = sql`ltrim(${column}, '+-0')`;
  const length = sql`length(split_part(${digits}, '.', 1))`;
  const negative = sql`starts_with(${column}, '-')`;
  return [
    sql`TRY_CAST(${column} AS DOUBLE)`,
    sql`CASE WHEN ${negative} THEN -${length} ELSE ${length} END`,
    sql`CASE WHEN ${negative} THEN NULL ELSE ${digits} END`,
    sql`CASE WHEN ${negative} THEN translate(${digits}, '0123456789', '9876543210') || '~' END`,
  ];
}
