/**
 * Reads big-endian fields one after another. Reading past the end never throws: it sets {@link ByteReader.isCut} and gives
 * zeros and empty text from then on, so a parser checks once per record instead of once per field.
 */
export class ByteReader {
  static readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #offset: number;
  #cut = false;

  /** Reads from `start` up to, not including, `end`. */
  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = start;
    this.#end = Math.min(end, bytes.length);
  }

  /** Where the next field begins. */
  get offset(): number {
    return this.#offset;
  }

  /** True once a field reached beyond the end. */
  isCut(): boolean {
    return this.#cut;
  }

  /** True when nothing is left, or when a field was cut. */
  isDone(): boolean {
    return this.#cut || this.#offset >= this.#end;
  }

  u8(): number {
    const at = this.skip(1);
    return at === undefined ? 0 : this.#view.getUint8(at);
  }

  u16(): number {
    const at = this.skip(2);
    return at === undefined ? 0 : this.#view.getUint16(at);
  }

  u32(): number {
    const at = this.skip(4);
    return at === undefined ? 0 : this.#view.getUint32(at);
  }

  i32(): number {
    const at = this.skip(4);
    return at === undefined ? 0 : this.#view.getInt32(at);
  }

  /**
   * UTF-8 text of `length` bytes; `undefined` where it is longer than `limit`, is not UTF-8, or holds control characters.
   */
  text(length: number, limit: number): string | undefined {
    const at = this.skip(length);
    if (at === undefined || length > limit) return undefined;
    try {
      const text = ByteReader.#decoder.decode(this.#bytes.subarray(at, at + length));
      return /\p{Cc}/u.test(text) ? undefined : text;
    } catch {
      return undefined;
    }
  }

  /** Passes over `length` bytes without looking at them; gives their offset, or `undefined` where they are not all there. */
  skip(length: number): number | undefined {
    const at = this.#offset;
    if (this.#cut || length > this.#end - at) {
      this.#cut = true;
      return undefined;
    }
    this.#offset = at + length;
    return at;
  }
}
