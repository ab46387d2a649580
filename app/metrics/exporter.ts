/** The metrics in the format of Prometheus. The registry is the exporter's own: two programs in one process do not mix. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { assertNever } from '../base/assert-never.ts';
import type { DriverKind } from '../model/database.ts';
import type { StatusView } from '../model/figures.ts';
import type { EndpointState } from '../model/health.ts';
import { msOfInstant } from '../model/instant.ts';
import type { Measurement } from './measurement.ts';
import { metricList, type MetricName, type MetricRow } from './metric-list.ts';
import { isPartialByTimeout } from './tally.ts';

/** Counts measurements from its making on. */
export interface MetricsExporter {
  take(measurement: Measurement): void;
  /** All metrics as text, with what the status tells of now. */
  text(status: StatusView): Promise<string>;
  /** Of the text. */
  readonly contentType: string;
}

/** A new exporter; everything it counts begins at 0, as Prometheus expects of a program that has started. */
export function createMetricsExporter(version: string): MetricsExporter {
  const registry = new Registry();
  const metrics = metricsOf(registry);
  metrics.set('cam_build_info', { version }, 1);
  return {
    take: (measurement) => {
      count(metrics, measurement);
    },
    text: async (status) => {
      show(metrics, status);
      return await registry.metrics();
    },
    contentType: registry.contentType,
  };
}

type Labels = Readonly<Record<string, string>>;

interface Metrics {
  /** Adds to a counter or a gauge. */
  add(name: MetricName, labels: Labels, by?: number): void;
  observe(name: MetricName, labels: Labels, value: number): void;
  set(name: MetricName, labels: Labels, value: number): void;
  /** Forgets all label values of a gauge. */
  reset(name: MetricName): void;
}

function metricsOf(registry: Registry): Metrics {
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [name, { type, help, labels, buckets }] of Object.entries(metricList) as [MetricName, MetricRow][]) {
    const common = { name, help, labelNames: [...labels], registers: [registry] };
    if (type === 'counter') counters.set(name, new Counter(common));
    else if (type === 'gauge') gauges.set(name, new Gauge(common));
    else histograms.set(name, new Histogram({ ...common, buckets: [...(buckets ?? [])] }));
  }
  return {
    add: (name, labels, by = 1) => {
      counters.get(name)?.inc(labels, by);
      gauges.get(name)?.inc(labels, by);
    },
    observe: (name, labels, value) => {
      histograms.get(name)?.observe(labels, value);
    },
    set: (name, labels, value) => {
      gauges.get(name)?.set(labels, value);
    },
    reset: (name) => {
      gauges.get(name)?.reset();
    },
  };
}

function count(metrics: Metrics, measurement: Measurement): void {
  const of = 'source' in measurement ? { db_namespace: measurement.source.database } : {};
  switch (measurement.kind) {
    case 'run-started':
      for (const [strategy, number] of Object.entries(measurement.scatters)) metrics.add('cam_scatters_total', { strategy }, number);
      return;
    case 'source-waits':
      metrics.add('cam_sources_waiting', of);
      return;
    case 'source-began':
      metrics.add('cam_sources_waiting', of, -1);
      metrics.add('cam_sources_in_flight', of);
      metrics.observe('cam_queue_wait_seconds', of, measurement.waitMs / 1000);
      return;
    case 'attempt':
      metrics.observe(
        'db_client_operation_duration_seconds',
        {
          ...of,
          db_system_name: systemNames[measurement.source.driver],
          strategy: measurement.source.strategy,
          error_type: measurement.code ?? (measurement.outcome === 'success' ? '' : measurement.outcome),
        },
        measurement.durationMs / 1000,
      );
      return;
    case 'retry':
      metrics.add('cam_retries_total', of);
      return;
    case 'source-ended':
      metrics.add(measurement.wasWaiting ? 'cam_sources_waiting' : 'cam_sources_in_flight', of, -1);
      metrics.add('cam_source_ends_total', { ...of, outcome: measurement.outcome });
      metrics.add('cam_rows_total', of, measurement.rows);
      metrics.add('cam_spooled_bytes_total', of, measurement.bytes);
      return;
    case 'run-ended':
      metrics.add('cam_runs_total', { outcome: measurement.outcome });
      metrics.set('cam_last_run_coverage_ratio', {}, measurement.coverage);
      for (const { database, reason } of measurement.missing) metrics.add('cam_missing_sources_total', { db_namespace: database, reason });
      if (isPartialByTimeout(measurement)) metrics.add('cam_partial_timeouts_total', {});
      return;
    default:
      assertNever(measurement);
  }
}

/** What is not counted but asked for: how things stand when somebody looks. */
function show(metrics: Metrics, { inFlight, endpoints, history }: StatusView): void {
  metrics.set('cam_runs_in_flight', {}, inFlight.runs);
  // Endpoints that are not configured any more are not told of.
  for (const name of endpointGauges) metrics.reset(name);
  for (const { database, endpoint, breaker, figures } of endpoints) {
    const labels = { db_namespace: database, endpoint };
    metrics.set('cam_breaker_state', labels, breakerNumbers[breaker]);
    const { lastSuccessAt, lastLatencyMs } = figures;
    if (lastSuccessAt !== undefined) {
      metrics.set('cam_endpoint_last_success_timestamp_seconds', labels, msOfInstant(lastSuccessAt) / 1000);
    }
    if (lastLatencyMs !== undefined) metrics.set('cam_endpoint_last_latency_seconds', labels, lastLatencyMs / 1000);
  }
  metrics.set('cam_history_up', {}, history.store === 'ready' ? 1 : 0);
  metrics.set('cam_history_queue_records', {}, history.waiting);
  metrics.set('cam_history_unwritten_records', {}, history.unwritten);
  metrics.set('cam_history_lost_records', {}, history.lost);
}

const endpointGauges = ['cam_breaker_state', 'cam_endpoint_last_success_timestamp_seconds', 'cam_endpoint_last_latency_seconds'] as const;
const breakerNumbers: Readonly<Record<EndpointState, number>> = { closed: 0, 'half-open': 1, open: 2 };
/** The values that OpenTelemetry has for `db.system.name`. */
const systemNames: Readonly<Record<DriverKind, string>> = {
  oracle: 'oracle.db',
  postgres: 'postgresql',
  duckdb: 'duckdb',
  fake: 'other_sql',
};
