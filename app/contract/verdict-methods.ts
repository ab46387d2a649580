/** The rows of the contract about verdicts over time. */
import * as z from 'zod';
import type { ClientVerdict, VerdictComparison } from '../model/verdict-history.ts';
import { method } from './method.ts';
import { runId } from './parts.ts';

export const verdictMethods = {
  /** What has changed since the last run of the same rule, window and sources; waits until the run's verdicts are kept. */
  'verdicts.changes': method(z.strictObject({ runId })).returns<VerdictComparison>(),
  /** What the last runs said of a client, newest first. */
  'verdicts.ofClient': method(z.strictObject({ client: z.string().max(4096), limit: z.int().min(1).max(200).default(50) })).returns<
    readonly ClientVerdict[]
  >(),
} as const;
