/** What runs have done and taken, added up: the figures of the status page, of `cam stats` and of `/health`. Plain data. */
import type { ErrorCode } from './error-code.ts';
import type { EndpointState, EndpointStatus } from './health.ts';
import type { HistoryState } from './history.ts';
import { type Instant, laterOf } from './instant.ts';
import type { Strategy } from './plan.ts';
import type { RunOutcomeKind } from './run.ts';

/** One endpoint of a database. Times are in milliseconds; sums are over successful attempts. */
export interface EndpointFigures {
  readonly attempts: number;
  readonly successes: number;
  readonly latencySumMs: number;
  readonly longestMs: number;
  readonly lastSuccessAt?: Instant;
  /** How long the last successful attempt took; in a report the last logon or ping, where that was seen. */
  readonly lastLatencyMs?: number;
  readonly lastFailureAt?: Instant;
  readonly lastCode?: ErrorCode;
}

/** One database. */
export interface DatabaseFigures {
  /** Sources that ended. */
  readonly sources: number;
  /** Those of them that are no whole answer. */
  readonly missing: number;
  readonly retries: number;
  /** Attempts that ended at their time limit. */
  readonly timeouts: number;
  /** Rows and bytes of sources that answered. */
  readonly rows: number;
  readonly bytes: number;
  /** Sources that waited for their turn, and how long: for a process, a connection, a rate limit or another source. */
  readonly waits: number;
  readonly waitSumMs: number;
  readonly longestWaitMs: number;
  /** By the endpoint's words. */
  readonly endpoints: Readonly<Record<string, EndpointFigures>>;
}

/** Everything that is counted. */
export interface Figures {
  /** Ends of runs; one that is completed later ends again. */
  readonly runs: Readonly<Record<RunOutcomeKind, number>>;
  /** Queries sent out, by how their targets were chosen: one for each query of a run, over however many databases. */
  readonly scatters: Readonly<Record<Strategy, number>>;
  /** Runs that ended in part because a source ran out of time. */
  readonly partialTimeouts: number;
  readonly databases: Readonly<Record<string, DatabaseFigures>>;
}

/** Nothing counted. */
export const noFigures: Figures = {
  runs: { succeeded: 0, partial: 0, failed: 0, cancelled: 0 },
  scatters: { single: 0, multi: 0, broadcast: 0 },
  partialTimeouts: 0,
  databases: {},
};

/** Nothing counted of a database. */
export const noDatabaseFigures: DatabaseFigures = {
  sources: 0,
  missing: 0,
  retries: 0,
  timeouts: 0,
  rows: 0,
  bytes: 0,
  waits: 0,
  waitSumMs: 0,
  longestWaitMs: 0,
  endpoints: {},
};

/** Nothing counted of an endpoint. */
export const noEndpointFigures: EndpointFigures = { attempts: 0, successes: 0, latencySumMs: 0, longestMs: 0 };

/** Both together; what was last is the later of both. */
export function addFigures(a: Figures, b: Figures): Figures {
  const { runs, scatters } = a;
  return {
    runs: {
      succeeded: runs.succeeded + b.runs.succeeded,
      partial: runs.partial + b.runs.partial,
      failed: runs.failed + b.runs.failed,
      cancelled: runs.cancelled + b.runs.cancelled,
    },
    scatters: {
      single: scatters.single + b.scatters.single,
      multi: scatters.multi + b.scatters.multi,
      broadcast: scatters.broadcast + b.scatters.broadcast,
    },
    partialTimeouts: a.partialTimeouts + b.partialTimeouts,
    databases: merged(a.databases, b.databases, addDatabaseFigures),
  };
}

/** Both together, of one database. */
export function addDatabaseFigures(a: DatabaseFigures, b: DatabaseFigures): DatabaseFigures {
  return {
    sources: a.sources + b.sources,
    missing: a.missing + b.missing,
    retries: a.retries + b.retries,
    timeouts: a.timeouts + b.timeouts,
    rows: a.rows + b.rows,
    bytes: a.bytes + b.bytes,
    waits: a.waits + b.waits,
    waitSumMs: a.waitSumMs + b.waitSumMs,
    longestWaitMs: Math.max(a.longestWaitMs, b.longestWaitMs),
    endpoints: merged(a.endpoints, b.endpoints, addEndpoints),
  };
}

function addEndpoints(a: EndpointFigures, b: EndpointFigures): EndpointFigures {
  const success = later(a, b, (figures) => figures.lastSuccessAt);
  const failed = later(a, b, (figures) => figures.lastFailureAt);
  return {
    attempts: a.attempts + b.attempts,
    successes: a.successes + b.successes,
    latencySumMs: a.latencySumMs + b.latencySumMs,
    longestMs: Math.max(a.longestMs, b.longestMs),
    ...(success.lastSuccessAt === undefined ? {} : { lastSuccessAt: success.lastSuccessAt }),
    ...(success.lastLatencyMs === undefined ? {} : { lastLatencyMs: success.lastLatencyMs }),
    ...(failed.lastFailureAt === undefined ? {} : { lastFailureAt: failed.lastFailureAt }),
    ...(failed.lastCode === undefined ? {} : { lastCode: failed.lastCode }),
  };
}

function later(a: EndpointFigures, b: EndpointFigures, at: (figures: EndpointFigures) => Instant | undefined): EndpointFigures {
  const [first, second] = [at(a), at(b)];
  if (first === undefined || second === undefined) return first === undefined ? b : a;
  return laterOf(first, second) === second ? b : a;
}

function merged<T>(a: Readonly<Record<string, T>>, b: Readonly<Record<string, T>>, add: (a: T, b: T) => T): Readonly<Record<string, T>> {
  const sum: Record<string, T> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const known = sum[key];
    sum[key] = known === undefined ? value : add(known, value);
  }
  return sum;
}

/**
 * What was counted of an endpoint, with what was seen of it last. Runs count attempts; checks and pings see it too, and what is known
 * of it is not forgotten when counting begins anew.
 */
export function withLastSeen(counted: EndpointFigures, seen: EndpointStatus | undefined): EndpointFigures {
  if (seen === undefined) return counted;
  const { lastSuccessAt, latencyMs, lastFailureAt, lastFailure } = seen;
  const hasSucceeded = lastSuccessAt !== undefined && lastSuccessAt >= (counted.lastSuccessAt ?? '');
  const hasFailed = lastFailureAt !== undefined && lastFailureAt >= (counted.lastFailureAt ?? '');
  return {
    ...counted,
    ...(hasSucceeded ? { lastSuccessAt } : {}),
    ...(hasSucceeded && latencyMs !== undefined ? { lastLatencyMs: latencyMs } : {}),
    ...(hasFailed ? { lastFailureAt } : {}),
    ...(hasFailed && lastFailure !== undefined ? { lastCode: lastFailure.code } : {}),
  };
}

/** One endpoint of a configured database, as it stands. */
export interface EndpointReport {
  readonly database: string;
  readonly endpoint: string;
  readonly breaker: EndpointState;
  readonly figures: EndpointFigures;
}

/** How the program does: what is going on now, and what has been counted since. */
export interface StatusView {
  readonly version: string;
  /** Since when is counted; absent where nothing has been. */
  readonly since?: Instant;
  readonly figures: Figures;
  /** Going on in this process. */
  readonly inFlight: { readonly runs: number; readonly sources: number; readonly waiting: number };
  /** Every endpoint of every configured database, in their order. */
  readonly endpoints: readonly EndpointReport[];
  readonly history: HistoryState;
}
