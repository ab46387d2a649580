/** Columns of a result: how they are described to the client, and how their values are written. */
import { encodeNumber, longestNumber } from './oracle-number.ts';
import {
  dateSize,
  encodeDate,
  encodeTimestamp,
  encodeZonedTimestamp,
  timestampSize,
  type WireTime,
  zonedTimestampSize,
} from './oracle-time.ts';
import { type WireWriter } from './wire-writer.ts';

/** The column types the listener can send. `timestampltz` is read by the client as UTC: the database's zone is +00:00. */
export type WireType =
  | 'varchar'
  | 'char'
  | 'nvarchar'
  | 'nchar'
  | 'number'
  | 'date'
  | 'timestamp'
  | 'timestamptz'
  | 'timestampltz'
  | 'binary_double'
  | 'binary_float'
  | 'boolean'
  | 'raw'
  | 'rowid'
  | 'interval_ds'
  | 'interval_ym'
  | 'long'
  | 'clob'
  | 'nclob'
  | 'blob';

/** One column as the database would describe it. */
export interface WireColumn {
  /** As Oracle gives names: upper case unless quoted. */
  readonly name: string;
  readonly type: WireType;
  /** Bytes of a text or RAW column; default 4000. */
  readonly size?: number;
  /** Digits of a NUMBER; both absent for a NUMBER without precision. */
  readonly precision?: number;
  readonly scale?: number;
  /** Default true. */
  readonly nullable?: boolean;
}

/**
 * A value by column type: text types and ROWID string; number: number, bigint or decimal text; times: see
 * {@link WireTime}; doubles: number; boolean; raw and blob: bytes; interval_ds: microseconds; interval_ym: months.
 */
export type WireValue = string | number | bigint | boolean | Uint8Array | null;

interface TypeFacts {
  /** Oracle's number of the type. */
  readonly number: number;
  /** 1: the database's character set, 2: the national one, 0: no text. */
  readonly form: 0 | 1 | 2;
  /** Fixed maximum size; 0 takes the column's own. Never 0 on the wire: the client then reads no value at all. */
  readonly size: number;
}

const facts: Readonly<Record<WireType, TypeFacts>> = {
  varchar: { number: 1, form: 1, size: 0 },
  nvarchar: { number: 1, form: 2, size: 0 },
  char: { number: 96, form: 1, size: 0 },
  nchar: { number: 96, form: 2, size: 0 },
  number: { number: 2, form: 0, size: 22 },
  long: { number: 8, form: 1, size: 0x7fff_ffff },
  rowid: { number: 11, form: 0, size: 18 },
  date: { number: 12, form: 0, size: dateSize },
  raw: { number: 23, form: 0, size: 0 },
  binary_float: { number: 100, form: 0, size: 4 },
  binary_double: { number: 101, form: 0, size: 8 },
  clob: { number: 112, form: 1, size: 4000 },
  nclob: { number: 112, form: 2, size: 4000 },
  blob: { number: 113, form: 0, size: 4000 },
  timestamp: { number: 180, form: 0, size: timestampSize },
  timestamptz: { number: 181, form: 0, size: zonedTimestampSize },
  interval_ym: { number: 182, form: 0, size: 5 },
  interval_ds: { number: 183, form: 0, size: 11 },
  timestampltz: { number: 231, form: 0, size: timestampSize },
  boolean: { number: 252, form: 0, size: 4 },
};

const utf8 = 873;
const utf16 = 2000;
const defaultTextSize = 4000;

/** Whether the client must be asked how it wants the column's values before any row is sent. */
export function isLob(column: WireColumn): boolean {
  return column.type === 'clob' || column.type === 'nclob' || column.type === 'blob';
}

/** Writes one column of a DESCRIBE message. `position` counts from 1. */
export function writeColumn(writer: WireWriter, column: WireColumn, position: number, fieldVersion: number): void {
  const { number, form, size } = facts[column.type];
  const { precision, scale } = precisionOf(column);
  const ownSize = column.size ?? defaultTextSize;
  const name = Buffer.from(column.name, 'utf8');
  writer.u8(number).u8(0).u8(precision).u8(scale);
  writer.ub(size === 0 ? ownSize : size, 0, 0, 0, 0);
  writer.ub(form === 0 ? 0 : form === 1 ? utf8 : utf16).u8(form);
  writer.ub(form === 0 ? 0 : ownSize);
  if (fieldVersion >= 8) writer.ub(0);
  writer.u8(column.nullable === false ? 0 : 1).u8(Math.min(name.length, 255));
  writer.ub(name.length).clr(name);
  writer.ub(0, 0, position, 0);
  if (fieldVersion >= 17) writer.ub(0, 0);
  if (fieldVersion >= 20) writer.ub(0);
  if (fieldVersion >= 24) writer.ub(0).u8(0).u8(0);
}

function precisionOf(column: WireColumn): { precision: number; scale: number } {
  if (column.type === 'number') {
    return { precision: column.precision ?? 0, scale: column.precision === undefined ? -127 : (column.scale ?? 0) };
  }
  const fractional = column.type.startsWith('timestamp') || column.type === 'interval_ds';
  return { precision: 0, scale: fractional ? (column.scale ?? 6) : 0 };
}

/** Writes one value of one column; a value of the wrong kind throws and leaves the writer to be truncated. */
export type ValueEncoder = (writer: WireWriter, value: WireValue) => void;

/** The encoder of a column's values. Columns with large objects need the client's wish instead: see `lobs.ts`. */
export function encoderOf(column: WireColumn): ValueEncoder {
  const encode = plainEncoder(column);
  // A null indicator and a return code follow every LONG.
  const isLong = column.type === 'long';
  return (writer, value) => {
    if (value === null) writer.u8(0);
    else encode(writer, value);
    if (isLong) writer.ub(0, 0);
  };
}

function plainEncoder(column: WireColumn): (writer: WireWriter, value: Exclude<WireValue, null>) => void {
  switch (column.type) {
    case 'varchar':
    case 'char':
    case 'long':
      return (writer, value) => writer.clrText(textOf(value));
    case 'nvarchar':
    case 'nchar':
      return (writer, value) => writer.clr(utf16Text(textOf(value)));
    case 'raw':
      return (writer, value) => writer.clr(bytesOf(value));
    case 'number':
      return (writer, value) => sized(writer, longestNumber + 1, (bytes, at) => encodeNumber(numberOf(value), bytes, at));
    case 'date':
      return (writer, value) => sized(writer, dateSize, (bytes, at) => encodeDate(timeOf(value), bytes, at));
    case 'timestamp':
    case 'timestampltz':
      return (writer, value) => sized(writer, timestampSize, (bytes, at) => encodeTimestamp(timeOf(value), bytes, at));
    case 'timestamptz':
      return (writer, value) => sized(writer, zonedTimestampSize, (bytes, at) => encodeZonedTimestamp(timeOf(value), bytes, at));
    case 'binary_double':
      return (writer, value) => writer.u8(8).raw(binaryFloat(doubleOf(value), 8));
    case 'binary_float':
      return (writer, value) => writer.u8(4).raw(binaryFloat(doubleOf(value), 4));
    case 'boolean':
      return (writer, value) => (value === true ? writer.u8(2).u8(1).u8(1) : writer.u8(1).u8(0));
    case 'rowid':
      return (writer, value) => writeRowid(writer, textOf(value));
    case 'interval_ds':
      return (writer, value) => writer.u8(11).raw(dayInterval(BigInt(numberOf(value))));
    case 'interval_ym':
      return (writer, value) => writer.u8(5).raw(monthInterval(Number(numberOf(value))));
    case 'clob':
    case 'nclob':
    case 'blob':
      throw new Error(`column ${column.name}: large objects are written by lobs.ts`);
  }
}

function sized(writer: WireWriter, most: number, encode: (bytes: Buffer, at: number) => number): void {
  const { bytes, at } = writer.reserve(1 + most);
  const size = encode(bytes, at + 1);
  bytes[at] = size;
  writer.advance(1 + size);
}

/** Text as the national character set has it. */
export function utf16Text(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

function textOf(value: WireValue): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`text expected, got ${typeof value}`);
}

function bytesOf(value: WireValue): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`bytes expected, got ${typeof value}`);
}

function numberOf(value: WireValue): number | bigint | string {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  throw new TypeError('a number is expected');
}

function doubleOf(value: WireValue): number {
  if (typeof value === 'number') return value;
  throw new TypeError(`a number is expected, got ${typeof value}`);
}

function timeOf(value: WireValue): WireTime {
  if (typeof value === 'bigint' || typeof value === 'string') return value;
  throw new TypeError(`a time is expected, got ${typeof value}`);
}

/** IEEE bytes made sortable: the sign bit flipped, all bits of a negative number inverted. */
function binaryFloat(value: number, size: 4 | 8): Buffer {
  const bytes = Buffer.alloc(size);
  if (size === 8) bytes.writeDoubleBE(value);
  else bytes.writeFloatBE(value);
  if ((bytes.readUInt8(0) & 0x80) === 0) bytes[0] = bytes.readUInt8(0) | 0x80;
  else for (let index = 0; index < size; index += 1) bytes[index] = bytes.readUInt8(index) ^ 0xff;
  return bytes;
}

const durationMiddle = 0x8000_0000;
const durationOffset = 60;

function dayInterval(micros: bigint): Buffer {
  const seconds = micros / 1_000_000n;
  const bytes = Buffer.alloc(11);
  bytes.writeUInt32BE(durationMiddle + Number(seconds / 86_400n), 0);
  bytes.writeUInt8(durationOffset + Number((seconds / 3600n) % 24n), 4);
  bytes.writeUInt8(durationOffset + Number((seconds / 60n) % 60n), 5);
  bytes.writeUInt8(durationOffset + Number(seconds % 60n), 6);
  bytes.writeUInt32BE(durationMiddle + Number(micros % 1_000_000n) * 1000, 7);
  return bytes;
}

function monthInterval(months: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(durationMiddle + Math.trunc(months / 12), 0);
  bytes.writeUInt8(durationOffset + (months % 12), 4);
  return bytes;
}

const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Object (6 letters), file (3), block (6) and row (3) of a ROWID such as `AAAR3sAAEAAAACXAAA`. */
function writeRowid(writer: WireWriter, rowid: string): void {
  const part = (from: number, to: number): number => {
    let sum = 0;
    for (let at = from; at < to; at += 1) sum = sum * 64 + base64.indexOf(rowid.charAt(at));
    return sum;
  };
  writer.u8(13).ub(part(0, 6), part(6, 9)).u8(0).ub(part(9, 15), part(15, 18));
}
