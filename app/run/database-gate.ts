/**
 * What everybody who asks one database passes: the breaker of the endpoint, a place, a permit. There is one gate a database, shared by
 * all runs, checks and pings of the program.
 */
import { AbortedError } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { DatabaseConfig, Endpoint } from '../model/database.ts';
import { CamError, type Failure, failure } from '../model/failure.ts';
import type { Breaker } from '../resilience/breaker.ts';
import { RateLimit } from '../resilience/rate-limit.ts';
import { Slots } from './slots.ts';

/** What is remembered of an endpoint from one call to the next, and from one start of the program to the next. */
export interface EndpointWatch {
  readonly breaker: Breaker;
  /** It has answered; `latencyMs`: how long the logon or the ping took, where there was one. */
  answered(latencyMs?: number): void;
  failed(failure: Failure): void;
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

/** The gate of one database. */
export class DatabaseGate {
  readonly #places: Slots;
  readonly #rate: RateLimit;
  readonly #watch: WatchEndpoint;
  #database: DatabaseConfig;

  constructor(database: DatabaseConfig, clock: Clock, watch: WatchEndpoint) {
    const { maxConcurrency, policy } = database;
    this.#database = database;
    this.#watch = watch;
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
        try {
          const result = await caller.execute(async (letOthersPass) => {
            const release = await this.#places.take(signal);
            try {
              await this.#rate.take(signal);
              // It may have been opened by others meanwhile.
              breaker.refuseIfOpen();
              return await work((latencyMs) => {
                letOthersPass();
                watch.answered(latencyMs);
              });
            } finally {
              release();
            }
          }, signal);
          watch.answered();
          return result;
        } catch (error) {
          const known = failureOf(error);
          if (known !== undefined) watch.failed(known);
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
  if (error instanceof AbortedError) {
    const { reason } = error;
    return reason.kind === 'timeout' && reason.what !== 'run' ? failure('query.timeout') : undefined;
  }
  return error instanceof CamError && error.failure.code !== 'breaker.open' ? error.failure : undefined;
}

/**
 * A refused logon stands for the whole of a database's part in a run: it is not tried again by another source, at another endpoint or by
 * another process, so that the account is not locked.
 */
export class LogonRefusal {
  #failure: Failure | undefined;

  /** @throws CamError with the failure of the refused logon, where there was one */
  throwIfRefused(): void {
    if (this.#failure !== undefined) throw new CamError(this.#failure);
  }

  /** Remembers the error where it is a refused logon. */
  note(error: unknown): void {
    if (error instanceof CamError && isRefusal(error.failure)) this.#failure ??= error.failure;
  }
}

function isRefusal({ code }: Failure): boolean {
  return code === 'db.auth' || code === 'db.account-locked';
}
