/**
 * A buffer that grows and is used again. Its memory starts at offset 0 of its own `ArrayBuffer`, so that typed arrays can
 * look at it in place.
 */
export class ByteBuffer {
  #bytes: Buffer;
  /** Bytes in use. */
  length = 0;

  constructor(capacity = 64 * 1024) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** The memory with room for `count` more bytes at `length`; valid until the next call. */
  reserve(count: number): Buffer {
    const needed = this.length + count;
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
      this.#bytes.copy(grown, 0, 0, this.length);
      this.#bytes = grown;
    }
    return this.#bytes;
  }

  /** What has been written, in place: valid until it is written to again. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  /** Empties it; the memory is kept unless it had grown beyond `keepBytes`. */
  clear(keepBytes: number): void {
    this.length = 0;
    if (this.#bytes.length > keepBytes) this.#bytes = Buffer.allocUnsafeSlow(keepBytes);
  }
}
