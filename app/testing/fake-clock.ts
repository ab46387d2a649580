/** A clock that moves when a test says so. */
import type { Clock } from '../base/clock.ts';

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Both times start at `startMs`; timers fire in the order of their times while `advance` runs. */
export class FakeClock implements Clock {
  #now: number;
  #wallShift = 0;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(startMs = 0) {
    this.#now = startMs;
  }

  nowMs(): number {
    return this.#now + this.#wallShift;
  }

  monotonicMs(): number {
    return this.#now;
  }

  setTimer(delayMs: number, callback: () => void): () => void {
    const timer: Timer = { atMs: this.#now + Math.max(0, delayMs), order: this.#order++, callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /**
   * Moves the wall time alone, on or back, without a timer firing: somebody sets the clock, or the machine sleeps (timers and
   * the monotonic clock stand still then).
   */
  shiftWall(ms: number): void {
    this.#wallShift += ms;
  }

  /** Timers that have neither fired nor been taken off. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Moves on by `ms`, letting promises settle before, between and after the timers that fire. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.atMs);
      next.callback();
      await settle();
    }
    this.#now = end;
    await settle();
  }

  #next(end: number): Timer | undefined {
    return [...this.#timers].filter((timer) => timer.atMs <= end).sort((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
  }
}

/** Lets everything that is ready run: a turn of the event loop is after all microtasks. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
