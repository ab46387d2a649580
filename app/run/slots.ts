/** A number of places that are given out in the order in which they were asked for. */
import { AbortedError, onAbort } from '../base/abort.ts';

interface Waiter {
  readonly admit: () => void;
}

/** Bounds how much goes on at a time. */
export class Slots {
  readonly #capacity: number;
  readonly #waiting: Waiter[] = [];
  #taken = 0;

  /** @throws RangeError when the capacity is not a whole number of at least 1 */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) throw new RangeError(`capacity must be a whole number of at least 1, not ${capacity}`);
    this.#capacity = capacity;
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
    this.#waiting.shift()?.admit();
  }
}
