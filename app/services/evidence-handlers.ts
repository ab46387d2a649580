/** The handlers about evidence: of one client, and of a whole run. */
import type { Handlers } from '../contract/dispatch.ts';
import type { BundleService } from './bundle-service.ts';
import type { EvidenceService } from './evidence-service.ts';

/** Their part of the table. */
export function evidenceHandlers({
  evidence,
  bundles,
}: {
  readonly evidence: EvidenceService;
  readonly bundles: BundleService;
}): Pick<Handlers, 'evidence.client' | 'evidence.shared' | 'evidence.text' | 'report.bundle'> {
  return {
    'evidence.client': ({ runId, client, limit }) => evidence.client(runId, client, limit),
    'evidence.shared': ({ runId, client }) => evidence.shared(runId, client),
    'report.bundle': (input) => bundles.write(input),
    'evidence.text': ({ runId, client }) => evidence.text(runId, client),
  };
}
