/** What is known about the health of endpoints before a run. */

/** Closed: it is used. Open: it is left alone. Half-open: the next call tries whether it is back. */
export type EndpointState = 'closed' | 'open' | 'half-open';

/** One endpoint of one database; what is not known to be open counts as closed. */
export interface EndpointHealth {
  readonly database: string;
  /** In words, as `endpointLabel` gives it. */
  readonly endpoint: string;
  readonly breaker: EndpointState;
}
