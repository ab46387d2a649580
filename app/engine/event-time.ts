/** When a row happened: the time column of a source as microseconds since 1970-01-01 UTC. */
import { assertNever } from '../base/assert-never.ts';
import type { Column } from '../model/column.ts';
import { CamError, failure } from '../model/failure.ts';
import { microsOfInstant } from '../model/instant.ts';
import type { Window } from '../model/plan.ts';
import { constant, type Sql, sql } from './sql.ts';

/** Further from UTC than any zone has ever been. */
const largestOffsetMicros = 26n * 3_600_000_000n;

/** The range of time that the merge looks at, in microseconds since 1970-01-01 UTC, both ends inclusive. */
export interface MicrosWindow {
  readonly from: bigint;
  readonly to: bigint;
}

/** The window in microseconds. */
export function microsOfWindow(window: Window): MicrosWindow {
  return { from: microsOfInstant(window.from), to: microsOfInstant(window.to) };
}

/** How the time column of a source is read. */
export interface EventTime {
  /** BIGINT of microseconds in UTC; NULL where there is no time, or one at infinity. */
  readonly micros: Sql;
  /** True where there is no time. */
  readonly isMissing: Sql;
  /** A cheap condition that holds for every row of the window (and for others), so that few rows go through `micros`. */
  readonly near: Sql;
  /** True where a text is not a time; absent where the kind leaves no doubt. */
  readonly isWrong?: Sql;
}

/**
 * The time column of a source. A zone-less time is read in `zone`. In the night in which clocks are set back, a time that
 * happens twice counts as the second one; in the other night, a time that the clocks skip counts as so much later.
 * @throws CamError `sql.columns` when the column's kind holds no times
 */
export function eventTime(column: Sql, described: Column, zone: string, window: MicrosWindow): EventTime {
  const isMissing = sql`${column} IS NULL`;
  switch (described.kind) {
    case 'timestamp':
      return { micros: sql`epoch_us(${inZone(column, zone)})`, isMissing, near: near(column, window) };
    case 'instant':
      return { micros: sql`epoch_us(${column})`, isMissing, near: near(column, window) };
    case 'text':
      return textTime(column, zone);
    case 'integer':
    case 'decimal':
    case 'double':
    case 'boolean':
      throw new CamError(
        failure('sql.columns', {
          message: `The time column ${described.name} holds ${described.kind} values, not times.`,
          action: 'Convert it to a timestamp in the SQL file, or set time_column for this query in databases.yaml.',
        }),
      );
    default:
      return assertNever(described.kind);
  }
}

/** The failure for texts that are not times; `example` is one of them. */
export function wrongTimes(column: Column, example: string, count: bigint): CamError {
  const shown = example.length > 60 ? `${example.slice(0, 60)}…` : example;
  return new CamError(
    failure('spool.value', {
      message: `The time column ${column.name} is text, and ${count.toString()} of its values cannot be read as a time, such as “${shown}”.`,
      action:
        'Convert it to a timestamp in the SQL file, or give it as 2026-11-20 14:00:00, with an offset where it has one and at most six digits of fraction.',
    }),
  );
}

/** The moment of a zone-less time. See {@link eventTime} for the nights in which clocks are changed. */
export function inZone(column: Sql, zone: string): Sql {
  return zone === 'UTC' ? column : sql`timezone(${zone}, ${column})`;
}

/** Compared as the wall clock shows, so that the spool's own statistics can leave whole blocks of rows out. */
function near(column: Sql, window: MicrosWindow): Sql {
  const from = constant(window.from - largestOffsetMicros);
  const to = constant(window.to + largestOffsetMicros);
  return sql`${column} BETWEEN make_timestamp(CAST(${from} AS BIGINT)) AND make_timestamp(CAST(${to} AS BIGINT))`;
}

const date = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const time = '[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6}0*)?)?';
const localPattern = `${date}([T ]${time})?`;
const zonedPattern = `${date}[T ]${time}(Z|[+-][0-9]{2}(:?[0-9]{2})?)`;

function textTime(column: Sql, zone: string): EventTime {
  const text = sql`trim(${column})`;
  const micros = sql`CASE
    WHEN regexp_full_match(${text}, ${localPattern}) THEN epoch_us(${inZone(sql`TRY_CAST(${text} AS TIMESTAMP)`, zone)})
    WHEN regexp_full_match(${text}, ${zonedPattern}) THEN epoch_us(TRY_CAST(${text} AS TIMESTAMPTZ)) END`;
  const isMissing = sql`(${column} IS NULL OR ${text} = '')`;
  return { micros, isMissing, near: sql`TRUE`, isWrong: sql`(NOT ${isMissing} AND ${micros} IS NULL)` };
}
