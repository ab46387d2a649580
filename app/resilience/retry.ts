/** Trying again, where that can help: waits between attempts, which a cancel ends at once. */
import { AbortedError, isOwnTimeout } from '../base/abort.ts';
import { type Clock, sleep } from '../base/clock.ts';
import { CamError, retryClassOf } from '../model/failure.ts';

/** How often and after which waits. */
export interface RetryOptions {
  /** Further attempts after the first. */
  readonly retries: number;
  /** Wait before retry 1, 2, …; the last one holds for all that follow. Milliseconds. */
  readonly delaysMs: readonly number[];
  /** Each wait is varied by up to this share, 0..1, so that many clients do not come back at the same moment. */
  readonly jitter: number;
}

/** What retrying needs from outside. */
export interface RetryPorts {
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Told before each wait. */
  readonly onRetry?: (attempt: number, delayMs: number, error: unknown) => void;
}

/**
 * Calls `attempt` with 1, 2, … until it succeeds, fails for good or the retries are spent; then the last error is thrown.
 * A failure of retry class `once` gets one more attempt, `never` none; a cancel is never followed by another attempt.
 */
export async function withRetry<T>(
  options: RetryOptions,
  ports: RetryPorts,
  attempt: (number: number) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  for (let number = 1; ; number += 1) {
    try {
      return await attempt(number);
    } catch (error) {
      if (signal.aborted || number > allowedRetries(error, options.retries)) throw error;
      const delayMs = delayBefore(number, options, ports.random());
      ports.onRetry?.(number + 1, delayMs, error);
      await sleep(ports.clock, delayMs, signal);
    }
  }
}

/** How many retries an error allows: a passed attempt limit like a retryable failure, a cancel or a mistake of ours none. */
function allowedRetries(error: unknown, retries: number): number {
  if (error instanceof AbortedError) return isOwnTimeout(error) ? retries : 0;
  if (!(error instanceof CamError)) return 0;
  const retryClass = retryClassOf(error.failure);
  if (retryClass === 'never') return 0;
  return retryClass === 'once' ? Math.min(1, retries) : retries;
}

function delayBefore(retry: number, { delaysMs, jitter }: RetryOptions, random: number): number {
  const base = delaysMs[Math.min(retry, delaysMs.length) - 1] ?? 0;
  return Math.max(0, Math.round(base * (1 + jitter * (2 * random - 1))));
}
