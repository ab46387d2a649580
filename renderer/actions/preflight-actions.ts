import type { CheckReport } from '../../app/model/check.ts';
import { type Failure, toFailure } from '../../app/model/failure.ts';
import { patch } from '../store/app-store.ts';
import type { ActionPorts } from './ports.ts';

/** What can be looked at before a run. */
export interface PreflightActions {
  /** Looks at tickets and client library again. A failure leaves what is known. */
  readonly checkPreflight: () => Promise<void>;
  /** Logs on to every database and describes every query. Returns what was found, or why it could not be done. */
  readonly checkDatabases: () => Promise<CheckReport | Failure>;
}

/** Makes the preflight actions. */
export function createPreflightActions({ client, store, notify }: ActionPorts): PreflightActions {
  return {
    checkPreflight: async () => {
      try {
        patch(store, 'session', { preflight: await client.call('preflight.get', {}) });
      } catch (error) {
        notify({ kind: 'failed', failure: toFailure(error) });
      }
    },
    checkDatabases: async () => {
      try {
        return await client.call('databases.check', {});
      } catch (error) {
        return toFailure(error);
      }
    },
  };
}
