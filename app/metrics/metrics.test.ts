import { describe, expect, it } from 'vitest';
import { failure } from '../model/failure.ts';
import { type Figures, noFigures, type StatusView } from '../model/figures.ts';
import type { NumberedRunEvent, RunEvent } from '../model/run.ts';
import { samplePlan, samplePlannedSource } from '../testing/builders.ts';
import { createMetricsExporter } from './exporter.ts';
import { type Measurement, RunMeter } from './measurement.ts';
import { Tally } from './tally.ts';

const at = (second: number): string => `2026-11-20T14:00:${String(second).padStart(2, '0')}.000000Z`;
const plan = samplePlan(2);
const [first = '', second = ''] = plan.sources.map(({ id }) => id);
const timedOut = failure('query.timeout');

/** Completed at once; the other one times out, is tried again and times out again. */
const events: readonly RunEvent[] = [
  { kind: 'run-started', at: at(0), plan },
  { kind: 'source-state', at: at(2), source: first, status: 'connecting', attempt: 1, endpoint: 'fake:a' },
  { kind: 'source-state', at: at(3), source: first, status: 'running', attempt: 1 },
  { kind: 'source-state', at: at(3), source: second, status: 'connecting', attempt: 1, endpoint: 'fake:b' },
  { kind: 'attempt-ended', at: at(6), startedAt: at(2), source: first, attempt: 1, endpoint: 'fake:a', outcome: 'success' },
  { kind: 'source-ended', at: at(6), source: first, outcome: { kind: 'completed', rows: 70, bytes: 900, nullIds: 0, nullTimes: 0 } },
  {
    kind: 'attempt-ended',
    ...{
      at: at(8),
      startedAt: at(3),
      source: second,
      attempt: 1,
      endpoint: 'fake:b',
      outcome: 'timeout',
      failure: timedOut,
      retryAt: at(9),
    },
  },
  { kind: 'source-state', at: at(8), source: second, status: 'retrying', attempt: 1 },
  { kind: 'source-state', at: at(9), source: second, status: 'connecting', attempt: 2 },
  {
    kind: 'attempt-ended',
    ...{ at: at(14), startedAt: at(9), source: second, attempt: 2, endpoint: 'fake:b', outcome: 'timeout', failure: timedOut },
  },
  { kind: 'source-ended', at: at(14), source: second, outcome: { kind: 'timeout', failure: timedOut } },
  { kind: 'run-ended', at: at(15), outcome: 'partial' },
];

function measure(run: readonly RunEvent[]): readonly Measurement[] {
  const meter = new RunMeter();
  return run.flatMap((event, index) => meter.take({ runId: plan.runId, seq: index + 1, event } satisfies NumberedRunEvent));
}

const status: StatusView = {
  version: '1',
  figures: noFigures,
  inFlight: { runs: 0, sources: 0, waiting: 0 },
  endpoints: [],
  history: { store: 'ready', waiting: 3, unwritten: 0, lost: 0, rejected: 0, interrupted: 0 },
};

async function textOf(measurements: readonly Measurement[]): Promise<readonly string[]> {
  const exporter = createMetricsExporter('1');
  for (const measurement of measurements) exporter.take(measurement);
  return (await exporter.text(status)).split('\n');
}

function figuresOf(measurements: readonly Measurement[]): Figures {
  const tally = new Tally();
  for (const measurement of measurements) tally.take(measurement);
  return tally.cut();
}

describe('a run', () => {
  it('is exported with its attempts, waits, retries and what is missing, and leaves nothing in flight', async () => {
    const lines = await textOf(measure(events));
    const ofSecond = 'db_namespace="database_2"';
    const system = 'db_system_name="other_sql",strategy="single",error_type';
    expect(lines).toEqual(
      expect.arrayContaining([
        'cam_scatters_total{strategy="single"} 2',
        'cam_runs_total{outcome="partial"} 1',
        'cam_partial_timeouts_total 1',
        'cam_last_run_coverage_ratio 0.25',
        `cam_missing_sources_total{${ofSecond},reason="timeout"} 1`,
        `cam_retries_total{${ofSecond}} 1`,
        'cam_rows_total{db_namespace="database_1"} 70',
        'cam_spooled_bytes_total{db_namespace="database_1"} 900',
        'cam_queue_wait_seconds_sum{db_namespace="database_1"} 2',
        `db_client_operation_duration_seconds_sum{db_namespace="database_1",${system}=""} 4`,
        `db_client_operation_duration_seconds_sum{${ofSecond},${system}="query.timeout"} 10`,
        `db_client_operation_duration_seconds_count{${ofSecond},${system}="query.timeout"} 2`,
        `cam_sources_in_flight{${ofSecond}} 0`,
        'cam_sources_waiting{db_namespace="database_1"} 0',
        'cam_history_queue_records 3',
      ]),
    );
    expect(lines.some((line) => line.includes('le="900"'))).toBe(true);
  });

  it('counts an attempt that only the end of its source tells of as what it was', () => {
    const refused = failure('rate.limited');
    const run: readonly RunEvent[] = [
      ...events.slice(0, 3),
      { kind: 'source-ended', at: at(6), source: first, outcome: { kind: 'failed', failure: refused } },
    ];
    const attempts = measure(run).filter(({ kind }) => kind === 'attempt');
    expect(attempts).toMatchObject([{ outcome: 'rate_limited', code: 'rate.limited', endpoint: 'fake:a', durationMs: 4000 }]);
  });

  it('adds up to the same figures, by endpoint', () => {
    const { databases, ...sums } = figuresOf(measure(events));
    expect(sums).toEqual({
      runs: { succeeded: 0, partial: 1, failed: 0, cancelled: 0 },
      scatters: { single: 2, multi: 0, broadcast: 0 },
      partialTimeouts: 1,
    });
    expect(databases.database_1).toMatchObject({ sources: 1, missing: 0, retries: 0, rows: 70, bytes: 900, waits: 1, waitSumMs: 2000 });
    expect(databases.database_1?.endpoints).toMatchObject({
      'fake:a': { attempts: 1, successes: 1, lastSuccessAt: at(6), lastLatencyMs: 4000 },
    });
    expect(databases.database_2).toMatchObject({ sources: 1, missing: 1, retries: 1, timeouts: 2 });
    expect(databases.database_2?.endpoints).toMatchObject({
      'fake:b': { attempts: 2, successes: 0, lastFailureAt: at(14), lastCode: 'query.timeout' },
    });
  });

  it('counts a query of a group once, however many members it is sent to', () => {
    const members = ['a', 'b', 'c'].map((database) => samplePlannedSource({ database, group: 'all', strategy: 'broadcast' }));
    const databases = ['a', 'b', 'c'].map((name) => ({ ...plan.databases[0]!, name }));
    const group = { ...plan, databases, sources: members };
    expect(measure([{ kind: 'run-started', at: at(0), plan: group }])[0]).toEqual({
      kind: 'run-started',
      scatters: { single: 0, multi: 0, broadcast: 1 },
    });
  });

  it('that is completed later counts its second end, and waits anew', async () => {
    const resumed: readonly RunEvent[] = [
      ...events,
      { kind: 'run-resumed', at: at(20), sources: [second] },
      { kind: 'source-state', at: at(25), source: second, status: 'connecting', attempt: 1 },
      { kind: 'source-ended', at: at(26), source: second, outcome: { kind: 'completed', rows: 1, bytes: 1, nullIds: 0, nullTimes: 0 } },
      { kind: 'run-ended', at: at(27), outcome: 'succeeded' },
    ];
    const lines = await textOf(measure(resumed));
    expect(lines).toContain('cam_runs_total{outcome="succeeded"} 1');
    expect(lines).toContain('cam_queue_wait_seconds_sum{db_namespace="database_2"} 8');
    expect(lines).toContain('cam_sources_in_flight{db_namespace="database_2"} 0');
    // Its one attempt was told of by nothing but its states.
    expect(figuresOf(measure(resumed)).databases.database_2?.endpoints['fake:b']).toMatchObject({ attempts: 3, successes: 1 });
  });

  it('with sources that end before their turn leaves no wait and nothing in flight', async () => {
    const skipped: readonly RunEvent[] = [
      { kind: 'run-started', at: at(0), plan },
      { kind: 'source-ended', at: at(1), source: first, outcome: { kind: 'skipped', failure: failure('parent.failed') } },
      { kind: 'source-ended', at: at(1), source: second, outcome: { kind: 'cancelled', confirmed: true, note: 'x' } },
      { kind: 'run-ended', at: at(2), outcome: 'cancelled' },
    ];
    const lines = await textOf(measure(skipped));
    expect(lines).toContain('cam_sources_waiting{db_namespace="database_1"} 0');
    expect(lines.filter((line) => line.startsWith('cam_queue_wait_seconds_count'))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('cam_sources_in_flight{'))).toEqual([]);
  });
});

describe('an exporter', () => {
  it('has metrics of its own: a second one begins at 0', async () => {
    await textOf(measure(events));
    expect((await textOf([])).filter((line) => line.startsWith('cam_runs_total'))).toEqual([]);
  });

  it('tells breakers and endpoints as they stand, and forgets those that are not configured any more', async () => {
    const exporter = createMetricsExporter('1');
    const figures = { attempts: 1, successes: 1, latencySumMs: 250, longestMs: 250, lastSuccessAt: at(6), lastLatencyMs: 250 };
    const endpoints = (['closed', 'half-open', 'open'] as const).map((breaker) => ({
      database: 'one',
      endpoint: breaker,
      breaker,
      figures,
    }));
    const lines = (await exporter.text({ ...status, endpoints })).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'cam_breaker_state{db_namespace="one",endpoint="closed"} 0',
        'cam_breaker_state{db_namespace="one",endpoint="half-open"} 1',
        'cam_breaker_state{db_namespace="one",endpoint="open"} 2',
        'cam_endpoint_last_success_timestamp_seconds{db_namespace="one",endpoint="open"} 1795183206',
        'cam_endpoint_last_latency_seconds{db_namespace="one",endpoint="open"} 0.25',
      ]),
    );
    expect(await exporter.text(status)).not.toContain('endpoint="open"');
  });
});
