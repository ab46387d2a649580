/** How many requests are answered: a bucket that fills steadily. Who asks too often is told when to come back. */
import type { Clock } from '../../base/clock.ts';

/** One bucket. */
export class RequestLimit {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #perSecond: number;
  readonly #burst: number;
  #left: number;
  #atMs: number;

  /** `burst` requests at once, and `perSecond` in the long run. */
  constructor(clock: Pick<Clock, 'monotonicMs'>, perSecond: number, burst: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#left = burst;
    this.#atMs = clock.monotonicMs();
  }

  /** Takes one request; returns 0, or the seconds after which there is room again. */
  take(): number {
    const nowMs = this.#clock.monotonicMs();
    this.#left = Math.min(this.#burst, this.#left + ((nowMs - this.#atMs) / 1000) * this.#perSecond);
    this.#atMs = nowMs;
    if (this.#left < 1) return Math.ceil((1 - this.#left) / this.#perSecond);
    this.#left -= 1;
    return 0;
  }
}
