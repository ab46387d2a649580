/** Time as a port: nothing below the composition root reads the clock or sets a timer by itself. */
import { AbortedError, abortReasonOf, onAbort } from './abort.ts';

/** The clock of the program. */
export interface Clock {
  /** Wall time in milliseconds since 1970-01-01 UTC. */
  nowMs(): number;
  /** Monotonic time in milliseconds, for durations; its zero is arbitrary. */
  monotonicMs(): number;
  /** Calls back once after `delayMs`; the returned function takes the timer off. */
  setTimer(delayMs: number, callback: () => void): () => void;
}

/** The real clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** What the promise gives, or `undefined` where that takes longer than `ms`. The promise itself is not stopped. */
export async function within<T>(clock: Clock, ms: number, promise: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const clear = clock.setTimer(ms, () => {
    late.resolve(undefined);
  });
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clear();
  }
}

/** Waits `delayMs`, or rejects with `AbortedError` at once when the signal is aborted. Leaves no timer behind. */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new AbortedError(abortReasonOf(signal)));
      return;
    }
    const clear = clock.setTimer(delayMs, () => {
      stopListening();
      resolve();
    });
    const stopListening = onAbort(signal, (reason) => {
      clear();
      reject(new AbortedError(reason));
    });
  });
}
