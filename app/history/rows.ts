/** Between records and rows of the store. */
import type { Insertable, Selectable } from 'kysely';
import type { RunPlan } from '../model/plan.ts';
import type { MissingSource } from '../model/run.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import { bucketOf } from './duration-buckets.ts';
import type { AttemptRecord, ExecutionRecord, ExecutionStatus, JsonObject, RunRecord, RunStatus } from './records.ts';
import type { AttemptRow, ExecutionRow, RunRow } from './schema.ts';
import type { StoredExecution, StoredRun } from '../model/history-pages.ts';

export type { StoredExecution, StoredRun } from '../model/history-pages.ts';

/** The part of a row that comes from the record; writer and place in the chain are added by whoever writes it. */
export type NewExecutionRow = Omit<Insertable<ExecutionRow>, 'writer' | 'chain_seq'>;

/** The part of a row that comes from the record. */
export type NewRunRow = Omit<Insertable<RunRow>, 'writer' | 'chain_seq'>;

/** The row of an execution. */
export function executionRow(record: ExecutionRecord): NewExecutionRow {
  const us = record.executionTime === null ? null : Math.round(record.executionTime * 1_000_000);
  return {
    execution_id: record.executionId,
    run_id: record.runId,
    user_id: record.userId,
    conversation_id: record.conversationId,
    query_text: record.queryText,
    query_name: record.queryName,
    sql_hash: record.sqlHash,
    database_name: record.databaseName,
    database_type: record.databaseType,
    query_complexity: record.queryComplexity,
    status: record.status,
    execution_time: record.executionTime,
    total_rows: record.totalRows,
    returned_rows: record.returnedRows,
    page: record.page,
    page_size: record.pageSize,
    attempts: record.attempts,
    endpoint: record.endpoint,
    error_message: record.errorMessage,
    error_type: record.errorType,
    error_code: record.errorCode,
    started_at: record.startedAt,
    completed_at: record.completedAt,
    connection_params: canonicalJson(record.connectionParams),
    request_metadata: canonicalJson(record.requestMetadata),
    response_metadata: record.responseMetadata === null ? null : canonicalJson(record.responseMetadata),
    execution_us: us,
    duration_bucket: us === null ? null : bucketOf(us),
  };
}

/** The record of a row. */
export function executionOf(row: Selectable<ExecutionRow>): StoredExecution {
  return {
    id: row.id,
    executionId: row.execution_id,
    runId: row.run_id,
    userId: row.user_id,
    conversationId: row.conversation_id,
    queryText: row.query_text,
    queryName: row.query_name,
    sqlHash: row.sql_hash,
    databaseName: row.database_name,
    databaseType: row.database_type,
    queryComplexity: row.query_complexity,
    status: row.status as ExecutionStatus | null,
    executionTime: row.execution_time,
    totalRows: row.total_rows,
    returnedRows: row.returned_rows,
    page: row.page,
    pageSize: row.page_size,
    attempts: row.attempts,
    endpoint: row.endpoint,
    errorMessage: row.error_message,
    errorType: row.error_type,
    errorCode: row.error_code,
    startedAt: row.started_at,
    completedAt: row.completed_at,
    connectionParams: JSON.parse(row.connection_params) as JsonObject,
    requestMetadata: JSON.parse(row.request_metadata) as JsonObject,
    responseMetadata: row.response_metadata === null ? null : (JSON.parse(row.response_metadata) as JsonObject),
  };
}

/** The row of an attempt. */
export function attemptRow(executionId: string, record: AttemptRecord): AttemptRow {
  return {
    execution_id: executionId,
    attempt: record.attempt,
    endpoint: record.endpoint,
    status: record.status,
    error_message: record.errorMessage,
    error_code: record.errorCode,
    started_at: record.startedAt,
    completed_at: record.completedAt,
  };
}

/** The record of an attempt's row. */
export function attemptOf(row: AttemptRow): AttemptRecord {
  return {
    attempt: row.attempt,
    endpoint: row.endpoint,
    status: row.status as ExecutionStatus | null,
    errorMessage: row.error_message,
    errorCode: row.error_code,
    startedAt: row.started_at,
    completedAt: row.completed_at,
  };
}

/** The row of a run. */
export function runRow(record: RunRecord): NewRunRow {
  return {
    run_id: record.runId,
    user_id: record.userId,
    conversation_id: record.conversationId,
    last_event: record.lastEvent,
    window_from: record.windowFrom,
    window_to: record.windowTo,
    window_hours: record.windowHours,
    rule: record.rule,
    strict: record.strict ? 1 : 0,
    sample_data: record.sampleData ? 1 : 0,
    plan: canonicalJson(record.plan),
    outcome: record.outcome,
    started_at: record.startedAt,
    completed_at: record.completedAt,
    cancelled_by: record.cancelledBy,
    resumes: record.resumes,
    expected_sources: record.expectedSources,
    answered_sources: record.answeredSources,
    missing: canonicalJson(record.missing),
    confirmed: record.confirmed,
    undetermined: record.undetermined,
    clients_in_window: record.clientsInWindow,
    events_in_window: record.eventsInWindow,
    total_rows: record.totalRows,
    error_message: record.errorMessage,
    error_code: record.errorCode,
    filters: record.filters === undefined ? null : canonicalJson(record.filters),
  };
}

/** The record of a run's row. */
export function runOf(row: Selectable<RunRow>): StoredRun {
  return {
    id: row.id,
    runId: row.run_id,
    userId: row.user_id,
    conversationId: row.conversation_id,
    lastEvent: row.last_event,
    windowFrom: row.window_from,
    windowTo: row.window_to,
    windowHours: row.window_hours,
    rule: row.rule,
    strict: row.strict === 1,
    sampleData: row.sample_data === 1,
    plan: JSON.parse(row.plan) as RunPlan,
    outcome: row.outcome as RunStatus | null,
    startedAt: row.started_at,
    completedAt: row.completed_at,
    cancelledBy: row.cancelled_by,
    resumes: row.resumes,
    expectedSources: row.expected_sources,
    answeredSources: row.answered_sources,
    missing: JSON.parse(row.missing) as readonly MissingSource[],
    confirmed: row.confirmed,
    undetermined: row.undetermined,
    clientsInWindow: row.clients_in_window,
    eventsInWindow: row.events_in_window,
    totalRows: row.total_rows,
    errorMessage: row.error_message,
    errorCode: row.error_code,
    ...(row.filters === null ? {} : { filters: JSON.parse(row.filters) as readonly string[] }),
  };
}
