/** Large objects: sent inline where the client defines the column as LONG, else by a locator it reads piece by piece. */
import { encoderOf, isLob, utf16Text, type ValueEncoder, type WireColumn, type WireValue } from './columns.ts';
import { OraError } from './ora-error.ts';

const longType = 8;
const longRawType = 24;
const locatorSize = 40;
const idOffset = 16;
const chunkSize = 8060;

/** Operations on a locator. */
export const lobOperation = { length: 0x0001, read: 0x0002, chunkSize: 0x4000 } as const;

interface StoredLob {
  readonly national: boolean;
  readonly data: string | Buffer;
}

/** The large objects of a session that were sent by locator; they live as long as the session. */
export class Lobs {
  readonly #stored = new Map<number, StoredLob>();
  #lastId = 0;

  /** Encoders of a result's columns, given how the client defined them. */
  encodersOf(columns: readonly WireColumn[], defines: readonly number[]): ValueEncoder[] {
    return columns.map((column, index) => {
      if (!isLob(column)) return encoderOf(column);
      const define = defines[index];
      return define === longType || define === longRawType ? inlineEncoder(column) : this.#locatorEncoder(column);
    });
  }

  /** A piece of an object. `offset` counts from 1, in characters of a text and in bytes otherwise. */
  read(locator: Buffer, offset: number, amount: number): { readonly bytes: Buffer; readonly amount: number } {
    const { data, national } = this.#find(locator);
    if (typeof data !== 'string') {
      const bytes = data.subarray(offset - 1, offset - 1 + amount);
      return { bytes, amount: bytes.length };
    }
    const piece = data.slice(offset - 1, offset - 1 + amount);
    return { bytes: national ? utf16Text(piece) : Buffer.from(piece, 'utf8'), amount: piece.length };
  }

  /** Length in characters of a text, in bytes otherwise. */
  lengthOf(locator: Buffer): number {
    return this.#find(locator).data.length;
  }

  get chunkSize(): number {
    return chunkSize;
  }

  #find(locator: Buffer): StoredLob {
    const stored = locator.length === locatorSize ? this.#stored.get(locator.readUInt32BE(idOffset)) : undefined;
    if (stored === undefined) throw new OraError(22_275, { message: 'invalid LOB locator specified' });
    return stored;
  }

  #locatorEncoder(column: WireColumn): ValueEncoder {
    return (writer, value) => {
      if (value === null) {
        writer.ub(0);
        return;
      }
      const data = lobData(column, value);
      this.#lastId += 1;
      this.#stored.set(this.#lastId, { data, national: column.type === 'nclob' });
      const locator = Buffer.alloc(locatorSize);
      locator.writeUInt32BE(this.#lastId, idOffset);
      writer.ub(locatorSize, data.length, chunkSize).clr(locator);
    };
  }
}

function inlineEncoder(column: WireColumn): ValueEncoder {
  return (writer, value) => {
    if (value === null) writer.u8(0);
    else {
      const data = lobData(column, value);
      if (typeof data !== 'string') writer.clr(data);
      else if (column.type === 'nclob') writer.clr(utf16Text(data));
      else writer.clrText(data);
    }
    writer.ub(0, 0);
  };
}

function lobData(column: WireColumn, value: WireValue): string | Buffer {
  if (column.type === 'blob') {
    if (value instanceof Uint8Array) return Buffer.from(value);
  } else if (typeof value === 'string') return value;
  throw new TypeError(`column ${column.name}: ${column.type} expected, got ${typeof value}`);
}
