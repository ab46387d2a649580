import type { Clock } from '../base/clock.ts';

/** Passes values on at most once an interval: the first at once, then the latest when the interval is over. */
export class ProgressThrottle<T> {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #send: (value: T) => void;
  #latest: { readonly value: T } | undefined;
  #clear: (() => void) | undefined;

  constructor(clock: Clock, intervalMs: number, send: (value: T) => void) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#send = send;
  }

  /** Takes a value; an older one that has not been sent yet is forgotten. */
  push(value: T): void {
    if (this.#clear !== undefined) {
      this.#latest = { value };
      return;
    }
    this.#send(value);
    this.#clear = this.#clock.setTimer(this.#intervalMs, () => {
      this.#clear = undefined;
      const latest = this.#latest;
      this.#latest = undefined;
      if (latest !== undefined) this.push(latest.value);
    });
  }

  /** Sends nothing more. */
  stop(): void {
    this.#clear?.();
    this.#clear = undefined;
    this.#latest = undefined;
  }
}
