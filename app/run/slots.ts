/** A number of places that are given out in the order in which they were asked for. */
import { AbortedError, onAbort } from '../base/abort.ts';

interface Waiter {
  readonly admit: () => void;
}

/** Bounds how much goes on at a time. */
export class Slots {
  #capacity: number;
  readonly #waiting: Waiter[] = [];
  #taken = 0;

  /** @throws RangeError when the capacity is not a whole number of at least 1 */
  constructor(capacity: number) {
    this.#capacity = checked(capacity);
  }

  /** Another number of places from now on; whoever has one keeps it. @throws RangeError as the constructor */
  configure(capacity: number): void {
    this.#capacity = checked(capacity);
    while (this.#taken < this.#capacity && this.#waiting.length > 0) this.#waiting.shift()?.admit();
  }

  /** Waits for a place; call the returned function once to give it back. @throws AbortedError at once when the signal is aborted */
  async take(signal: AbortSignal): Promise<() => void> {
    await this.#admission(signal);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#giveBack();
    };
  }

  #admission(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      let stopListening: () => void = () => undefined;
      const waiter: Waiter = {
        admit: () => {
          stopListening();
          this.#taken += 1;
          resolve();
        },
      };
      stopListening = onAbort(signal, (reason) => {
        const index = this.#waiting.indexOf(waiter);
        if (index >= 0) this.#waiting.splice(index, 1);
        reject(new AbortedError(reason));
      });
      if (signal.aborted) return;
      if (this.#taken < this.#capacity) waiter.admit();
      else this.#waiting.push(waiter);
    });
  }

  #giveBack(): void {
    this.#taken -= 1;
    if (this.#taken < this.#capacity) this.#waiting.shift()?.admit();
  }
}

function checked(capacity: number): number {
  if (Number.isInteger(capacity) && capacity >= 1) return capacity;
  throw new RangeError(`capacity must be a whole number of at least 1, not ${capacity}`);
}
