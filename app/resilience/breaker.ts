/**
 * A circuit breaker for one endpoint: after so many failures in a row it is left alone for a while, then one call tries
 * whether it is back.
 *
 * Consecutive failures are counted, not a rate: an analysis makes a dozen calls, too few for a rate to say anything.
 */
import { raceAbort } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { CamError, failure } from '../model/failure.ts';
import { isEndpointFault } from './endpoint-fault.ts';

/** Closed: calls pass. Open: calls are refused. Half-open: one call passes as a probe; when it is answered, others may follow. */
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
  /** The endpoint in words, for who is refused. */
  readonly name?: string;
}

/** Says that the endpoint has answered, before the call is over. */
export type Answered = () => void;

/** Whoever makes one call after another until one succeeds, such as a source with its retries. */
export interface BreakerCaller {
  /**
   * Calls `action` unless the breaker is open. While the endpoint is being probed by somebody else, waits for what that shows.
   * @throws CamError `breaker.open` without a call; AbortedError while it waits; else what the action throws
   */
  execute<T>(action: (answered: Answered) => Promise<T>, signal: AbortSignal): Promise<T>;
}

const forever = new AbortController().signal;

/**
 * One endpoint's breaker.
 *
 * Failures are counted as one caller sees them: four queries that lose one connection at the same moment, and lose it again when
 * all four try again, have seen two failures in a row and not eight. Else a single hiccup would open the breaker of a busy
 * database and every retry would find it open.
 */
export class Breaker {
  readonly changed = new Emitter<BreakerState>();
  readonly #clock: Clock;
  #options: BreakerOptions;
  #failures: number;
  /** When it opened, by both clocks. */
  #opened: { readonly wallMs: number; readonly monotonicMs: number } | undefined;
  /** Counts successes: what a caller has seen before the last one does not count any more. */
  #era = 0;
  /** Resolves when the probe has shown something, or has ended. */
  #probe: Promise<undefined> | undefined;

  /** `record`: how an earlier process left it. A time in the future (the clock was set back) counts as now. */
  constructor(clock: Clock, options: BreakerOptions, record: BreakerRecord = { failures: 0 }) {
    this.#clock = clock;
    this.#options = options;
    this.#failures = record.failures;
    if (record.openedAtMs === undefined) return;
    const sinceMs = Math.max(0, clock.nowMs() - record.openedAtMs);
    this.#opened = { wallMs: clock.nowMs() - sinceMs, monotonicMs: clock.monotonicMs() - sinceMs };
  }

  /** The state at this moment. */
  get state(): BreakerState {
    const { openUntilMs } = this;
    if (openUntilMs === undefined) return 'closed';
    return this.#clock.nowMs() >= openUntilMs ? 'half-open' : 'open';
  }

  /** What to keep for the next process. */
  get record(): BreakerRecord {
    const openedAtMs = this.#openedAtMs();
    return { failures: this.#failures, ...(openedAtMs === undefined ? {} : { openedAtMs }) };
  }

  /** When it lets a probe through, in milliseconds since 1970-01-01 UTC; `undefined` where it is closed. */
  get openUntilMs(): number | undefined {
    const openedAtMs = this.#openedAtMs();
    return openedAtMs === undefined ? undefined : openedAtMs + this.#options.openMs;
  }

  /** Other limits from now on; what has been counted stays. */
  configure(options: BreakerOptions): void {
    this.#options = options;
  }

  /** Closes it by hand. */
  close(): void {
    this.#succeeded();
  }

  /** Somebody who is going to call, perhaps more than once. */
  caller(): BreakerCaller {
    let era = this.#era;
    let before = this.#failures;
    let own = 0;
    const seen = (): number => {
      if (era !== this.#era) [era, before, own] = [this.#era, 0, 0];
      own += 1;
      return before + own;
    };
    return { execute: (action, signal) => this.#execute(action, seen, signal) };
  }

  /** One call by somebody who makes no other. See {@link BreakerCaller.execute}. */
  execute<T>(action: (answered: Answered) => Promise<T>, signal = forever): Promise<T> {
    return this.caller().execute(action, signal);
  }

  /** @throws CamError `breaker.open` where a call would be refused now */
  refuseIfOpen(): void {
    const { openUntilMs } = this;
    if (openUntilMs !== undefined && this.#clock.nowMs() < openUntilMs) throw this.#refusal(openUntilMs);
  }

  async #execute<T>(action: (answered: Answered) => Promise<T>, seen: () => number, signal: AbortSignal): Promise<T> {
    while (this.state === 'half-open' && this.#probe !== undefined) await raceAbort(this.#probe, signal);
    this.refuseIfOpen();
    const isProbe = this.state === 'half-open';
    const shown = Promise.withResolvers<undefined>();
    const answered = (): void => {
      if (this.#probe === shown.promise) this.#probe = undefined;
      shown.resolve(undefined);
    };
    if (isProbe) this.#probe = shown.promise;
    try {
      const result = await action(answered);
      this.#succeeded();
      return result;
    } catch (error) {
      if (countsAgainstEndpoint(error)) this.#failed(seen(), isProbe);
      else if (isAnswer(error)) this.#succeeded();
      throw error;
    } finally {
      answered();
    }
  }

  #succeeded(): void {
    const wasClosed = this.#opened === undefined;
    this.#era += 1;
    this.#failures = 0;
    this.#opened = undefined;
    if (!wasClosed) this.changed.emit('closed');
  }

  #failed(seen: number, isProbe: boolean): void {
    this.#failures = Math.max(this.#failures, seen);
    if (!isProbe && (this.#failures < this.#options.threshold || this.#opened !== undefined)) return;
    this.#opened = { wallMs: this.#clock.nowMs(), monotonicMs: this.#clock.monotonicMs() };
    this.changed.emit('open');
  }

  /**
   * When it opened, as the wall clock tells time now. What has passed since is what the clock says that says more: the wall clock may
   * have been set back, the monotonic one stands still while the machine sleeps.
   */
  #openedAtMs(): number | undefined {
    if (this.#opened === undefined) return undefined;
    const nowMs = this.#clock.nowMs();
    return nowMs - Math.max(nowMs - this.#opened.wallMs, Math.floor(this.#clock.monotonicMs() - this.#opened.monotonicMs));
  }

  #refusal(untilMs: number): CamError {
    const waitSeconds = Math.ceil((untilMs - this.#clock.nowMs()) / 1000);
    const times = this.#failures === 1 ? 'once' : `${String(this.#failures)} times in a row`;
    const message = `${this.#options.name ?? 'The endpoint'} failed ${times} and is left alone for another ${String(waitSeconds)} s.`;
    return new CamError(failure('breaker.open', { message }));
  }
}

/** Beyond what speaks against an endpoint: the process that asked it may have died, or hung, of it. */
const suspiciousCodes: ReadonlySet<ErrorCode> = new Set(['query.timeout', 'worker.crashed', 'worker.unresponsive']);

/** A cancel says nothing about an endpoint, nor does a mistake in a SQL file; an attempt that ran out of time does. */
function countsAgainstEndpoint(error: unknown): boolean {
  return isEndpointFault(error) || (error instanceof CamError && suspiciousCodes.has(error.failure.code));
}

/** A statement that the database does not accept shows that the database is there. */
function isAnswer(error: unknown): boolean {
  return error instanceof CamError && error.failure.code.startsWith('sql.');
}
