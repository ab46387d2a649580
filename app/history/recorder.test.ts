import { describe, expect, it } from 'vitest';
import { samplePlan } from '../testing/builders.ts';
import { failure } from '../model/failure.ts';
import type { RunPlan, SourceId } from '../model/plan.ts';
import type { RunEvent, SourceOutcome } from '../model/run.ts';
import { sampleDatabase } from '../testing/builders.ts';
import { connectionParamsOf } from './connection-params.ts';
import { statusOfFailure } from './execution-end.ts';
import { RunRecorder } from './recorder.ts';
import type { AttemptRecord, ExecutionRecord, HistoryEvent, RunRecord } from './records.ts';

const context = {
  conversationId: 'CASE-7',
  rule: 'four-changes',
  queryOf: () => ({ text: 'SELECT 1', hash: 'h', complexity: 1, connectionParams: { driver: 'fake' } }),
};

/** 2026-11-20T14:00 and so many seconds. */
function at(seconds: number): string {
  return new Date(Date.UTC(2026, 10, 20, 14) + seconds * 1000).toISOString().replace('Z', '000Z');
}

function record(plan: RunPlan, events: readonly RunEvent[]): readonly HistoryEvent[] {
  const recorder = new RunRecorder(context);
  const all: readonly RunEvent[] = [{ kind: 'run-started', at: at(0), plan }, ...events];
  return all.flatMap((event, index) => recorder.take({ runId: plan.runId, seq: index + 1, event }));
}

function state(
  source: SourceId,
  status: 'waiting' | 'connecting' | 'running' | 'retrying',
  seconds: number,
  attempt = 1,
  endpoint?: string,
): RunEvent {
  return { kind: 'source-state', at: at(seconds), source, status, attempt, ...(endpoint === undefined ? {} : { endpoint }) };
}

function ended(source: SourceId, seconds: number, outcome: SourceOutcome): RunEvent {
  return { kind: 'source-ended', at: at(seconds), source, outcome };
}

const completed: SourceOutcome = { kind: 'completed', rows: 10, bytes: 100, nullIds: 1, nullTimes: 2 };

function executions(events: readonly HistoryEvent[]): readonly { record: ExecutionRecord; attempts: readonly AttemptRecord[] }[] {
  return events.flatMap((event) => (event.kind === 'execution' ? [event] : []));
}

function runs(events: readonly HistoryEvent[]): readonly RunRecord[] {
  return events.flatMap((event) => (event.kind === 'run' ? [event.record] : []));
}

describe('the recorder of a run', () => {
  const plan = samplePlan(2, { changeTypes: ['password', 'email'] });
  const [first = '', second = ''] = plan.sources.map((source) => source.id);

  it('tells the begin and the end of the run and of each execution, with every attempt', () => {
    const told = record(plan, [
      state(first, 'waiting', 1),
      state(first, 'connecting', 2, 1, 'one:1521/A'),
      state(first, 'running', 3, 1, 'one:1521/A'),
      state(first, 'retrying', 5, 2),
      state(first, 'running', 6, 2, 'one:1521/A'),
      ended(first, 9, completed),
      ended(second, 10, { kind: 'skipped', failure: failure('breaker.open') }),
      { kind: 'run-ended', at: at(11), outcome: 'partial' },
    ]);
    expect(runs(told)).toMatchObject([
      {
        runId: plan.runId,
        outcome: null,
        completedAt: null,
        startedAt: at(0),
        rule: 'four-changes',
        conversationId: 'CASE-7',
        lastEvent: plan.lastEvent,
      },
      { outcome: 'partial', completedAt: at(11), expectedSources: 2, answeredSources: 1, missing: [{ source: second, reason: 'skipped' }] },
    ]);
    const snapshots = executions(told).filter(({ record: { executionId } }) => executionId === `${plan.runId}:1:1`);
    expect(snapshots).toHaveLength(4);
    expect(snapshots[0]).toMatchObject({
      record: { status: null, completedAt: null, startedAt: at(2), attempts: 1 },
      attempts: [{ attempt: 1, completedAt: null }],
    });
    expect(snapshots[3]).toMatchObject({
      record: {
        status: 'success',
        executionTime: 7,
        totalRows: 10,
        attempts: 2,
        endpoint: 'one:1521/A',
        completedAt: at(9),
        responseMetadata: { nullIds: 1 },
      },
      attempts: [
        { attempt: 1, status: 'failed', startedAt: at(2), completedAt: at(5) },
        { attempt: 2, status: 'success', startedAt: at(6), completedAt: at(9) },
      ],
    });
  });

  it('tells each attempt with its own times, endpoint and failure once it has ended', () => {
    const told = record(plan, [
      state(first, 'connecting', 1, 1, 'one:1521/A'),
      {
        kind: 'attempt-ended',
        source: first,
        attempt: 1,
        endpoint: 'one:1521/A',
        startedAt: at(2),
        at: at(3),
        outcome: 'failed',
        failure: failure('db.unreachable', { vendorCode: 'ORA-12541', message: 'Nobody listens.' }),
        retryAt: at(5),
      },
      state(first, 'retrying', 3, 2),
      state(first, 'connecting', 5, 2, 'two:1521/A'),
      { kind: 'attempt-ended', source: first, attempt: 2, endpoint: 'two:1521/A', startedAt: at(5), at: at(8), outcome: 'success' },
      ended(first, 9, completed),
    ]);
    const last = executions(told).at(-1);
    expect(last?.record).toMatchObject({ status: 'success', attempts: 2, endpoint: 'two:1521/A', startedAt: at(1), completedAt: at(9) });
    expect(last?.attempts).toEqual([
      {
        attempt: 1,
        endpoint: 'one:1521/A',
        status: 'failed',
        errorMessage: 'Nobody listens.',
        errorCode: 'ORA-12541',
        startedAt: at(2),
        completedAt: at(3),
      },
      {
        attempt: 2,
        endpoint: 'two:1521/A',
        status: 'success',
        errorMessage: null,
        errorCode: null,
        startedAt: at(5),
        completedAt: at(8),
      },
    ]);
  });

  it('tells with the end of a run what the filters of its rule hid, and which rows could not take part', () => {
    const filters = [{ key: 'robots', title: 'robots' }];
    const told = record({ ...plan, rule: { ...plan.rule, filters } }, [
      ended(first, 9, completed),
      ended(second, 9, completed),
      {
        kind: 'merged',
        at: at(10),
        merge: {
          confirmed: 0,
          undetermined: 0,
          clientsInWindow: 1,
          eventsInWindow: 2,
          rows: 20,
          sources: [first, second],
          durationMs: 1,
          rule: { skipped: 0, suppressed: [{ filter: 'robots', events: 3 }], expired: [] },
        },
      },
      { kind: 'run-ended', at: at(11), outcome: 'succeeded' },
    ]);
    const leftOut = '2 rows without an id and 4 without a time could not take part.';
    expect(runs(told).map((run) => run.filters)).toEqual([[], ['The filter “robots” hid 3 events.', leftOut]]);
  });

  it('gives an execution that never began an end time, and no duration', () => {
    const told = record(plan, [ended(second, 10, { kind: 'skipped', failure: failure('breaker.open') })]);
    expect(executions(told)).toMatchObject([
      {
        record: {
          status: 'skipped',
          startedAt: at(10),
          completedAt: at(10),
          executionTime: null,
          attempts: 0,
          errorType: 'breaker.open',
          errorCode: 'breaker.open',
        },
        attempts: [],
      },
    ]);
  });

  it('keeps cancel, timeout, failure, mistake and budget apart, each with its end', () => {
    const outcomes: readonly (readonly [SourceOutcome, Partial<ExecutionRecord>])[] = [
      [
        { kind: 'cancelled', confirmed: false, note: 'Cancelled.' },
        { status: 'cancelled', errorMessage: 'Cancelled.', errorCode: null, errorType: null },
      ],
      [
        { kind: 'timeout', failure: failure('query.timeout') },
        { status: 'timeout', errorCode: 'query.timeout' },
      ],
      [
        { kind: 'failed', failure: failure('db.auth', { vendorCode: 'ORA-01017' }) },
        { status: 'failed', errorType: 'db.auth', errorCode: 'ORA-01017' },
      ],
      [
        { kind: 'failed', failure: failure('internal') },
        { status: 'error', errorCode: 'internal' },
      ],
      [{ kind: 'failed', failure: failure('worker.crashed') }, { status: 'error' }],
      [{ kind: 'failed', failure: failure('budget.exceeded') }, { status: 'budget' }],
      [
        { kind: 'budget', rows: 5, failure: failure('budget.exceeded') },
        { status: 'budget', errorCode: 'budget.exceeded', returnedRows: null },
      ],
      [
        { ...completed, kind: 'partial', knownUntil: at(1), failure: failure('db.replica-behind') },
        { status: 'partial', errorCode: 'db.replica-behind', returnedRows: 10 },
      ],
    ];
    for (const [outcome, expected] of outcomes) {
      const told = executions(record(plan, [state(first, 'running', 1), ended(first, 4, outcome)]));
      expect(told.at(-1)).toMatchObject({
        record: { ...expected, executionTime: 3, completedAt: at(4), totalRows: null },
        attempts: [{ completedAt: at(4) }],
      });
    }
    expect(statusOfFailure(failure('db.unreachable'))).toBe('failed');
  });

  it('counts attempts on where a standby begins to count anew', () => {
    const told = executions(
      record(plan, [
        state(first, 'connecting', 1, 1, 'one'),
        state(first, 'connecting', 2, 2, 'one'),
        state(first, 'connecting', 3, 1, 'two'),
        state(first, 'running', 4, 1, 'two'),
        ended(first, 5, completed),
      ]),
    );
    expect(told.at(-1)?.attempts).toMatchObject([
      { attempt: 1, endpoint: 'one', status: 'failed', completedAt: at(2) },
      { attempt: 2, endpoint: 'one', status: 'failed', completedAt: at(3) },
      { attempt: 3, endpoint: 'two', status: 'success', startedAt: at(3), completedAt: at(5) },
    ]);
  });

  it('of a run that goes on makes new executions of the sources asked again, and a new end of the run', () => {
    const told = record(plan, [
      state(first, 'running', 1),
      ended(first, 2, { kind: 'cancelled', confirmed: true, note: 'Cancelled.' }),
      ended(second, 2, completed),
      { kind: 'cancel-requested', at: at(2), by: 'X1' },
      { kind: 'run-ended', at: at(3), outcome: 'partial' },
      { kind: 'run-resumed', at: at(60), sources: [first] },
      state(first, 'running', 61),
      ended(first, 62, completed),
      { kind: 'run-ended', at: at(63), outcome: 'succeeded' },
    ]);
    expect(runs(told)).toMatchObject([
      { outcome: null },
      { outcome: 'partial', completedAt: at(3), cancelledBy: 'X1' },
      { outcome: null, completedAt: null, cancelledBy: null, resumes: 1 },
      { outcome: 'succeeded', completedAt: at(63), answeredSources: 2, missing: [] },
    ]);
    const ends = executions(told).filter(({ record: { status } }) => status !== null);
    expect(ends.map(({ record: { executionId, status } }) => [executionId, status])).toEqual([
      [`${plan.runId}:1:1`, 'cancelled'],
      [`${plan.runId}:2:1`, 'success'],
      [`${plan.runId}:1:2`, 'success'],
    ]);
  });

  it('tells nothing of progress and merges, and the findings with the end of the run', () => {
    const merge = { confirmed: 3, undetermined: 1, clientsInWindow: 9, eventsInWindow: 40, rows: 100, sources: [], durationMs: 5 };
    const told = record(plan, [
      { kind: 'merged', at: at(1), merge },
      { kind: 'source-progress', at: at(1), source: first, rows: 1, bytes: 1, rowsPerSecond: 1 },
      { kind: 'run-ended', at: at(2), outcome: 'failed', failure: failure('engine.crashed') },
    ]);
    expect(told).toHaveLength(2);
    expect(runs(told)[1]).toMatchObject({ outcome: 'failed', confirmed: 3, undetermined: 1, totalRows: 100, errorCode: 'engine.crashed' });
  });
});

describe('the parameters of a connection', () => {
  it('name the account and never hold a secret', () => {
    const database = sampleDatabase({
      authentication: { kind: 'password', user: 'scott', passwordEnv: 'ORACLE_PASSWORD' },
      options: { wallet_password: 'tiger', disable_oob: true },
    });
    const params = connectionParamsOf(database);
    expect(params).toMatchObject({
      authentication: 'password',
      user: 'scott',
      options: { wallet_password: '[redacted]', disable_oob: true },
    });
    expect(JSON.stringify(params)).not.toMatch(/tiger|ORACLE_PASSWORD/);
  });
});
