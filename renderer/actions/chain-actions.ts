import { toFailure } from '../../app/model/failure.ts';
import type { CheckProgress } from '../../app/model/history-audit.ts';
import { patch } from '../store/app-store.ts';
import type { ChainCheckState } from '../store/history-slice.ts';
import type { ActionPorts } from './ports.ts';

/** Checking the audit chain: it goes on while other pages are looked at. */
export interface ChainActions {
  /** Checks it; while a check goes on, nothing. Never throws. */
  readonly checkChain: () => Promise<void>;
  readonly stopChainCheck: () => Promise<void>;
  /** How far a check is; one of another window is not shown here. */
  readonly chainChecking: (progress: CheckProgress) => void;
}

/** Makes the actions. */
export function createChainActions({ client, store }: ActionPorts): ChainActions {
  const current = (): ChainCheckState => store.getState().history.check;
  const set = (check: ChainCheckState): void => patch(store, 'history', { check });
  return {
    checkChain: async () => {
      if (current().kind === 'running') return;
      const checkId = crypto.randomUUID();
      set({ kind: 'running', checkId, progress: null, isStopping: false });
      try {
        const verdict = await client.call('history.verifyChain', { checkId });
        set(verdict === null ? { kind: 'stopped' } : { kind: 'done', verdict });
      } catch (error) {
        set({ kind: 'failed', failure: toFailure(error) });
      }
    },
    stopChainCheck: async () => {
      const check = current();
      if (check.kind !== 'running') return;
      set({ ...check, isStopping: true });
      // Where the core cannot be reached the check itself fails, and says so.
      await client.call('history.stopCheck', { checkId: check.checkId }).catch(() => undefined);
    },
    chainChecking: ({ checkId, entries, of }) => {
      const check = current();
      if (check.kind === 'running' && check.checkId === checkId) set({ ...check, progress: { entries, of } });
    },
  };
}
