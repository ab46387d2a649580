/** PostgreSQL's types as the program's kinds of columns, and its text values without loss. */
import type { Column, ColumnKind } from '../../model/column.ts';
import { CamError, failure } from '../../model/failure.ts';
import type { Batch } from '../driver.ts';
import { microsOfDate, microsOfTimestamp } from './postgres-time.ts';

/** A column of a result and how its text is made a value; `read` is absent where the text is the value. It never sees NULL. */
export interface PostgresColumn {
  readonly column: Column;
  readonly read?: (text: string) => unknown;
}

type Reader = (text: string) => unknown;

/**
 * Kinds by the number of the type (`pg_type.dat` of PostgreSQL's sources; these numbers never change). Everything else
 * (uuid, json, arrays, intervals, enumerations, …) is kept as PostgreSQL writes it as text.
 */
const types: Readonly<Record<number, readonly [kind: ColumnKind, read: Reader]>> = {
  16: ['boolean', (text) => text === 't'],
  17: ['text', (text) => text.replace(/^\\x/, '')],
  20: ['integer', BigInt],
  21: ['integer', Number],
  23: ['integer', Number],
  26: ['integer', Number],
  700: ['double', Number],
  701: ['double', Number],
  1082: ['timestamp', microsOfDate],
  1114: ['timestamp', microsOfTimestamp],
  1184: ['instant', microsOfTimestamp],
};
/** Kept as text, but as a number: digits are exact, `NaN` and `Infinity` stand for themselves. */
const numeric = 1700;

/** How a column of a type is read. */
export function postgresColumn(name: string, typeId: number): PostgresColumn {
  if (typeId === numeric) return { column: { name, kind: 'decimal' } };
  const known = types[typeId];
  if (known === undefined) return { column: { name, kind: 'text' } };
  const [kind, read] = known;
  const isTime = kind === 'timestamp' || kind === 'instant';
  return { column: isTime ? { name, kind, encoding: 'micros' } : { name, kind }, read };
}

/** Rows of texts as columns of values. @throws CamError `spool.value` for a time that 64 bits of microseconds cannot hold */
export function batchOf(rows: readonly (readonly (string | null)[])[], columns: readonly PostgresColumn[]): Batch {
  return { rowCount: rows.length, columns: columns.map(({ column, read }, index) => valuesOf(rows, index, column.name, read)) };
}

function valuesOf(
  rows: readonly (readonly (string | null)[])[],
  index: number,
  name: string,
  read: Reader | undefined,
): readonly unknown[] {
  const values = new Array<unknown>(rows.length);
  try {
    for (let row = 0; row < rows.length; row += 1) {
      const text = rows[row]?.[index] ?? null;
      values[row] = text === null || read === undefined ? text : read(text);
    }
  } catch (error) {
    throw new CamError(failure('spool.value', { message: `Column ${name} holds a time too far away to be kept.` }), { cause: error });
  }
  return values;
}
