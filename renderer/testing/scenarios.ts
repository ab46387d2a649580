/** Situations the window can be in, each made by a short script. */
import { type Failure, failure } from '../../app/model/failure.ts';
import { instantFromMs } from '../../app/model/instant.ts';
import type { TableRef } from '../../app/model/table.ts';
import { FakeCore } from './fake-core.ts';
import { fillSchedules } from './fake-schedule-records.ts';
import { configOf, fakeProblems, infoOf, manyDatabases, oracleDatabases, sampleDatabases } from './fake-plan.ts';
import { fakeRecords } from './fake-history-records.ts';
import { playRun } from './fake-player.ts';
import type { FakeRun } from './fake-run.ts';

/** Makes a core in its situation. */
export type Scenario = (nowMs: () => number) => FakeCore;

const unreachable = failure('db.unreachable', {
  message: 'There is no listener at oracle.client.example.com:6036.',
  vendorCode: 'NJS-503',
  detail:
    'NJS-503: connection to host oracle.client.example.com port 6036 could not be established\nconnect ECONNREFUSED 10.20.30.40:6036\n    at async Oracle.connect',
});

function coreOf(nowMs: () => number, databases = oracleDatabases, isSample = false): FakeCore {
  const core = new FakeCore({
    config: configOf(databases, isSample),
    info: infoOf('desktop'),
    nowMs,
    onStart: (run) => playRun(run, { nowMs }),
  });
  const start = nowMs() - 60_000;
  core.log('info', 'started', { version: '0.1.0', host: 'desktop' }, start);
  core.log('info', 'configuration read', { databases: databases.length, file: 'databases.yaml' }, start + 40);
  return core;
}

/** A run of the four queries of which the first `answered` have ended well. */
function ranTo(core: FakeCore, answered: readonly number[], nowMs: () => number, agoMs = 52_000): FakeRun {
  const run = core.startRun({ lastEvent: 'now' }, nowMs() - agoMs);
  for (const place of run.plan.sources.keys()) {
    run.nowMs += 110;
    run.emit({ kind: 'source-state', source: run.id(place), status: 'connecting', attempt: 1 });
    run.nowMs += 300;
    run.running(run.id(place));
  }
  const rows = [51_204, 48_770, 49_113, 103_317];
  for (const place of answered) {
    run.nowMs += 3_400;
    run.complete(run.id(place), rows[place % 4] ?? 0, place === 1 ? { nullIds: 12, nullTimes: 3 } : {});
    core.log('info', 'source completed', { source: run.id(place), rows: rows[place % 4], ms: 3_400 }, run.nowMs);
  }
  return run;
}

/** A query whose attempt has just failed and that is tried again after so long. */
function waitToRetry(run: FakeRun, place: number, cause: Failure, delayMs: number): void {
  const source = run.id(place);
  const endpoint = run.plan.databases[0]?.endpoint ?? '';
  const attempt = { attempt: 1, endpoint, startedAt: run.at(), outcome: 'failed', failure: cause } as const;
  run.emit({ kind: 'attempt-ended', source, ...attempt, retryAt: instantFromMs(run.nowMs + delayMs) });
  run.emit({ kind: 'source-state', source, status: 'retrying', attempt: 2 });
}

/** The situations by name. */
export const scenarios = {
  'first-start': (nowMs) => coreOf(nowMs, sampleDatabases, true),
  idle: (nowMs) => coreOf(nowMs),
  running: (nowMs) => {
    const core = coreOf(nowMs);
    const run = ranTo(core, [0], nowMs, 12_000);
    run.merge(0, 214);
    run.progress(run.id(1), 31_870, 8_212);
    waitToRetry(run, 2, failure('db.connection-lost', { vendorCode: 'ORA-03113' }), 4_000);
    run.progress(run.id(3), 74_522, 19_404);
    core.log('warn', 'attempt failed, trying again', { source: run.id(2), code: 'db.connection-lost', vendorCode: 'ORA-03113' }, run.nowMs);
    return core;
  },
  'found-complete': (nowMs) => {
    const core = coreOf(nowMs, sampleDatabases, true);
    const run = ranTo(core, [0, 1, 2, 3], nowMs);
    run.merge(7, 0);
    run.finish();
    return core;
  },
  'none-found': (nowMs) => {
    const core = coreOf(nowMs);
    const run = ranTo(core, [0, 1, 2, 3], nowMs);
    run.merge(0, 0);
    run.finish();
    return core;
  },
  partial: (nowMs) => {
    const core = coreOf(nowMs);
    const run = ranTo(core, [0, 1, 3], nowMs);
    run.emit({ kind: 'source-state', source: run.id(2), status: 'retrying', attempt: 3 });
    run.nowMs += 6_000;
    run.fail(run.id(2), 'failed', unreachable);
    core.log('error', 'source failed', { source: run.id(2), code: 'db.unreachable', vendorCode: 'NJS-503' }, run.nowMs);
    run.merge(0, 38);
    run.finish();
    return core;
  },
  failed: (nowMs) => {
    const core = coreOf(nowMs);
    const run = ranTo(core, [], nowMs);
    run.nowMs += 2_000;
    run.fail(
      run.id(0),
      'failed',
      failure('db.auth', { vendorCode: 'ORA-01017', detail: 'ORA-01017: invalid credential or not authorized; logon denied' }),
    );
    run.fail(run.id(1), 'skipped', failure('parent.failed', { message: 'The logon failed, so this query was not tried.' }));
    run.fail(run.id(2), 'timeout', failure('query.timeout', { message: 'The query took longer than 60 s.' }));
    run.fail(run.id(3), 'failed', unreachable);
    run.finish();
    return core;
  },
  cancelled: (nowMs) => {
    const core = coreOf(nowMs);
    const run = ranTo(core, [0, 3], nowMs);
    run.progress(run.id(1), 12_400, 5_100);
    run.merge(0, 61);
    run.cancel(undefined, 140);
    run.finish();
    return core;
  },
  problems: (nowMs) => {
    const { settings: _settings, ...config } = configOf(oracleDatabases, false);
    return new FakeCore({ config: { ...config, databases: [], problems: fakeProblems }, info: infoOf('desktop'), nowMs });
  },
  million: (nowMs) => {
    const rowsOf = (table: TableRef): number => (table.kind === 'source' ? 1_000_000 : 250_000);
    const core = new FakeCore({ config: configOf(oracleDatabases, false), nowMs, rowsOf });
    const run = ranTo(core, [], nowMs);
    for (const place of run.plan.sources.keys()) run.complete(run.id(place), 1_000_000);
    run.merge(250_000, 0);
    run.finish();
    return core;
  },
  'left-alone': (nowMs) => {
    const core = coreOf(nowMs);
    const [first, second] = core.config.databases;
    const known = { database: first?.name ?? '', failures: 4, lastFailure: unreachable, lastFailureAt: instantFromMs(nowMs() - 6_000) };
    const openUntil = instantFromMs(nowMs() + 24_000);
    core.health.set({ ...known, endpoint: first?.endpoint ?? '', breaker: 'open', isStandby: false, openUntil });
    const run = ranTo(core, [3], nowMs, 20_000);
    const endpoint = 'oracle-dr.client.example.com:6036/CLIENT_AUDIT';
    for (const place of [0, 1, 2]) {
      const attempt = { attempt: 1, endpoint, startedAt: run.at(), outcome: 'success', lagMs: 4_200 } as const;
      run.emit({ kind: 'source-state', source: run.id(place), status: 'running', attempt: 1, endpoint });
      run.emit({ kind: 'attempt-ended', source: run.id(place), ...attempt });
      run.complete(run.id(place), 40_000 + place);
    }
    core.health.set({ ...known, database: second?.name ?? '', endpoint: second?.endpoint ?? '', breaker: 'half-open', isStandby: false });
    run.merge(2, 0);
    run.finish();
    return core;
  },
  schedules: (nowMs) => {
    const core = coreOf(nowMs);
    fillSchedules(core);
    return core;
  },
  history: (nowMs) => {
    const core = coreOf(nowMs);
    core.history.records = fakeRecords({ config: core.config, runs: 240, nowMs: nowMs() });
    core.history.kept = core.history.records.slice(0, 20).map(({ run }) => run.runId);
    const slow = core.history.records[3]?.executions[0]?.execution;
    if (slow !== undefined) {
      const { executionId, databaseName, queryName } = slow;
      core.history.slower = [{ executionId, databaseName, queryName, seconds: 9.4, p95: 4.6, n: 231 }];
      const reason = `${queryName} on ${databaseName} took 9.40 s; at this hour of the day it took 2.21 s (median of 41 executions, score 4.6).`;
      core.history.anomalies = [
        { kind: 'duration', executionId, userId: slow.userId, databaseName, queryName, at: slow.startedAt, score: 4.6, reason },
      ];
    }
    return core;
  },
  storm: (nowMs) => {
    const core = new FakeCore({
      config: configOf(manyDatabases(40), false),
      nowMs,
      onStart: (run) => playRun(run, { nowMs, rowsPerSource: 25_000, eventsPerSecond: 10 }),
    });
    return core;
  },
} satisfies Record<string, Scenario>;

/** Name of a situation. */
export type ScenarioName = keyof typeof scenarios;
