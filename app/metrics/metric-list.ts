/**
 * Every metric, written once: what is exported, and what the documentation and the dashboard are checked against. Names follow
 * Prometheus (base units, `_total` for counts); what is said of a database has the names of OpenTelemetry's attributes.
 */

/** What a metric can be. */
export type MetricType = 'counter' | 'gauge' | 'histogram';

/** One metric. */
export interface MetricRow {
  readonly type: MetricType;
  /** One sentence. */
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper ends in seconds, of histograms. */
  readonly buckets?: readonly number[];
}

const row = (type: MetricType, help: string, labels: readonly string[] = []): MetricRow => ({ type, help, labels });

/** An analysis query may take a quarter of an hour. */
const queryBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 900] as const;
const waitBuckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900] as const;

const database = ['db_namespace'] as const;
const endpoint = ['db_namespace', 'endpoint'] as const;

/** The metrics by name, in the order in which they are documented. */
export const metricList = {
  cam_build_info: row('gauge', 'Always 1; the label tells the version of the program.', ['version']),
  cam_runs_in_flight: row('gauge', 'Runs that go on now.'),
  cam_runs_total: row('counter', 'Ends of runs; a run that is completed later ends again.', ['outcome']),
  cam_last_run_coverage_ratio: row('gauge', 'Answered of expected sources of the run that ended last, from 0 to 1.'),
  cam_scatters_total: row('counter', 'Queries sent out, one for each query of a run over however many databases.', ['strategy']),
  cam_partial_timeouts_total: row('counter', 'Runs that ended in part because a source ran out of time.'),
  cam_missing_sources_total: row('counter', 'Sources without a whole answer when their run ended.', ['db_namespace', 'reason']),
  cam_sources_in_flight: row('gauge', 'Sources that are being asked now.', database),
  cam_sources_waiting: row('gauge', 'Sources that wait for their turn now.', database),
  cam_source_ends_total: row('counter', 'Sources that ended, and how.', ['db_namespace', 'outcome']),
  db_client_operation_duration_seconds: {
    ...row('histogram', 'Duration of an attempt from its logon to its last row or its failure; error_type is empty where it succeeded.', [
      'db_system_name',
      'db_namespace',
      'strategy',
      'error_type',
    ]),
    buckets: queryBuckets,
  },
  cam_retries_total: row('counter', 'Attempts after the first of a source.', database),
  cam_queue_wait_seconds: {
    ...row('histogram', 'How long sources waited for their turn: for a process, a connection, a rate limit or another source.', database),
    buckets: waitBuckets,
  },
  cam_rows_total: row('counter', 'Rows of sources that answered.', database),
  cam_spooled_bytes_total: row('counter', 'Bytes written to disk for the rows of sources that answered.', database),
  cam_breaker_state: row('gauge', 'Circuit breaker of an endpoint: 0 closed, 1 half-open, 2 open.', endpoint),
  cam_endpoint_last_success_timestamp_seconds: row('gauge', 'When an endpoint last answered, in seconds since 1970.', endpoint),
  cam_endpoint_last_latency_seconds: row(
    'gauge',
    'How long the last logon or ping on an endpoint took that succeeded; before any is seen, the last attempt.',
    endpoint,
  ),
  cam_history_up: row('gauge', '1 where the store of the history can be written, else 0.'),
  cam_history_queue_records: row('gauge', 'Records of the history that are not in its store yet; they are safe in the journal.'),
  cam_history_unwritten_records: row('gauge', 'Records of the history that wait in memory because the journal cannot be written.'),
  cam_history_lost_records: row('gauge', 'Records of the history that were given up since the program started.'),
} as const satisfies Readonly<Record<string, MetricRow>>;

/** Name of a metric. */
export type MetricName = keyof typeof metricList;
