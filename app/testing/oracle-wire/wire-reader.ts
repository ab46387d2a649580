/** Bytes from the client, read in the order in which they were written. */

const chunkIndicator = 254;
const nullIndicator = 255;

/** Reads one message. Every method throws a `RangeError` when the message ends too early. */
export class WireReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#step(1));
  }

  /** The next byte, left where it is; undefined at the end. */
  peek(): number | undefined {
    return this.#bytes[this.#at];
  }

  u16(): number {
    return this.#bytes.readUInt16BE(this.#step(2));
  }

  /** A variable-length number; bit 0x80 of the length says negative. */
  ub(): number {
    const head = this.u8();
    const size = head & 0x7f;
    let value = 0;
    for (let left = size; left > 0; left -= 1) value = value * 256 + this.u8();
    return (head & 0x80) === 0 ? value : -value;
  }

  raw(count: number): Buffer {
    const start = this.#step(count);
    return this.#bytes.subarray(start, start + count);
  }

  skip(count: number): void {
    this.#step(count);
  }

  /** A byte string, or null. */
  clr(): Buffer | null {
    const length = this.u8();
    if (length === 0 || length === nullIndicator) return null;
    if (length !== chunkIndicator) return this.raw(length);
    const chunks: Buffer[] = [];
    for (let size = this.ub(); size > 0; size = this.ub()) chunks.push(this.raw(size));
    return Buffer.concat(chunks);
  }

  /** A UTF-8 byte string; null reads as empty. */
  clrText(): string {
    return this.clr()?.toString('utf8') ?? '';
  }

  /** A length, and the text only if there is one. */
  lenClrText(): string {
    return this.ub() > 0 ? this.clrText() : '';
  }

  /** Bytes up to and without the next zero byte, which is taken too. */
  untilZero(): Buffer {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) throw new RangeError('no terminating zero byte');
    const text = this.raw(end - this.#at);
    this.skip(1);
    return text;
  }

  #step(count: number): number {
    const start = this.#at;
    if (count < 0 || start + count > this.#bytes.length) {
      throw new RangeError(`message too short: ${String(count)} bytes wanted at ${String(start)} of ${String(this.#bytes.length)}`);
    }
    this.#at = start + count;
    return start;
  }
}
