/**
 * Oracle's SQL for DuckDB, as far as the shipped queries, the program's own statements and ordinary test queries need
 * it, and no further:
 * - `:name` becomes `$1`, `$2`, … by distinct name;
 * - the words SYSTIMESTAMP, SYSDATE, CURRENT_DATE become expressions;
 * - DUAL is a table; TO_CHAR, SYS_EXTRACT_UTC and NVL are macros (format elements: YYYY, SYYYY, MM, DD, HH24, MI, SS, FF,
 *   FF3, FF6).
 * Everything else passes as it is.
 */
import { bindOccurrences, sqlPieces } from './sql-lexer.ts';

/**
 * Statements that make a DuckDB database answer Oracle's names. They are run once, in the schema `main`. The interval in
 * TO_CHAR makes a TIMESTAMP of every type of time: the nanoseconds that strftime would take a TIMESTAMP_S for begin in 1677.
 */
export const oracleNames: readonly string[] = [
  "CREATE TABLE main.dual AS SELECT 'X' AS dummy",
  `CREATE MACRO main.oracle_format(f) AS ${formatReplacements()}`,
  'CREATE MACRO main.to_char(x) AS CAST(x AS VARCHAR), (x, f) AS strftime(x + INTERVAL 0 DAY, main.oracle_format(f))',
  "CREATE MACRO main.sys_extract_utc(x) AS (x AT TIME ZONE 'UTC')",
  'CREATE MACRO main.nvl(a, b) AS coalesce(a, b)',
];

function formatReplacements(): string {
  const elements = [
    ['SYYYY', ' %Y'],
    ['YYYY', '%Y'],
    ['HH24', '%H'],
    ['FF6', '%f'],
    ['FF3', '%g'],
    ['FF', '%f'],
    ['MM', '%m'],
    ['DD', '%d'],
    ['MI', '%M'],
    ['SS', '%S'],
  ] as const;
  return elements.reduce((inner, [from, to]) => `replace(${inner}, '${from}', '${to}')`, 'f');
}

const words: Readonly<Record<string, string>> = {
  SYSTIMESTAMP: 'now()',
  SYSDATE: "date_trunc('second', now() AT TIME ZONE 'UTC')",
  CURRENT_DATE: "date_trunc('second', now() AT TIME ZONE 'UTC')",
};

/** A statement for DuckDB. */
export interface AdaptedSql {
  readonly sql: string;
  /** Distinct bind names; name `n` is parameter `$n+1`. */
  readonly bindNames: readonly string[];
  /** The position in the original text of a position in `sql`. */
  originalPosition(position: number): number;
}

/**
 * Adapts one statement. With `describing` binds become NULL: with a parameter of unknown type DuckDB does not look at
 * the rest of the statement before it has a value.
 */
export function adaptSql(original: string, describing = false): AdaptedSql {
  const names = new Map(bindOccurrences(original).map(({ start, name }) => [start, name]));
  const bindNames = [...new Set(names.values())];
  const shifts: { readonly at: number; readonly original: number }[] = [];
  let sql = '';
  for (const piece of sqlPieces(original)) {
    shifts.push({ at: sql.length, original: piece.start });
    const text = original.slice(piece.start, piece.end);
    if (piece.kind === 'bind') sql += describing ? 'NULL' : `$${String(bindNames.indexOf(names.get(piece.start) ?? '') + 1)}`;
    else if (piece.kind === 'word') sql += words[text.toUpperCase()] ?? text;
    else sql += text;
  }
  return {
    sql,
    bindNames,
    originalPosition: (position) => {
      const shift = shifts.findLast(({ at }) => at <= position);
      return shift === undefined ? position : Math.min(shift.original + position - shift.at, original.length);
    },
  };
}

/** Names as Oracle reports them: upper case unless the statement quotes them so. */
export function oracleName(name: string, sql: string): string {
  return sql.includes(`"${name}"`) ? name : name.toUpperCase();
}
