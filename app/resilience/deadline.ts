/** A limit on how long something may take. */
import { abort, childController } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';

/**
 * Runs `action` under a signal of its own that is aborted, as a timeout, after `limitMs`, or with the outer signal. The
 * result is awaited either way: what was asked to stop says itself when it has.
 */
export async function withDeadline<T>(
  clock: Clock,
  limitMs: number,
  what: 'attempt' | 'connect' | 'run',
  action: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const { controller, dispose } = childController(signal);
  const clear = clock.setTimer(limitMs, () => {
    abort(controller, { kind: 'timeout', afterMs: limitMs, what });
  });
  try {
    return await action(controller.signal);
  } finally {
    clear();
    dispose();
  }
}
