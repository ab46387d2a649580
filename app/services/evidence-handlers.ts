/** The handlers about the evidence of one client. */
import type { Handlers } from '../contract/dispatch.ts';
import type { EvidenceService } from './evidence-service.ts';

/** Their part of the table. */
export function evidenceHandlers({
  evidence,
}: {
  readonly evidence: EvidenceService;
}): Pick<Handlers, 'evidence.client' | 'evidence.shared' | 'evidence.text'> {
  return {
    'evidence.client': ({ runId, client, limit }) => evidence.client(runId, client, limit),
    'evidence.shared': ({ runId, client }) => evidence.shared(runId, client),
    'evidence.text': ({ runId, client }) => evidence.text(runId, client),
  };
}
