/** Records for tests of the history. */
import type { AttemptRecord, ExecutionRecord, HistoryEvent, RunRecord } from '../history/records.ts';
import { samplePlan } from './builders.ts';

/** An execution that has ended well, but for what is changed. */
export function sampleExecution(change: Partial<ExecutionRecord> = {}): ExecutionRecord {
  return {
    executionId: 'run-1:1:1',
    runId: 'run-1',
    userId: 'X123456',
    conversationId: null,
    queryText: 'SELECT user_id, change_date FROM email_changes WHERE change_date >= :start_date',
    queryName: 'Get all email changes',
    sqlHash: 'c0ffee00'.repeat(8),
    databaseName: 'client_activity',
    databaseType: 'oracle',
    queryComplexity: 1,
    status: 'success',
    executionTime: 1.5,
    totalRows: 100,
    returnedRows: 100,
    page: null,
    pageSize: null,
    attempts: 1,
    endpoint: 'oracle.client.example.com:6036/CLIENT_AUDIT',
    errorMessage: null,
    errorType: null,
    errorCode: null,
    startedAt: '2026-11-20T14:00:00.000000Z',
    completedAt: '2026-11-20T14:00:01.500000Z',
    connectionParams: { driver: 'oracle', endpoint: 'oracle.client.example.com:6036/CLIENT_AUDIT' },
    requestMetadata: { round: 1 },
    responseMetadata: { bytes: 4096 },
    ...change,
  };
}

/** The same execution while it runs. */
export function openExecution(change: Partial<ExecutionRecord> = {}): ExecutionRecord {
  return sampleExecution({
    status: null,
    executionTime: null,
    totalRows: null,
    returnedRows: null,
    completedAt: null,
    responseMetadata: null,
    ...change,
  });
}

/** The one attempt of an execution. */
export function sampleAttempt(record: ExecutionRecord, change: Partial<AttemptRecord> = {}): AttemptRecord {
  const { endpoint, status, errorMessage, errorCode, startedAt, completedAt } = record;
  return { attempt: 1, endpoint, status, errorMessage, errorCode, startedAt, completedAt, ...change };
}

/** The event that tells an execution with its one attempt. */
export function executionEvent(record: ExecutionRecord): HistoryEvent {
  return { kind: 'execution', record, attempts: [sampleAttempt(record)] };
}

/** A run that has ended well, but for what is changed. */
export function sampleRun(change: Partial<RunRecord> = {}): RunRecord {
  const plan = samplePlan(1);
  return {
    runId: 'run-1',
    userId: 'X123456',
    conversationId: null,
    lastEvent: plan.lastEvent,
    windowFrom: plan.window.from,
    windowTo: plan.window.to,
    windowHours: plan.windowHours,
    rule: 'four-changes',
    strict: false,
    sampleData: false,
    plan,
    outcome: 'succeeded',
    startedAt: '2026-11-20T14:00:00.000000Z',
    completedAt: '2026-11-20T14:00:02.000000Z',
    cancelledBy: null,
    resumes: 0,
    expectedSources: 1,
    answeredSources: 1,
    missing: [],
    confirmed: 2,
    undetermined: 0,
    clientsInWindow: 5,
    eventsInWindow: 20,
    totalRows: 100,
    errorMessage: null,
    errorCode: null,
    ...change,
  };
}
