/** Events that are written and accepted together. They lie in one piece of memory as they will lie in the file. */
import { type Line, writeLine } from './journal-format.ts';

const firstBytes = 64 << 10;

/** Lines to be written at once, and the promise that they are. */
export class JournalBatch {
  /** Resolves when the events are accepted, and rejects when they are given up; it may be ignored. */
  readonly accepted: Promise<void>;
  readonly accept: () => void;
  readonly giveUp: (error: Error) => void;
  #memory: Buffer;
  #bytes = 0;
  #count = 0;

  /** `memory` is that of a batch that is done with, so that not every batch needs new one. */
  constructor(memory: Buffer = Buffer.allocUnsafeSlow(firstBytes)) {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.accepted = promise;
    promise.catch(() => undefined);
    this.accept = () => {
      resolve(undefined);
    };
    this.giveUp = reject;
    this.#memory = memory;
  }

  add(line: Line): void {
    const end = this.#bytes + line.length;
    if (end > this.#memory.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, this.#memory.length * 2));
      this.#memory.copy(larger, 0, 0, this.#bytes);
      this.#memory = larger;
    }
    writeLine(line, this.#memory, this.#bytes);
    this.#bytes = end;
    this.#count += 1;
  }

  /** Events in it. */
  get count(): number {
    return this.#count;
  }

  get data(): Buffer {
    return this.#memory.subarray(0, this.#bytes);
  }

  /** All the memory that it holds, once it is done with. */
  get memory(): Buffer {
    return this.#memory;
  }
}
