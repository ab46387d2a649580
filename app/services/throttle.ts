/** An action that happens at most so often, and never not at all: what is asked for in between happens at the end of the pause. */
import type { Clock } from '../base/clock.ts';

/** Calls an action, with a pause after each call. */
export class Throttle {
  readonly #clock: Clock;
  readonly #pauseMs: number;
  readonly #action: () => void;
  #clear: (() => void) | undefined;
  #isWanted = false;
  #isDisposed = false;

  constructor(clock: Clock, pauseMs: number, action: () => void) {
    this.#clock = clock;
    this.#pauseMs = pauseMs;
    this.#action = action;
  }

  /** Calls the action, now or when the pause is over. */
  request(): void {
    if (this.#clear === undefined) this.now();
    else this.#isWanted = true;
  }

  /** Calls the action now; a new pause begins. */
  now(): void {
    if (this.#isDisposed) return;
    this.#clear?.();
    this.#isWanted = false;
    this.#clear = this.#clock.setTimer(this.#pauseMs, () => {
      this.#clear = undefined;
      if (this.#isWanted) this.now();
    });
    this.#action();
  }

  /** Takes the timer off; nothing is called afterwards. */
  dispose(): void {
    this.#isDisposed = true;
    this.#clear?.();
  }
}
