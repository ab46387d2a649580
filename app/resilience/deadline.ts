/** A limit on how long something may take. */
import { abort, childController } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';

/** Stops the time of a limit while something is waited for that is no fault of what is limited; returns what lets it go on. */
export type PauseDeadline = () => () => void;

/**
 * Runs `action` under a signal of its own that is aborted, as a timeout, after `limitMs`, or with the outer signal. The
 * result is awaited either way: what was asked to stop says itself when it has.
 */
export async function withDeadline<T>(
  clock: Clock,
  limitMs: number,
  what: 'attempt' | 'connect' | 'run',
  action: (signal: AbortSignal, pause: PauseDeadline) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const { controller, dispose } = childController(signal);
  let leftMs = limitMs;
  let isOver = false;
  let clear: () => void = () => undefined;
  const go = (): void => {
    if (isOver) return;
    const beganMs = clock.monotonicMs();
    const clearTimer = clock.setTimer(leftMs, () => {
      abort(controller, { kind: 'timeout', afterMs: limitMs, what });
    });
    clear = () => {
      leftMs = Math.max(0, leftMs - (clock.monotonicMs() - beganMs));
      clearTimer();
    };
  };
  go();
  try {
    return await action(controller.signal, () => {
      clear();
      clear = () => undefined;
      return go;
    });
  } finally {
    isOver = true;
    clear();
    dispose();
  }
}
