/** Limits on how long somebody else may take. */
import type { Clock } from './clock.ts';

/** So late a timer fires only where this process was held up: stopped, not given the processor, or asleep with its machine. */
const lateMs = 200;
/** Long enough to read what has come in meanwhile. */
const graceMs = 500;

/**
 * Calls back once the limit is over; the returned function takes it off. Timers come before what has arrived: where the process itself
 * was held up, the limit is over before an answer of long ago has been read, and would blame the other side. Then it waits a moment longer.
 */
export function setLimit(clock: Clock, limitMs: number, onOver: () => void): () => void {
  const dueMs = clock.monotonicMs() + limitMs;
  let takeOff = clock.setTimer(limitMs, () => {
    if (clock.monotonicMs() - dueMs < lateMs) onOver();
    else takeOff = clock.setTimer(graceMs, onOver);
  });
  return () => {
    takeOff();
  };
}
