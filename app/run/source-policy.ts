/**
 * What lies around the attempts of a source. From outside in: the run's deadline and a cancel (the caller's signal), standby, retry,
 * breaker, a place, a permit, the attempt. See docs/decisions/policies-in-main.md.
 */
import type { Clock } from '../base/clock.ts';
import type { Endpoint } from '../model/database.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { CamError } from '../model/failure.ts';
import type { RetryPolicy } from '../model/policy.ts';
import { isEndpointFault } from '../resilience/endpoint-fault.ts';
import { withRetry } from '../resilience/retry.ts';
import type { DatabaseGate, EndpointAnswered, GateCaller } from './database-gate.ts';
import type { LogonRefusal } from '../resilience/logon-refusal.ts';

/** Which attempt this is, and where it is made. */
export interface AttemptPlace {
  /** From 1, over all endpoints. */
  readonly number: number;
  readonly endpoint: Endpoint;
  /** 0: the primary; else the place among the standbys, from 1. */
  readonly rank: number;
  /** To be called when the endpoint has let us in. */
  readonly answered: EndpointAnswered;
}

/** What the policies are made of. */
export interface SourcePolicy {
  readonly retry: RetryPolicy;
  /** The primary and its standbys, in the order in which they are tried. */
  readonly endpoints: readonly Endpoint[];
  readonly gate: DatabaseGate;
  readonly logon: LogonRefusal;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Told when the source goes on after an attempt: with another one after `delayMs`, or with a standby (0: at once). */
  readonly onFollowed: (delayMs: number) => void;
}

/**
 * Makes attempts until one succeeds or none is left to make.
 * @throws what the last attempt threw; `breaker.open` where none was made; AbortedError where a wait was ended
 */
export async function withPolicies<T>(policy: SourcePolicy, attempt: (place: AttemptPlace) => Promise<T>, signal: AbortSignal): Promise<T> {
  let number = 0;
  // Made before the first attempt: what others see of a standby meanwhile is the same trouble, and counts once.
  const all = policy.endpoints.map((endpoint) => ({ endpoint, tries: new EndpointTries(policy, endpoint) }));
  for (const [rank, { endpoint, tries }] of all.entries()) {
    try {
      return await tries.run((answered) => attempt({ number: ++number, endpoint, rank, answered }), signal);
    } catch (error) {
      const isLast = rank === all.length - 1;
      if (isLast || signal.aborted || !tries.leavesToStandby(error)) throw tries.reason(error);
      policy.onFollowed(0);
    }
  }
  throw new Error('a database has at least one endpoint');
}

/** The tries of one source at one endpoint. */
class EndpointTries {
  readonly #policy: SourcePolicy;
  readonly #caller: GateCaller;
  /** What the last attempt threw. */
  #thrown: unknown;
  #hasEntered = false;
  readonly #endpoint: Endpoint;

  constructor(policy: SourcePolicy, endpoint: Endpoint) {
    this.#policy = policy;
    this.#endpoint = endpoint;
    this.#caller = policy.gate.caller(endpoint);
  }

  run<T>(attempt: (answered: EndpointAnswered) => Promise<T>, signal: AbortSignal): Promise<T> {
    const { retry, clock, random, logon, onFollowed } = this.#policy;
    return withRetry(
      retry,
      {
        clock,
        random,
        onRetry: (_number, delayMs) => {
          onFollowed(delayMs);
        },
      },
      () => {
        logon.throwIfRefused(this.#endpoint);
        return this.#caller.pass((answered) => {
          // Another source may have been refused while this one waited.
          logon.throwIfRefused(this.#endpoint);
          return this.#try(attempt, answered);
        }, signal);
      },
      signal,
    );
  }

  /** A breaker that opened after an attempt is not why the source failed: the attempt's own failure is. */
  reason(error: unknown): unknown {
    return isCode(error, 'breaker.open') ? (this.#thrown ?? error) : error;
  }

  /**
   * A standby is tried where the endpoint is left alone, or where it did not let us in, after all tries. What the database itself says
   * (a refused logon, a statement with a mistake) a standby would say too.
   */
  leavesToStandby(error: unknown): boolean {
    if (isCode(error, 'breaker.open')) return true;
    return isEndpointFault(error) && (this.#caller.isOpen || !this.#hasEntered);
  }

  async #try<T>(attempt: (answered: EndpointAnswered) => Promise<T>, answered: EndpointAnswered): Promise<T> {
    this.#hasEntered = false;
    try {
      return await attempt((latencyMs) => {
        this.#hasEntered = true;
        answered(latencyMs);
      });
    } catch (error) {
      this.#policy.logon.note(this.#endpoint, error, this.#hasEntered);
      this.#thrown = error;
      throw error;
    }
  }
}

function isCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof CamError && error.failure.code === code;
}
