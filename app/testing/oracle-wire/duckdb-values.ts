/** DuckDB's types and values as Oracle's, without loss. */
import {
  DuckDBDateValue,
  DuckDBDecimalType,
  DuckDBDecimalValue,
  DuckDBBlobValue,
  DuckDBIntervalValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api';
import { type WireBind } from './binds.ts';
import { type WireColumn, type WireType, type WireValue } from './columns.ts';

/** What DuckDB's types cannot say. */
export interface TypeChoices {
  /** Columns of type VARCHAR that are CLOB, in upper case. */
  readonly clobColumns: ReadonlySet<string>;
  /** What TIMESTAMP is; TIMESTAMP_S is DATE in any case. */
  readonly timestampAs: 'timestamp' | 'date';
  readonly hasBoolean: boolean;
}

/** How one column is described and its values turned. */
export interface ColumnMapping {
  readonly column: WireColumn;
  readonly convert: (value: DuckDBValue) => WireValue;
}

const integerDigits = new Map<DuckDBTypeId, number>([
  [DuckDBTypeId.TINYINT, 3],
  [DuckDBTypeId.SMALLINT, 5],
  [DuckDBTypeId.INTEGER, 10],
  [DuckDBTypeId.BIGINT, 19],
  [DuckDBTypeId.UTINYINT, 3],
  [DuckDBTypeId.USMALLINT, 5],
  [DuckDBTypeId.UINTEGER, 10],
  [DuckDBTypeId.UBIGINT, 20],
]);

/** Maps a column; a type that Oracle has no like of is sent as its text. */
export function mapColumn(name: string, type: DuckDBType, choices: TypeChoices): ColumnMapping {
  const digits = integerDigits.get(type.typeId);
  if (digits !== undefined) return { column: { name, type: 'number', precision: digits, scale: 0 }, convert: numberValue };
  if (type instanceof DuckDBDecimalType) {
    return { column: { name, type: 'number', precision: type.width, scale: type.scale }, convert: numberValue };
  }
  const is = (wireType: WireType, convert: (value: DuckDBValue) => WireValue, scale?: number): ColumnMapping => ({
    column: { name, type: wireType, ...(scale === undefined ? {} : { scale }) },
    convert,
  });
  switch (type.typeId) {
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
      return is('number', numberValue);
    case DuckDBTypeId.BOOLEAN:
      return choices.hasBoolean ? is('boolean', (value) => value === true) : numericBoolean(name);
    case DuckDBTypeId.DOUBLE:
      return is('binary_double', Number);
    case DuckDBTypeId.FLOAT:
      return is('binary_float', Number);
    case DuckDBTypeId.DATE:
    case DuckDBTypeId.TIMESTAMP_S:
      return is('date', timeValue);
    case DuckDBTypeId.TIMESTAMP_MS:
      return is('timestamp', timeValue, 3);
    case DuckDBTypeId.TIMESTAMP:
      return is(choices.timestampAs, timeValue);
    case DuckDBTypeId.TIMESTAMP_NS:
      return is('timestamp', timeValue, 9);
    case DuckDBTypeId.TIMESTAMP_TZ:
      return is('timestamptz', timeValue);
    case DuckDBTypeId.INTERVAL:
      return is('interval_ds', intervalValue);
    case DuckDBTypeId.BLOB:
      return is('raw', (value) => (value instanceof DuckDBBlobValue ? value.bytes : null));
    default:
      return is(choices.clobColumns.has(name) ? 'clob' : 'varchar', String);
  }
}

function numericBoolean(name: string): ColumnMapping {
  return { column: { name, type: 'number', precision: 1, scale: 0 }, convert: (value) => (value === true ? 1 : 0) };
}

function numberValue(value: DuckDBValue): WireValue {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (value instanceof DuckDBDecimalValue) return decimalText(value.value, value.scale);
  throw new TypeError(`number expected, got ${String(value)}`);
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return unscaled < 0n ? `-${text}` : text;
}

const microsOfDay = 86_400_000_000n;

function timeValue(value: DuckDBValue): WireValue {
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return value.micros;
  if (value instanceof DuckDBDateValue) return BigInt(value.days) * microsOfDay;
  if (value instanceof DuckDBTimestampSecondsValue) return value.seconds * 1_000_000n;
  if (value instanceof DuckDBTimestampMillisecondsValue) return value.millis * 1000n;
  if (value instanceof DuckDBTimestampNanosecondsValue) return nanosText(value.nanos);
  throw new TypeError(`time expected, got ${String(value)}`);
}

function nanosText(nanos: bigint): string {
  const fraction = ((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const seconds = new Date(Number((nanos - fraction) / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds.replace('T', ' ')}.${fraction.toString().padStart(9, '0')}`;
}

function intervalValue(value: DuckDBValue): WireValue {
  if (value instanceof DuckDBIntervalValue && value.months === 0) return BigInt(value.days) * microsOfDay + value.micros;
  throw new TypeError(`an interval of days and less expected, got ${String(value)}`);
}

/** A bound value for DuckDB. */
export function duckDbBind(bind: WireBind): DuckDBValue {
  switch (bind.kind) {
    case 'null':
      return null;
    case 'text':
    case 'double':
    case 'boolean':
      return bind.value;
    case 'number':
      return duckDbNumber(bind.value);
    case 'bytes':
      return new DuckDBBlobValue(bind.value);
    case 'timestamp':
      return new DuckDBTimestampValue(bind.micros);
    case 'instant':
      return new DuckDBTimestampTZValue(bind.micros);
  }
}

function duckDbNumber(text: string): DuckDBValue {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  if (fraction === '') return BigInt(text);
  const unscaled = BigInt(whole + fraction) * (text.startsWith('-') ? -1n : 1n);
  return new DuckDBDecimalValue(unscaled, Math.min(38, Math.max(whole.length + fraction.length, fraction.length + 1)), fraction.length);
}
