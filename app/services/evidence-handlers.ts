/** The handlers about evidence: of one client, of a whole run, and over time. */
import type { Handlers } from '../contract/dispatch.ts';
import type { BundleService } from './bundle-service.ts';
import type { EvidenceService } from './evidence-service.ts';
import type { VerdictService } from './verdict-service.ts';

/** Their part of the table. */
export function evidenceHandlers({
  evidence,
  bundles,
  verdicts,
}: {
  readonly evidence: EvidenceService;
  readonly bundles: BundleService;
  readonly verdicts: VerdictService;
}): Pick<Handlers, 'evidence.client' | 'evidence.shared' | 'evidence.text' | 'report.bundle' | 'verdicts.changes' | 'verdicts.ofClient'> {
  return {
    'evidence.client': ({ runId, client, limit }) => evidence.client(runId, client, limit),
    'evidence.shared': ({ runId, client }) => evidence.shared(runId, client),
    'verdicts.changes': ({ runId }) => verdicts.changes(runId),
    'verdicts.ofClient': ({ client, limit }) => verdicts.ofClient(client, limit),
    'report.bundle': (input) => bundles.write(input),
    'evidence.text': ({ runId, client }) => evidence.text(runId, client),
  };
}
