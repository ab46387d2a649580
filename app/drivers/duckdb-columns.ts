/** DuckDB's types as the program's kinds of columns, and its values without loss. */
import type { DuckDBDataChunk, DuckDBValue } from '@duckdb/node-api';
import type { Column, ColumnKind } from '../model/column.ts';
import { CamError, failure } from '../model/failure.ts';
import type { Batch } from './driver.ts';

/** A column of a result and how its values are made ours; `read` is absent where they are ours already. It never sees NULL. */
export interface DuckdbColumn {
  readonly column: Column;
  readonly read?: (value: unknown) => unknown;
}

type Reader = (value: unknown) => unknown;

/** Kinds by DuckDB's name of the type; everything else (UUID, lists, intervals, …) is kept as DuckDB writes it as text. */
const types: Readonly<Record<string, readonly [kind: ColumnKind, read?: Reader]>> = {
  VARCHAR: ['text'],
  BOOLEAN: ['boolean'],
  TINYINT: ['integer'],
  SMALLINT: ['integer'],
  INTEGER: ['integer'],
  BIGINT: ['integer'],
  UTINYINT: ['integer'],
  USMALLINT: ['integer'],
  UINTEGER: ['integer'],
  UBIGINT: ['decimal', String],
  HUGEINT: ['decimal', String],
  UHUGEINT: ['decimal', String],
  BIGNUM: ['decimal', String],
  DECIMAL: ['decimal', String],
  FLOAT: ['double'],
  DOUBLE: ['double'],
  DATE: ['timestamp', (value) => microsOfDate((value as { days: number }).days)],
  TIMESTAMP: ['timestamp', (value) => (value as { micros: bigint }).micros],
  TIMESTAMP_S: ['timestamp', (value) => scaled((value as { seconds: bigint }).seconds, 1_000_000n)],
  TIMESTAMP_MS: ['timestamp', (value) => scaled((value as { millis: bigint }).millis, 1000n)],
  TIMESTAMP_NS: ['timestamp', (value) => microsOfNanos((value as { nanos: bigint }).nanos)],
  'TIMESTAMP WITH TIME ZONE': ['instant', (value) => (value as { micros: bigint }).micros],
};

/** How a column of a type is read. `typeName` is the type as DuckDB writes it, such as `DECIMAL(9,2)` or `INTEGER[]`. */
export function duckdbColumn(name: string, typeName: string): DuckdbColumn {
  const isList = typeName.endsWith(']');
  const [kind, read] = (isList ? undefined : types[typeName.replace(/\(.*$/s, '')]) ?? ['text', String];
  const isTime = kind === 'timestamp' || kind === 'instant';
  const column: Column = isTime ? { name, kind, encoding: 'micros' } : { name, kind };
  return read === undefined ? { column } : { column, read: naming(name, read) };
}

/** The rows of a chunk. @throws CamError `spool.value` for a time that 64 bits of microseconds cannot hold */
export function batchOf(chunk: DuckDBDataChunk, columns: readonly DuckdbColumn[]): Batch {
  const read = ({ read }: DuckdbColumn, index: number): readonly unknown[] => {
    const values = chunk.getColumnValues(index);
    return read === undefined ? values : values.map((value: DuckDBValue) => (value === null ? null : read(value)));
  };
  return { rowCount: chunk.rowCount, columns: columns.map(read) };
}

/** DuckDB's infinities are the ends of its integers; they stay the ends of ours, outside every window. */
const positiveInfinity = 2n ** 63n - 1n;
const infiniteDays = 2 ** 31 - 1;
const microsPerDay = 86_400_000_000n;

function microsOfDate(days: number): bigint {
  if (Math.abs(days) === infiniteDays) return days > 0 ? positiveInfinity : -positiveInfinity;
  return within64Bits(BigInt(days) * microsPerDay);
}

function scaled(value: bigint, factor: bigint): bigint {
  if (value === positiveInfinity || value === -positiveInfinity) return value;
  return within64Bits(value * factor);
}

/** Whole microseconds; what is below one is cut off, towards the past. */
function microsOfNanos(nanos: bigint): bigint {
  if (nanos === positiveInfinity || nanos === -positiveInfinity) return nanos;
  return (nanos - (((nanos % 1000n) + 1000n) % 1000n)) / 1000n;
}

function within64Bits(micros: bigint): bigint {
  if (BigInt.asIntN(64, micros) !== micros) throw new RangeError('the time needs more than 64 bits of microseconds');
  return micros;
}

function naming(name: string, read: Reader): Reader {
  return (value) => {
    try {
      return read(value);
    } catch (error) {
      throw new CamError(failure('spool.value', { message: `Column ${name} holds a time too far away to be kept.` }), { cause: error });
    }
  };
}
