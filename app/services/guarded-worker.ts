/** A worker that is not even started where its logon is known to fail: nothing waits, and no account is locked. */
import { AbortedError, raceAbort } from '../base/abort.ts';
import type { Failure } from '../model/failure.ts';
import type { DatabaseWorker } from '../worker/supervisor.ts';

/**
 * Looks for an obstacle before each call; what is found stands in the output. A look that takes its time (a client library that
 * hangs) keeps no cancel waiting.
 */
export function guardedWorker(worker: DatabaseWorker, obstacle: () => Promise<Failure | undefined>): DatabaseWorker {
  const found = async (signal: AbortSignal): Promise<Failure | undefined> => {
    try {
      return await raceAbort(obstacle(), signal);
    } catch (error) {
      // The worker knows what to say of a call that is cancelled before it is made.
      if (error instanceof AbortedError) return undefined;
      throw error;
    }
  };
  return {
    execute: async (input, options) => {
      const problem = await found(options.signal);
      return problem === undefined ? worker.execute(input, options) : { outcome: { kind: 'failed', failure: problem }, wasTried: false };
    },
    check: async (input, options) => {
      const problem = await found(options.signal);
      return problem === undefined ? worker.check(input, options) : { endpoint: '', columns: [], failure: problem };
    },
    ping: async (input, options) => {
      const problem = await found(options.signal);
      return problem === undefined ? worker.ping(input, options) : { endpoint: '', failure: problem };
    },
    endSession: (session) => {
      worker.endSession(session);
    },
    close: () => worker.close(),
    kill: () => {
      worker.kill();
    },
  };
}
