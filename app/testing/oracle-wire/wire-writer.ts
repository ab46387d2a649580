/** Bytes on their way to the client: big-endian numbers, variable-length numbers (UBn) and byte strings (CLR). */

/** Longest byte string written with a one-byte length; longer ones are sent in chunks. */
const longestShort = 252;
const chunkIndicator = 254;
const chunkSize = 32_767;

/** A buffer that grows. Positions before {@link length} never move, so a mark taken earlier stays valid until `drop`. */
export class WireWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity = 1024) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** The bytes written so far, not copied: valid until the next write. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Takes everything after `length` back, for a row that could not be encoded to its end. */
  truncate(length: number): void {
    this.#length = Math.min(length, this.#length);
  }

  /** Takes the first `count` bytes out, because they have been sent. */
  drop(count: number): void {
    this.#bytes.copyWithin(0, count, this.#length);
    this.#length -= count;
  }

  /**
   * Makes room for `count` bytes and returns the buffer and the position to write them at. The caller writes them at
   * once and says by {@link advance} how many there were: the fast way for values.
   */
  reserve(count: number): { readonly bytes: Buffer; readonly at: number } {
    this.#ensure(count);
    return { bytes: this.#bytes, at: this.#length };
  }

  /** See {@link reserve}. */
  advance(count: number): void {
    this.#length += count;
  }

  u8(value: number): this {
    this.#ensure(1);
    this.#bytes[this.#length++] = value & 0xff;
    return this;
  }

  u16(value: number): this {
    this.#ensure(2);
    this.#length = this.#bytes.writeUInt16BE(value, this.#length);
    return this;
  }

  u16le(value: number): this {
    this.#ensure(2);
    this.#length = this.#bytes.writeUInt16LE(value, this.#length);
    return this;
  }

  u32(value: number): this {
    this.#ensure(4);
    this.#length = this.#bytes.writeUInt32BE(value, this.#length);
    return this;
  }

  /** A variable-length number (UB2, UB4, UB8 alike): a length byte and that many bytes; 0 is one zero byte. */
  ub(...values: readonly number[]): this {
    for (const value of values) this.#oneUb(value);
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.#ensure(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** A byte string; empty and null are the same on this wire. */
  clr(bytes: Uint8Array | null): this {
    if (bytes === null || bytes.length === 0) return this.u8(0);
    if (bytes.length <= longestShort) return this.u8(bytes.length).raw(bytes);
    this.u8(chunkIndicator);
    for (let start = 0; start < bytes.length; start += chunkSize) {
      const chunk = bytes.subarray(start, start + chunkSize);
      this.ub(chunk.length).raw(chunk);
    }
    return this.ub(0);
  }

  /** A text as UTF-8 byte string. */
  clrText(text: string | null): this {
    if (text === null || text.length === 0) return this.u8(0);
    // At most three bytes a UTF-16 unit, so 84 units always fit a one-byte length and need not be measured first.
    if (text.length <= longestShort / 3) {
      this.#ensure(1 + longestShort);
      const size = this.#bytes.write(text, this.#length + 1, 'utf8');
      this.#bytes[this.#length] = size;
      this.#length += 1 + size;
      return this;
    }
    return this.clr(Buffer.from(text, 'utf8'));
  }

  /** A length, and the byte string only if there is one. */
  lenClrText(text: string): this {
    const bytes = Buffer.from(text, 'utf8');
    this.ub(bytes.length);
    return bytes.length > 0 ? this.clr(bytes) : this;
  }

  #oneUb(value: number): void {
    this.#ensure(9);
    const bytes = this.#bytes;
    if (value === 0) {
      bytes[this.#length++] = 0;
    } else if (value <= 0xff) {
      bytes[this.#length++] = 1;
      bytes[this.#length++] = value;
    } else if (value <= 0xffff) {
      bytes[this.#length++] = 2;
      this.#length = bytes.writeUInt16BE(value, this.#length);
    } else if (value <= 0xffff_ffff) {
      bytes[this.#length++] = 4;
      this.#length = bytes.writeUInt32BE(value, this.#length);
    } else {
      bytes[this.#length++] = 8;
      this.#length = bytes.writeBigUInt64BE(BigInt(value), this.#length);
    }
  }

  #ensure(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
