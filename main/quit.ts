/** The order in which the program ends: ask when a run goes on → cancel it → close the services → quit. */
import type { Clock } from '../app/base/clock.ts';
import type { Logger } from '../app/base/logger.ts';

/** What the sequence acts on. */
export interface QuitPorts {
  isRunning(): boolean;
  /** Asks the person whether to end a run that goes on. */
  confirm(): Promise<boolean>;
  /** Cancels what runs, waits for it and ends workers and engine. */
  close(): Promise<void>;
  /** Asks Electron to quit; its `before-quit` comes back here and passes. */
  quit(): void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The sequence, driven by Electron's `before-quit`. */
export interface QuitSequence {
  /** Listener of `before-quit`: holds quitting up until everything is closed. */
  onBeforeQuit(event: { preventDefault(): void }): void;
  /** Whether windows may close without further questions. */
  readonly isDone: boolean;
  /** Whether the program is past the point of no return: the services are closing or closed, and nothing keeps it from ending. */
  readonly isClosing: boolean;
}

/** How long the services may take to close before the program ends without them. Cancelling a stuck query takes its grace period first. */
export const closeLimitMs = 15_000;

/** A sequence that runs once, however often quitting is asked for; a person who says no can be asked again later. */
export function createQuitSequence(ports: QuitPorts): QuitSequence {
  let phase: 'open' | 'asking' | 'closing' | 'done' = 'open';
  const end = async (): Promise<void> => {
    if (ports.isRunning() && !(await ports.confirm())) {
      phase = 'open';
      return;
    }
    phase = 'closing';
    await closeWithin(ports);
    phase = 'done';
    ports.quit();
  };
  return {
    onBeforeQuit: (event) => {
      if (phase === 'done') return;
      event.preventDefault();
      if (phase !== 'open') return;
      phase = 'asking';
      end().catch((error: unknown) => {
        phase = 'open';
        ports.logger.error('quitting failed', { error: String(error) });
      });
    },
    get isDone() {
      return phase === 'done';
    },
    get isClosing() {
      return phase === 'closing' || phase === 'done';
    },
  };
}

/** Closes the services; neither a failure nor a hang in there may keep the program from ending. */
async function closeWithin(ports: QuitPorts): Promise<void> {
  const { clock, logger } = ports;
  let clearTimer = (): void => undefined;
  const limit = new Promise<void>((resolve) => {
    clearTimer = clock.setTimer(closeLimitMs, () => {
      logger.error('the services did not close in time', { limitMs: closeLimitMs });
      resolve();
    });
  });
  const closed = ports.close().catch((error: unknown) => {
    logger.error('the services did not close cleanly', { error: String(error) });
  });
  await Promise.race([closed, limit]);
  clearTimer();
}
