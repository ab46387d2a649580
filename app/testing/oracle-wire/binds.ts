/** Bind variables: their description as the client sends it, and their values. */
import { decodeNumber } from './oracle-number.ts';
import { decodeMicros } from './oracle-time.ts';
import { type WireReader } from './wire-reader.ts';

/** How a bind is declared. */
export interface BindType {
  /** Oracle's number of the type. */
  readonly type: number;
  /** 2: national character set. */
  readonly form: number;
  readonly maxSize: number;
}

/**
 * A bound value. `timestamp` is a wall clock, `instant` a moment (sent WITH TIME ZONE); both in microseconds since
 * 1970-01-01. `number` is exact decimal text.
 */
export type WireBind = { readonly name: string } & (
  | { readonly kind: 'null' }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: string }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'bytes'; readonly value: Buffer }
  | { readonly kind: 'timestamp'; readonly micros: bigint }
  | { readonly kind: 'instant'; readonly micros: bigint }
);

const rowData = 7;
const longestInline = 32_767;

/** Descriptions of binds; definitions of columns have the same form. */
export function readBindTypes(reader: WireReader, count: number, fieldVersion: number): BindType[] {
  return Array.from({ length: count }, () => {
    const type = reader.u8();
    reader.skip(3);
    const maxSize = reader.ub();
    reader.ub();
    reader.ub();
    if (reader.ub() > 0) reader.clr();
    reader.ub();
    reader.ub();
    const form = reader.u8();
    reader.ub();
    if (fieldVersion >= 8) reader.ub();
    return { type, form, maxSize };
  });
}

/** The values of every execution. Long ones (above 32,767 bytes) are sent after all others. */
export function readBindRows(reader: WireReader, types: readonly BindType[], names: readonly string[], executions: number): WireBind[][] {
  if (types.length === 0) return [];
  const order = [...types.keys()];
  const sent = [...order.filter((index) => !isLong(types[index])), ...order.filter((index) => isLong(types[index]))];
  return Array.from({ length: executions }, () => {
    if (reader.u8() !== rowData) throw new Error('bind values expected');
    const row: WireBind[] = [];
    for (const index of sent) {
      const type = types[index];
      if (type !== undefined) row[index] = readBind(reader, type, names[index] ?? String(index + 1));
    }
    return row;
  });
}

function isLong(type: BindType | undefined): boolean {
  return type !== undefined && type.maxSize > longestInline;
}

function readBind(reader: WireReader, { type, form }: BindType, name: string): WireBind {
  // A boolean's null is an escape byte and a 1.
  if (type === 252 && reader.peek() === 253) {
    reader.skip(2);
    return { name, kind: 'null' };
  }
  const bytes = reader.clr();
  if (bytes === null) return { name, kind: 'null' };
  switch (type) {
    case 1:
    case 8:
    case 96:
      return { name, kind: 'text', value: form === 2 ? Buffer.from(bytes).swap16().toString('utf16le') : bytes.toString('utf8') };
    case 2:
    case 3:
      return { name, kind: 'number', value: decodeNumber(bytes) };
    case 12:
    case 180:
      return { name, kind: 'timestamp', micros: decodeMicros(bytes) };
    case 181:
    case 231:
      return { name, kind: 'instant', micros: decodeMicros(bytes) };
    case 23:
    case 24:
      return { name, kind: 'bytes', value: Buffer.from(bytes) };
    case 100:
    case 101:
      return { name, kind: 'double', value: readFloat(bytes) };
    case 252:
      return { name, kind: 'boolean', value: bytes.readUInt8(0) === 1 };
    default:
      throw new Error(`bind of type ${String(type)} is not supported`);
  }
}

function readFloat(sent: Buffer): number {
  const bytes = Buffer.from(sent);
  if ((bytes.readUInt8(0) & 0x80) !== 0) bytes[0] = bytes.readUInt8(0) & 0x7f;
  else for (let index = 0; index < bytes.length; index += 1) bytes[index] = bytes.readUInt8(index) ^ 0xff;
  return bytes.length === 8 ? bytes.readDoubleBE(0) : bytes.readFloatBE(0);
}
