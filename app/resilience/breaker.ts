/**
 * A circuit breaker for one endpoint: after so many failures in a row it is left alone for a while, then one call tries
 * whether it is back.
 *
 * Consecutive failures are counted, not a rate: an analysis makes a dozen calls, too few for a rate to say anything.
 */
import { AbortedError } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import { CamError, failure } from '../model/failure.ts';

/** Closed: calls pass. Open: calls are refused. Half-open: one call passes as a probe. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** What of a breaker outlives the process. Times are milliseconds since 1970-01-01 UTC. */
export interface BreakerRecord {
  readonly failures: number;
  readonly openedAtMs?: number;
}

/** When it opens and for how long. */
export interface BreakerOptions {
  /** Failures in a row that open it. */
  readonly threshold: number;
  /** How long it stays open before a probe, in milliseconds. */
  readonly openMs: number;
}

/** One endpoint's breaker. */
export class Breaker {
  readonly changed = new Emitter<BreakerState>();
  readonly #clock: Clock;
  readonly #options: BreakerOptions;
  #failures: number;
  #openedAtMs: number | undefined;
  #isProbing = false;

  /** `record`: how an earlier process left it. A time in the future (the clock was set back) counts as now. */
  constructor(clock: Clock, options: BreakerOptions, record: BreakerRecord = { failures: 0 }) {
    this.#clock = clock;
    this.#options = options;
    this.#failures = record.failures;
    this.#openedAtMs = record.openedAtMs === undefined ? undefined : Math.min(record.openedAtMs, clock.nowMs());
  }

  /** The state at this moment. */
  get state(): BreakerState {
    if (this.#openedAtMs === undefined) return 'closed';
    return this.#clock.nowMs() - this.#openedAtMs >= this.#options.openMs ? 'half-open' : 'open';
  }

  /** What to keep for the next process. */
  get record(): BreakerRecord {
    return { failures: this.#failures, ...(this.#openedAtMs === undefined ? {} : { openedAtMs: this.#openedAtMs }) };
  }

  /** Closes it by hand. */
  close(): void {
    this.#succeeded();
  }

  /**
   * Calls `action` unless the breaker is open.
   * @throws CamError `breaker.open` without a call; else what the action throws
   */
  async execute<T>(action: () => Promise<T>): Promise<T> {
    const { state } = this;
    if (state === 'open' || (state === 'half-open' && this.#isProbing)) throw this.#refusal();
    this.#isProbing = state === 'half-open';
    const isProbe = this.#isProbing;
    try {
      const result = await action();
      this.#succeeded();
      return result;
    } catch (error) {
      if (countsAgainstEndpoint(error)) this.#failed(isProbe);
      throw error;
    } finally {
      if (isProbe) this.#isProbing = false;
    }
  }

  #succeeded(): void {
    const wasClosed = this.#openedAtMs === undefined;
    this.#failures = 0;
    this.#openedAtMs = undefined;
    if (!wasClosed) this.changed.emit('closed');
  }

  #failed(isProbe: boolean): void {
    this.#failures += 1;
    if (!isProbe && (this.#failures < this.#options.threshold || this.#openedAtMs !== undefined)) return;
    this.#openedAtMs = this.#clock.nowMs();
    this.changed.emit('open');
  }

  #refusal(): CamError {
    const sinceMs = this.#clock.nowMs() - (this.#openedAtMs ?? 0);
    const waitSeconds = Math.max(0, Math.ceil((this.#options.openMs - sinceMs) / 1000));
    return new CamError(
      failure('breaker.open', {
        message: `The endpoint failed ${String(this.#failures)} times in a row and is left alone${waitSeconds > 0 ? ` for another ${String(waitSeconds)} s` : ' while it is probed'}.`,
      }),
    );
  }
}

const endpointFaults: ReadonlySet<string> = new Set([
  'db.unreachable',
  'db.unknown-host',
  'db.unknown-service',
  'db.connection-lost',
  'db.session-killed',
  'db.busy',
  'query.timeout',
  'worker.crashed',
  'worker.unresponsive',
]);

/** A cancel says nothing about an endpoint, nor does a mistake in a SQL file; an attempt that ran out of time does. */
function countsAgainstEndpoint(error: unknown): boolean {
  if (error instanceof AbortedError) return error.reason.kind === 'timeout' && error.reason.what !== 'run';
  return error instanceof CamError && endpointFaults.has(error.failure.code);
}
