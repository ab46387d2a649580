/** What `/health` says. */
import type { StatusView } from '../../model/figures.ts';
import type { HistoryState } from '../../model/history.ts';
import type { Instant } from '../../model/instant.ts';

/** `ok`: everything works. `degraded`: it works in part, and the rest of the report says in which. `unusable`: no run can be started. */
export type HealthStatus = 'ok' | 'degraded' | 'unusable';

/** The report. */
export interface HealthReport {
  readonly status: HealthStatus;
  /** Why it is not `ok`, one sentence each. */
  readonly reasons: readonly string[];
  readonly version: string;
  readonly in_flight: StatusView['inFlight'];
  readonly endpoints: readonly {
    readonly database: string;
    readonly endpoint: string;
    readonly breaker: string;
    readonly attempts: number;
    readonly last_success_at: Instant | null;
    readonly last_latency_seconds: number | null;
    readonly average_latency_seconds: number | null;
    readonly last_failure_at: Instant | null;
    readonly last_code: string | null;
  }[];
  readonly history: { readonly store: HistoryState['store']; readonly waiting: number; readonly lost: number };
}

/** The report of a status. `problems`: mistakes in the configuration. */
export function healthReport(status: StatusView, problems: number): HealthReport {
  const reasons = [
    ...(problems === 0 ? [] : [`The configuration has ${String(problems)} ${problems === 1 ? 'mistake' : 'mistakes'}.`]),
    ...status.endpoints.flatMap(({ database, endpoint, breaker }) =>
      breaker === 'closed' ? [] : [`${database} at ${endpoint} is left alone for now: its breaker is ${breaker}.`],
    ),
    ...historyReasons(status.history),
  ];
  return {
    status: problems > 0 ? 'unusable' : reasons.length > 0 ? 'degraded' : 'ok',
    reasons,
    version: status.version,
    in_flight: status.inFlight,
    endpoints: status.endpoints.map(({ database, endpoint, breaker, figures }) => ({
      database,
      endpoint,
      breaker,
      attempts: figures.attempts,
      last_success_at: figures.lastSuccessAt ?? null,
      last_latency_seconds: seconds(figures.lastLatencyMs),
      average_latency_seconds: figures.successes === 0 ? null : seconds(figures.latencySumMs / figures.successes),
      last_failure_at: figures.lastFailureAt ?? null,
      last_code: figures.lastCode ?? null,
    })),
    history: { store: status.history.store, waiting: status.history.waiting, lost: status.history.lost },
  };
}

function historyReasons({ store, failure, unwritten, lost, rejected }: HistoryState): readonly string[] {
  return [
    ...(store === 'unavailable' ? ['The store of the history cannot be written.'] : []),
    ...(failure?.code === 'disk.error'
      ? [`The journal of the history cannot be written: ${String(unwritten)} of its records are in memory alone.`]
      : []),
    ...(lost > 0 ? [`${String(lost)} records of the history were lost.`] : []),
    ...(rejected > 0 ? [`${String(rejected)} records of the history were refused by its store.`] : []),
  ];
}

function seconds(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms) / 1000;
}
