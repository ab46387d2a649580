/**
 * Writing in Thrift's compact protocol: just what the metadata of a Parquet file is made of.
 * Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */

/** A value with its wire type; made by the functions below. */
export type ThriftValue =
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'i32' | 'i64'; readonly value: number }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'struct'; readonly fields: readonly ThriftField[] }
  | { readonly type: 'list'; readonly items: readonly ThriftValue[] };

/** A field of a struct: its id and value. Fields stand in ascending order of id. */
export type ThriftField = readonly [id: number, value: ThriftValue];

/** A boolean. */
export const boolean = (value: boolean): ThriftValue => ({ type: 'boolean', value });
/** A whole number of up to 32 bits. */
export const i32 = (value: number): ThriftValue => ({ type: 'i32', value });
/** A whole number; exact up to 2^52, far above any size or count of a file. */
export const i64 = (value: number): ThriftValue => ({ type: 'i64', value });
/** A UTF-8 string. */
export const text = (value: string): ThriftValue => ({ type: 'text', value });
/** A struct. */
export const struct = (...fields: readonly ThriftField[]): ThriftValue => ({ type: 'struct', fields });
/** A list of values of one type; never empty here, because an empty list would have no element type. */
export const list = (items: readonly ThriftValue[]): ThriftValue => ({ type: 'list', items });

const typeIds = { boolean: 1, i32: 5, i64: 6, text: 8, list: 9, struct: 12 } as const;
const falseId = 2;

/** The bytes of a struct. */
export function encodeThrift(value: ThriftValue): Buffer {
  const out: number[] = [];
  writeValue(out, value);
  return Buffer.from(out);
}

function writeValue(out: number[], value: ThriftValue): void {
  switch (value.type) {
    case 'boolean':
      out.push(value.value ? typeIds.boolean : falseId);
      break;
    case 'i32':
    case 'i64':
      writeVarint(out, value.value < 0 ? -2 * value.value - 1 : 2 * value.value);
      break;
    case 'text': {
      const bytes = Buffer.from(value.value, 'utf8');
      writeVarint(out, bytes.length);
      for (const byte of bytes) out.push(byte);
      break;
    }
    case 'struct':
      writeStruct(out, value.fields);
      break;
    case 'list':
      writeList(out, value.items);
      break;
  }
}

function writeStruct(out: number[], fields: readonly ThriftField[]): void {
  let lastId = 0;
  for (const [id, value] of fields) {
    // A boolean field carries its value in the type of its header.
    const typeId = value.type === 'boolean' && !value.value ? falseId : typeIds[value.type];
    out.push(((id - lastId) << 4) | typeId);
    lastId = id;
    if (value.type !== 'boolean') writeValue(out, value);
  }
  out.push(0);
}

function writeList(out: number[], items: readonly ThriftValue[]): void {
  const [first] = items;
  if (first === undefined) throw new Error('a list of this writer has at least one item');
  const typeId = typeIds[first.type];
  if (items.length < 15) out.push((items.length << 4) | typeId);
  else {
    out.push(0xf0 | typeId);
    writeVarint(out, items.length);
  }
  for (const item of items) writeValue(out, item);
}

/** Seven bits a byte, lowest first. Division instead of shifts, because a shift would cut at 32 bits. */
function writeVarint(out: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.push(rest);
}
