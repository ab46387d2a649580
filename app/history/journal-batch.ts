/** Events that are written and accepted together. They lie in one piece of memory as they will lie in the file. */
import { type Line, writeLine } from './journal-format.ts';

const firstBytes = 64 << 10;
/** A batch is full with so much; a single line may be longer. */
const fullBytes = 1 << 20;

/** Lines to be written at once, and the promise that they are. */
export class JournalBatch {
  /** Resolves when the events are accepted, and rejects when they are given up; it may be ignored. */
  readonly accepted: Promise<void>;
  readonly accept: () => void;
  readonly giveUp: (error: Error) => void;
  #memory: Buffer;
  #bytes = 0;
  #count = 0;

  /** `memory` is that of a batch that is done with: much memory that is made and dropped makes the engine collect all garbage again and again. */
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

  /** Whether the line still belongs to this batch; the first one always does. */
  hasRoomFor(line: Line): boolean {
    return this.#count === 0 || this.#bytes + line.length <= fullBytes;
  }

  add(line: Line): void {
    const end = this.#bytes + line.length;
    if (end > this.#memory.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, Math.min(fullBytes, this.#memory.length * 4)));
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
