/** What is known about the health of endpoints, before a run and beyond it. */
import type { Failure } from './failure.ts';
import type { Instant } from './instant.ts';

/** Closed: it is used. Open: it is left alone. Half-open: the next call tries whether it is back. */
export type EndpointState = 'closed' | 'open' | 'half-open';

/** One endpoint of one database; what is not known to be open counts as closed. */
export interface EndpointHealth {
  readonly database: string;
  /** In words, as `endpointLabel` gives it. */
  readonly endpoint: string;
  readonly breaker: EndpointState;
}

/** An endpoint as it is shown: its breaker, and what was seen of it last, by whichever run, check or ping. */
export interface EndpointStatus extends EndpointHealth {
  readonly isStandby: boolean;
  /** Failures in a row. */
  readonly failures: number;
  /** When it is tried again; set where the breaker is not closed. */
  readonly openUntil?: Instant;
  readonly lastSuccessAt?: Instant;
  /** How long the last logon or ping took that succeeded, in milliseconds. */
  readonly latencyMs?: number;
  readonly lastFailureAt?: Instant;
  /** Without its full text. */
  readonly lastFailure?: Failure;
  /** The last logon that was refused, until one succeeds at an endpoint of the database: nobody but a person tries again. */
  readonly refusedLogon?: { readonly at: Instant; readonly failure: Failure };
}
