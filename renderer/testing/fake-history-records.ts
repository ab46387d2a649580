/** Recorded runs for a window without a core: the same for the same seed. All names and values are invented. */
import type { ConfigView } from '../../app/contract/methods.ts';
import type { AttemptRecord, ExecutionRecord, ExecutionStatus, RunStatus } from '../../app/model/history.ts';
import type { ExecutionDetail, RunDetail } from '../../app/model/history-pages.ts';
import { instantFromMs } from '../../app/model/instant.ts';
import type { RunPlan } from '../../app/model/plan.ts';
import type { MissingSource } from '../../app/model/run.ts';
import { lastEventBefore } from './fake-run.ts';
import { planOf } from './fake-plan.ts';

/** How many runs, and until when. */
export interface FakeRecordsInput {
  readonly config: ConfigView;
  readonly runs: number;
  readonly nowMs: number;
  readonly hoursBetween?: number;
}

const users = ['AB12345', 'CD23456', 'EF34567'] as const;
const codes = { failed: 'NJS-503', timeout: 'query.timeout', cancelled: null, error: 'worker.crashed' } as const;
const messages = {
  failed: 'There is no listener at oracle.client.example.com:6036.',
  timeout: 'The query took longer than 60 s.',
  cancelled: null,
  error: 'The process of the database ended unexpectedly.',
} as const;
const types = { failed: 'db.unreachable', timeout: 'query.timeout', cancelled: null, error: 'worker.crashed' } as const;

/** Runs, newest first. Every seventh lacks a source, every nineteenth was cancelled. */
export function fakeRecords({ config, runs, nowMs, hoursBetween = 5 }: FakeRecordsInput): readonly RunDetail[] {
  return Array.from({ length: runs }, (_, index) => {
    const startMs = nowMs - (index + 1) * hoursBetween * 3_600_000;
    const plan = planOf(`run-h${String(runs - index)}`, config, {
      lastEvent: lastEventBefore(startMs),
      windowHours: 24,
      strict: false,
      nowMs: startMs,
    });
    return fakeRun({ ...plan, user: users[index % users.length] ?? users[0] }, startMs, index);
  });
}

function fakeRun(plan: RunPlan, startMs: number, index: number): RunDetail {
  const executions = plan.sources.map((_, place) => fakeExecution(plan, startMs, index, place));
  const missing = executions.flatMap(({ execution }, place) => missingOf(plan, place, execution));
  const endMs = Math.max(...executions.map(({ execution }) => Date.parse(execution.completedAt ?? execution.startedAt)));
  const isCancelled = executions.some(({ execution }) => execution.status === 'cancelled');
  const outcome: RunStatus = isCancelled ? 'cancelled' : missing.length === 0 ? 'succeeded' : 'partial';
  return {
    run: {
      id: 10_000 - index,
      runId: plan.runId,
      userId: plan.user,
      conversationId: null,
      lastEvent: plan.lastEvent,
      windowFrom: plan.window.from,
      windowTo: plan.window.to,
      windowHours: plan.windowHours,
      rule: plan.rule.title,
      strict: plan.strict,
      sampleData: plan.sampleData,
      plan,
      outcome,
      startedAt: instantFromMs(startMs),
      completedAt: instantFromMs(endMs + 300),
      cancelledBy: isCancelled ? plan.user : null,
      resumes: 0,
      expectedSources: plan.sources.length,
      answeredSources: plan.sources.length - missing.length,
      missing,
      confirmed: index % 3 === 0 ? 0 : index % 7,
      undetermined: missing.length === 0 ? 0 : 38,
      clientsInWindow: 214,
      eventsInWindow: 902,
      totalRows: executions.reduce((sum, { execution }) => sum + (execution.totalRows ?? 0), 0),
      errorMessage: null,
      errorCode: null,
    },
    executions,
  };
}

function endOf(index: number, place: number): Extract<ExecutionStatus, 'success' | 'failed' | 'timeout' | 'cancelled'> {
  if (index % 19 === 18 && place >= 2) return 'cancelled';
  if (index % 7 !== 3 || place !== 2) return 'success';
  return index % 2 === 0 ? 'timeout' : 'failed';
}

function fakeExecution(plan: RunPlan, startMs: number, index: number, place: number): ExecutionDetail {
  const source = plan.sources[place];
  const database = plan.databases.find(({ name }) => name === source?.database);
  if (source === undefined || database === undefined) throw new Error('the plan has no such source');
  const status = endOf(index, place);
  const ms = status === 'timeout' ? 60_000 : 900 + ((index * 37 + place * 911) % 4_000);
  const begins = startMs + 200 + place * 120;
  const execution: ExecutionRecord = {
    executionId: `${plan.runId}:${String(place + 1)}:1`,
    runId: plan.runId,
    userId: plan.user,
    conversationId: null,
    queryText: `SELECT user_id, change_date\nFROM changes_${String(place)}\nWHERE change_date >= :start_date`,
    queryName: source.query,
    sqlHash: 'c0ffee00'.repeat(8),
    databaseName: source.database,
    databaseType: database.driver,
    queryComplexity: 2,
    status,
    executionTime: (status === 'failed' ? 5_100 : ms) / 1000,
    totalRows: status === 'success' ? 12_000 + ((index * 131 + place * 17) % 9_000) : null,
    returnedRows: status === 'success' ? 12_000 + ((index * 131 + place * 17) % 9_000) : null,
    page: null,
    pageSize: null,
    attempts: status === 'failed' ? 3 : 1,
    endpoint: database.endpoint,
    errorMessage: status === 'success' ? null : messages[status],
    errorType: status === 'success' ? null : types[status],
    errorCode: status === 'success' ? null : codes[status],
    startedAt: instantFromMs(begins),
    completedAt: instantFromMs(begins + (status === 'failed' ? 5_100 : ms)),
    connectionParams: { driver: database.driver, endpoint: database.endpoint },
    requestMetadata: { round: 1 },
    responseMetadata: null,
  };
  return { execution: { ...execution, id: index * 10 + place }, attempts: attemptsOf(execution, begins) };
}

/** A failure was tried three times with growing waits between. */
function attemptsOf(execution: ExecutionRecord, begins: number): readonly AttemptRecord[] {
  const { endpoint, status, errorMessage, errorCode, startedAt, completedAt } = execution;
  if (status !== 'failed') return [{ attempt: 1, endpoint, status, errorMessage, errorCode, startedAt, completedAt }];
  return [0, 1_300, 4_500].map((after, index) => ({
    attempt: index + 1,
    endpoint,
    status,
    errorMessage,
    errorCode,
    startedAt: instantFromMs(begins + after),
    completedAt: instantFromMs(begins + after + 600),
  }));
}

function missingOf(plan: RunPlan, place: number, { status, errorMessage, errorCode }: ExecutionRecord): readonly MissingSource[] {
  const source = plan.sources[place];
  if (source === undefined || status === 'success' || (status !== 'failed' && status !== 'timeout' && status !== 'cancelled')) return [];
  return [
    {
      source: source.id,
      database: source.database,
      query: source.query,
      changeType: source.changeType,
      reason: status,
      message: errorMessage ?? 'The run was cancelled.',
      ...(errorCode === null ? {} : { code: errorCode }),
      window: plan.window,
    },
  ];
}
