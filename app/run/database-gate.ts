/**
 * What everybody who asks one database passes: the breaker of the endpoint, a place, a permit. There is one gate a database, shared by
 * all runs, checks and pings of the program.
 */
import { AbortedError, isOwnTimeout } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { DatabaseConfig, Endpoint } from '../model/database.ts';
import { CamError, type Failure, failure } from '../model/failure.ts';
import type { Breaker } from '../resilience/breaker.ts';
import { RateLimit } from '../resilience/rate-limit.ts';
import { Slots } from './slots.ts';

/** What is remembered of an endpoint from one call to the next, and from one start of the program to the next. */
export interface EndpointWatch {
  readonly breaker: Breaker;
  /**
   * It has answered somebody who came at `sinceMs` (milliseconds since 1970); `latencyMs`: how long the logon or the ping took, where
   * there was one.
   */
  answered(sinceMs: number, latencyMs?: number): void;
  /** `wasAsked` is false where the failure was known without asking it. */
  failed(failure: Failure, wasAsked: boolean): void;
}

/** The watch of an endpoint; the same one for the same endpoint. */
export type WatchEndpoint = (database: DatabaseConfig, endpoint: Endpoint) => EndpointWatch;

/** Says that the endpoint has answered, before the work is done. */
export type EndpointAnswered = (latencyMs?: number) => void;

/** One that asks an endpoint, perhaps more than once: a source with its retries, a check, a ping. */
export interface GateCaller {
  /**
   * Does the work when the breaker, a place and the rate limit allow it, in this order. No wait eats into a time limit of the work.
   * @throws CamError `breaker.open` without doing it; AbortedError at once when the signal is aborted in a wait; what the work throws
   */
  pass<T>(work: (answered: EndpointAnswered) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Whether the endpoint is left alone at this moment. */
  readonly isOpen: boolean;
}

/** What went wrong with an endpoint; it may have been known before it was asked: no password, no ticket. */
export class EndpointFailure extends CamError {
  readonly wasAsked: boolean;

  constructor(value: Failure, wasAsked: boolean) {
    super(value);
    this.wasAsked = wasAsked;
  }
}

/** The gate of one database. */
export class DatabaseGate {
  readonly #places: Slots;
  readonly #rate: RateLimit;
  readonly #watch: WatchEndpoint;
  readonly #clock: Clock;
  #database: DatabaseConfig;

  constructor(database: DatabaseConfig, clock: Clock, watch: WatchEndpoint) {
    const { maxConcurrency, policy } = database;
    this.#database = database;
    this.#watch = watch;
    this.#clock = clock;
    this.#places = new Slots(maxConcurrency);
    this.#rate = new RateLimit(clock, policy.rateLimit.queries, policy.rateLimit.perMs);
  }

  /** Other limits from now on, where the configuration has changed; what goes on and what has been counted stays. */
  configure(database: DatabaseConfig): void {
    this.#database = database;
    const { rateLimit } = database.policy;
    this.#places.configure(database.maxConcurrency);
    this.#rate.configure(rateLimit.queries, rateLimit.perMs);
  }

  /** A permit for one more statement of somebody who is in already. @throws AbortedError at once when the signal is aborted */
  async statement(signal: AbortSignal): Promise<void> {
    await this.#rate.take(signal);
  }

  /** Somebody who is going to ask this endpoint. */
  caller(endpoint: Endpoint): GateCaller {
    const watch = this.#watch(this.#database, endpoint);
    const { breaker } = watch;
    const caller = breaker.caller();
    return {
      pass: async (work, signal) => {
        let sinceMs = this.#clock.nowMs();
        try {
          const result = await caller.execute(async (letOthersPass) => {
            const release = await this.#places.take(signal);
            try {
              await this.#rate.take(signal);
              // It may have been opened by others meanwhile.
              breaker.refuseIfOpen();
              sinceMs = this.#clock.nowMs();
              return await work((latencyMs) => {
                letOthersPass();
                watch.answered(sinceMs, latencyMs);
              });
            } finally {
              release();
            }
          }, signal);
          watch.answered(sinceMs);
          return result;
        } catch (error) {
          const known = failureOf(error);
          if (known !== undefined) watch.failed(known, !(error instanceof EndpointFailure) || error.wasAsked);
          throw error;
        }
      },
      get isOpen() {
        return breaker.state === 'open';
      },
    };
  }
}

/** What went wrong with the endpoint; nothing where a call was refused without being made, or ended by a person. */
function failureOf(error: unknown): Failure | undefined {
  if (error instanceof AbortedError) return isOwnTimeout(error) ? failure('query.timeout') : undefined;
  return error instanceof CamError && error.failure.code !== 'breaker.open' ? error.failure : undefined;
}
