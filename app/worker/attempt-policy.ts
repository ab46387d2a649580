/**
 * What lies around an attempt: the seam for standby, retry, breaker and rate limit.
 *
 * From outside in the order is: run deadline (the caller's signal) → standby → retry → breaker → rate limit → attempt. An
 * attempt takes its place in the pool and starts its own time limit by itself, so that waiting for a permit or a place never
 * eats into it, and it throws what the policies look at: `CamError` with a retry class, or `AbortedError`.
 */
import type { DatabaseConfig, Endpoint } from '../model/database.ts';
import type { SpoolReference } from './protocol.ts';

/** Which try of a source this is, from 1, and where. */
export interface AttemptPlan {
  readonly number: number;
  readonly endpoint: Endpoint;
}

/** What a successful attempt leaves. */
export interface AttemptResult {
  readonly rows: number;
  readonly bytes: number;
  readonly spool: SpoolReference;
}

/** Runs one attempt to its end. @throws CamError on failure; AbortedError (an `AttemptAborted`) when cancelled or timed out */
type Attempt = (plan: AttemptPlan, signal: AbortSignal) => Promise<AttemptResult>;

/** Makes attempts until one succeeds or none is left to make; throws what the last one threw. */
export type AttemptPolicy = (attempt: Attempt, signal: AbortSignal) => Promise<AttemptResult>;

/** The policies of a database, shared by all its sources. Today: one attempt on the primary endpoint. */
export function createAttemptPolicy(database: DatabaseConfig): AttemptPolicy {
  return (attempt, signal) => attempt({ number: 1, endpoint: database.endpoint }, signal);
}
