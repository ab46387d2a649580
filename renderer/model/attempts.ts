/** What the attempts of a source mean for its row. */
import { retryClassOf } from '../../app/model/failure.ts';
import { msOfInstant } from '../../app/model/instant.ts';
import type { SourceState } from '../../app/model/run.ts';

/** The try that a source waits for. */
export interface NextTry {
  /** From 1, on the endpoint that is tried. */
  readonly number: number;
  /** At most so many. */
  readonly of: number;
  readonly atMs: number;
}

/** The try a source waits for; `null` where it waits for none, or goes on at once elsewhere. */
export function nextTryOf({ status, attempts, source }: SourceState): NextTry | null {
  const last = attempts.at(-1);
  if (status !== 'retrying' || last?.retryAt === undefined || last.retryAt <= last.at) return null;
  const before = attempts.filter(({ endpoint }) => endpoint === last.endpoint).length;
  const isOnce = last.failure !== undefined && retryClassOf(last.failure) === 'once';
  return { number: before + 1, of: isOnce ? before + 1 : source.policy.retry.retries + 1, atMs: msOfInstant(last.retryAt) };
}

/** The standby that has answered a source, and how far it was behind; `null` where the primary did. */
export function standbyOf(
  { outcome, attempts }: SourceState,
  primary: string,
): { readonly endpoint: string; readonly lagMs?: number } | null {
  const last = attempts.at(-1);
  if (last?.outcome !== 'success' || outcome === undefined || last.endpoint === primary) return null;
  return { endpoint: last.endpoint, ...(last.lagMs === undefined ? {} : { lagMs: last.lagMs }) };
}
