/** At most so many in any stretch of time: a sliding window, served in the order of asking. */
import { AbortedError, onAbort } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';

interface Waiter {
  readonly admit: () => void;
}

/**
 * A sliding-window limit. A window slides, it has no fixed borders: between two borders of a fixed one twice the number
 * could pass within a moment.
 */
export class RateLimit {
  readonly #clock: Clock;
  #limit: number;
  #windowMs: number;
  readonly #admittedAtMs: number[] = [];
  readonly #waiting: Waiter[] = [];
  #clearTimer: (() => void) | undefined;

  /** @throws RangeError when a number makes no sense */
  constructor(clock: Clock, limit: number, windowMs: number) {
    assertSense(limit, windowMs);
    this.#clock = clock;
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  /** Another limit from now on; who has been let through counts on, who waits keeps the place. @throws RangeError as the constructor */
  configure(limit: number, windowMs: number): void {
    if (limit === this.#limit && windowMs === this.#windowMs) return;
    assertSense(limit, windowMs);
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#clearTimer?.();
    this.#clearTimer = undefined;
    this.#serve();
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves when the caller may go. @throws AbortedError at once when the signal is aborted; a place in the queue is given up */
  take(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      let stopListening: () => void = () => undefined;
      const waiter: Waiter = {
        admit: () => {
          stopListening();
          resolve();
        },
      };
      stopListening = onAbort(signal, (reason) => {
        this.#remove(waiter);
        reject(new AbortedError(reason));
      });
      if (signal.aborted) return;
      this.#waiting.push(waiter);
      this.#serve();
    });
  }

  #serve(): void {
    this.#forgetOld();
    for (const waiter of this.#waiting.splice(0, Math.max(0, this.#limit - this.#admittedAtMs.length))) {
      this.#admittedAtMs.push(this.#clock.monotonicMs());
      waiter.admit();
    }
    this.#setTimer();
  }

  #forgetOld(): void {
    const start = this.#clock.monotonicMs() - this.#windowMs;
    while (this.#admittedAtMs[0] !== undefined && this.#admittedAtMs[0] <= start) this.#admittedAtMs.shift();
  }

  #setTimer(): void {
    const [oldest] = this.#admittedAtMs;
    if (this.#clearTimer !== undefined || this.#waiting.length === 0 || oldest === undefined) return;
    this.#clearTimer = this.#clock.setTimer(oldest + this.#windowMs - this.#clock.monotonicMs(), () => {
      this.#clearTimer = undefined;
      this.#serve();
    });
  }

  #remove(waiter: Waiter): void {
    const index = this.#waiting.indexOf(waiter);
    if (index >= 0) this.#waiting.splice(index, 1);
    if (this.#waiting.length > 0) return;
    this.#clearTimer?.();
    this.#clearTimer = undefined;
  }
}

function assertSense(limit: number, windowMs: number): void {
  if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`limit must be a whole number of at least 1, not ${limit}`);
  if (!(windowMs > 0)) throw new RangeError(`windowMs must be greater than 0, not ${windowMs}`);
}
