/** Permits for further statements of an attempt, given by whoever keeps the limits of the database: the main process. */
import { raceAbort } from '../base/abort.ts';

/** Attempts that wait for a permit, by their names. */
export class StatementPermits {
  readonly #waiting = new Map<string, () => void>();

  /** Asks for one and waits for it. @throws AbortedError at once when the signal is aborted */
  async wait(attempt: string, ask: () => void, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#waiting.set(attempt, () => {
      resolve(undefined);
    });
    try {
      ask();
      await raceAbort(promise, signal);
    } finally {
      this.#waiting.delete(attempt);
    }
  }

  /** Gives one; nothing happens where nobody waits any more. */
  give(attempt: string): void {
    this.#waiting.get(attempt)?.();
  }
}
