/** The rows of the contract about evidence: of one client, and of a whole run. */
import * as z from 'zod';
import type { ClientEvidence, ClientShared } from '../model/client-evidence.ts';
import type { WrittenBundle } from '../model/evidence-bundle.ts';
import { method } from './method.ts';
import { exportId, runId } from './parts.ts';

/** Id of a client as the tables show it; a blank one is an ordinary id. */
const client = z.string().max(4096);

export const evidenceMethods = {
  /** All rows of a client in the sources that have answered; `limit` bounds those given back, the counts are of all. */
  'evidence.client': method(z.strictObject({ runId, client, limit: z.int().min(1).max(5000).default(1000) })).returns<ClientEvidence>(),
  /** With whom the client shares an address, a device, a hand or a new address. Reads every row of the run. */
  'evidence.shared': method(z.strictObject({ runId, client })).returns<ClientShared>(),
  /** Writes everything about a run that has ended into one signed file in the report folder; `exportId` lets it be stopped. */
  'report.bundle': method(z.strictObject({ runId, exportId: exportId.optional() })).returns<WrittenBundle>(),
  /** Both as text for a case file, with what is missing first. */
  'evidence.text': method(z.strictObject({ runId, client })).returns<{ text: string }>(),
} as const;
