import type { ClientEvidence, ClientShared } from '../../app/model/client-evidence.ts';
import { toFailure } from '../../app/model/failure.ts';
import type { VerdictComparison } from '../../app/model/verdict-history.ts';
import type { EarlierVerdicts } from '../model/earlier-verdict.ts';
import { tableKeyOf, tableViewOf } from '../model/table-key.ts';
import { patch } from '../store/app-store.ts';
import type { EvidencePlace } from '../store/view-slice.ts';
import type { ActionPorts } from './ports.ts';
import type { ViewActions } from './view-actions.ts';

/** A run, and when it began. */
interface EarlierThan {
  readonly runId: string;
  readonly startedAt: string | null;
}

/** So many verdicts of a client are looked at, and so many of them shown. */
const lookedAt = 50;
const shown = 10;

/** What is asked about one client. */
export interface EvidenceActions {
  /** Shows the evidence of a client of the run that is looked at, and where in a table it stands; `null` closes it. */
  readonly showEvidence: (client: string | null, place?: EvidencePlace) => void;
  /** Shows the evidence of the client that stands before or after the shown one in the table it was opened from. */
  readonly stepEvidence: (by: -1 | 1) => Promise<void>;
  /** @throws CamError */
  readonly clientEvidence: (runId: string, client: string) => Promise<ClientEvidence>;
  /** @throws CamError */
  readonly clientShared: (runId: string, client: string) => Promise<ClientShared>;
  /** @throws CamError */
  readonly verdictChanges: (runId: string) => Promise<VerdictComparison>;
  /** What runs before the given one said of a client; all others where it is not known when that began. @throws CamError */
  readonly earlierVerdicts: (client: string, than: EarlierThan) => Promise<EarlierVerdicts>;
  readonly copyEvidence: (runId: string, client: string) => Promise<void>;
  /** The raw rows of a source, filtered by the client. */
  readonly showRawRows: (source: string, idColumn: string, client: string) => void;
}

/** Makes the evidence actions. */
export function createEvidenceActions({ client: core, store, copyText, notify }: ActionPorts, view: ViewActions): EvidenceActions {
  return {
    showEvidence: (client, place) => {
      const runId = store.getState().run.state?.plan.runId;
      const shown = client === null || runId === undefined ? null : { runId, client, ...(place !== undefined && { place }) };
      patch(store, 'view', { evidence: shown });
    },
    stepEvidence: async (by) => {
      const { view: before } = store.getState();
      const { evidence } = before;
      if (evidence?.place === undefined) return;
      const { table, row: from } = evidence.place;
      const row = from + by;
      if (row < 0) return;
      const { sort, filters } = tableViewOf(before, tableKeyOf(table));
      const request = { table, offset: row, limit: 1, filters: [...filters], ...(sort !== null && { sort }) };
      try {
        const page = await core.call('result.page', { runId: evidence.runId, request });
        const client = page.rows[0]?.[page.columns.findIndex(({ name }) => name === 'user_id')];
        // Somebody who has gone on meanwhile stays where they are.
        if (typeof client !== 'string' || store.getState().view.evidence !== evidence) return;
        patch(store, 'view', { evidence: { ...evidence, client, place: { table, row, of: page.matching, by } } });
      } catch (error) {
        notify({ kind: 'failed', failure: toFailure(error) });
      }
    },
    clientEvidence: (runId, client) => core.call('evidence.client', { runId, client }),
    clientShared: (runId, client) => core.call('evidence.shared', { runId, client }),
    verdictChanges: (runId) => core.call('verdicts.changes', { runId }),
    earlierVerdicts: async (client, { runId, startedAt }) => {
      const all = await core.call('verdicts.ofClient', { client, limit: lookedAt });
      const earlier = all.filter(({ run }) => run.runId !== runId && (startedAt === null || run.startedAt < startedAt));
      const told = earlier.slice(0, shown).map(async (verdict) => {
        const detail = await core.call('history.run', { runId: verdict.run.runId });
        return { ...verdict, recorded: detail?.run ?? null };
      });
      return { verdicts: await Promise.all(told), isCut: all.length === lookedAt || earlier.length > shown };
    },
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
