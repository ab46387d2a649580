/** An answer that was given before and is used again. */
import type { Instant } from './instant.ts';

/** Where an answer comes from that no database was asked for. */
export interface CachedFrom {
  /** The run that asked. */
  readonly runId: string;
  /** When its statement began: of what happened later the answer knows nothing. */
  readonly at: Instant;
  /** Who answered, in words. */
  readonly endpoint: string;
}

/** What an analyst is told of such an answer. */
export function cachedNote({ runId, at, endpoint }: CachedFrom): string {
  return `No database was asked: this is the answer that ${endpoint} gave to the run ${runId} at ${at.slice(0, 10)} ${at.slice(11, 19)} UTC.`;
}
