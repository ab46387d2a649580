import type { ClientEvidence, ClientShared } from '../../app/model/client-evidence.ts';
import { toFailure } from '../../app/model/failure.ts';
import type { VerdictComparison } from '../../app/model/verdict-history.ts';
import { tableKeyOf } from '../model/table-key.ts';
import { patch } from '../store/app-store.ts';
import type { ActionPorts } from './ports.ts';
import type { ViewActions } from './view-actions.ts';

/** What is asked about one client. */
export interface EvidenceActions {
  /** Shows the evidence of a client of the run that is looked at; `null` closes it. */
  readonly showEvidence: (client: string | null) => void;
  /** @throws CamError */
  readonly clientEvidence: (runId: string, client: string) => Promise<ClientEvidence>;
  /** @throws CamError */
  readonly clientShared: (runId: string, client: string) => Promise<ClientShared>;
  /** @throws CamError */
  readonly verdictChanges: (runId: string) => Promise<VerdictComparison>;
  readonly copyEvidence: (runId: string, client: string) => Promise<void>;
  /** The raw rows of a source, filtered by the client. */
  readonly showRawRows: (source: string, idColumn: string, client: string) => void;
}

/** Makes the evidence actions. */
export function createEvidenceActions({ client: core, store, copyText, notify }: ActionPorts, view: ViewActions): EvidenceActions {
  return {
    showEvidence: (client) => {
      const runId = store.getState().run.state?.plan.runId;
      patch(store, 'view', { evidence: client === null || runId === undefined ? null : { runId, client } });
    },
    clientEvidence: (runId, client) => core.call('evidence.client', { runId, client }),
    clientShared: (runId, client) => core.call('evidence.shared', { runId, client }),
    verdictChanges: (runId) => core.call('verdicts.changes', { runId }),
    copyEvidence: async (runId, client) => {
      try {
        await copyText((await core.call('evidence.text', { runId, client })).text);
        notify({ kind: 'copied', what: 'text' });
      } catch (error) {
        notify({ kind: 'failed', failure: toFailure(error) });
      }
    },
    showRawRows: (source, idColumn, client) => {
      const key = tableKeyOf({ kind: 'source', source });
      view.clearFilters(key);
      view.filterTable(key, { column: idColumn, contains: client });
      patch(store, 'view', { evidence: null });
      view.showTab(key);
    },
  };
}
