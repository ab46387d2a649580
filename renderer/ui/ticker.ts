/** One clock for everything on the page that counts seconds: a single timer, and none while nobody looks. */

/** The current time, changing once a second. */
export interface Ticker {
  /** Calls back about once a second; the returned function ends it. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Milliseconds since 1970-01-01 UTC as of the last tick. */
  readonly nowMs: () => number;
}

/** A ticker over a wall clock. */
export function createTicker(nowMs: () => number, tickMs = 1_000): Ticker {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let now = nowMs();
  const tick = (): void => {
    now = nowMs();
    for (const listener of [...listeners]) listener();
  };
  return {
    subscribe: (listener) => {
      // Nobody has looked for a while: the time on show is old.
      if (listeners.size === 0) now = nowMs();
      listeners.add(listener);
      timer ??= setInterval(tick, tickMs);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    nowMs: () => now,
  };
}
