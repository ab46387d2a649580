/** Sources that share a session run one after another, in the order in which they come. */
import { raceAbort } from '../base/abort.ts';

/** The turns of all sessions. */
export class SessionTurns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does the work when everybody before has ended. @throws AbortedError while it waits; what the work throws */
  async take<T>(session: string | undefined, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (session === undefined) return work();
    const before = this.#last.get(session) ?? Promise.resolve();
    const turn = Promise.withResolvers<undefined>();
    // Whoever gives up in the wait still leaves those behind it waiting for those before it.
    const ended = Promise.all([before, turn.promise]);
    this.#last.set(session, ended);
    try {
      await raceAbort(before, signal);
      return await work();
    } finally {
      turn.resolve(undefined);
      void ended.then(() => {
        if (this.#last.get(session) === ended) this.#last.delete(session);
      });
    }
  }
}
