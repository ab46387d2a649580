/** What the REST interface says of executions, and its form. Names are those of the columns; times are instants, durations seconds. */
import * as z from 'zod';
import { executionStatuses } from '../../model/history.ts';
import type { DurationSummary, ExecutionStatistics, StatisticsGroup } from '../../model/history-figures.ts';
import type { StoredExecution } from '../../model/history-pages.ts';

const count = z.int();
const text = z.string();
const maybe = <T extends z.ZodType>(schema: T): z.ZodNullable<T> => schema.nullable();
const json = z.record(text, z.unknown());

/** One execution. */
export const executionForm = z.object({
  id: count,
  execution_id: text,
  run_id: text,
  user_id: text,
  conversation_id: maybe(text),
  query_text: text,
  query_name: text,
  sql_hash: text,
  database_name: text,
  database_type: text,
  query_complexity: maybe(count),
  status: maybe(z.enum(executionStatuses)).describe('null while it runs'),
  execution_time: maybe(z.number()).describe('Seconds'),
  total_rows: maybe(count),
  returned_rows: maybe(count),
  page: maybe(count).describe('Reserved for queries that are read page by page; a run reads every answer whole, so it is null'),
  page_size: maybe(count).describe('Reserved, see page'),
  attempts: count,
  endpoint: maybe(text),
  error_message: maybe(text),
  error_type: maybe(text),
  error_code: maybe(text),
  started_at: text,
  completed_at: maybe(text),
  connection_params: json,
  request_metadata: json,
  response_metadata: maybe(json),
});

/** The execution as an answer has it. */
export function executionAnswer(execution: StoredExecution): z.input<typeof executionForm> {
  return {
    id: execution.id,
    execution_id: execution.executionId,
    run_id: execution.runId,
    user_id: execution.userId,
    conversation_id: execution.conversationId,
    query_text: execution.queryText,
    query_name: execution.queryName,
    sql_hash: execution.sqlHash,
    database_name: execution.databaseName,
    database_type: execution.databaseType,
    query_complexity: execution.queryComplexity,
    status: execution.status,
    execution_time: execution.executionTime,
    total_rows: execution.totalRows,
    returned_rows: execution.returnedRows,
    page: execution.page,
    page_size: execution.pageSize,
    attempts: execution.attempts,
    endpoint: execution.endpoint,
    error_message: execution.errorMessage,
    error_type: execution.errorType,
    error_code: execution.errorCode,
    started_at: execution.startedAt,
    completed_at: execution.completedAt,
    connection_params: execution.connectionParams,
    request_metadata: execution.requestMetadata,
    response_metadata: execution.responseMetadata,
  };
}

/** A page of executions. */
export const executionsForm = z.object({
  user_id: text,
  executions: z.array(executionForm),
  count: count.describe('Executions in this answer'),
  total: count.describe('Executions in all'),
  limit: count,
  offset: count,
});

const duration = z.object({
  n: count,
  average: maybe(z.number()),
  maximum: maybe(z.number()),
  p50: maybe(z.number()),
  p95: maybe(z.number()),
  p99: maybe(z.number()),
});

const figures = z.object({
  period_days: z.number(),
  total_executions: count.describe('Executions that have ended'),
  success_count: count,
  failed_count: count,
  error_count: count,
  timeout_count: count,
  cancelled_count: count,
  partial_count: count,
  skipped_count: count,
  budget_count: count,
  interrupted_count: count,
  success_rate: maybe(z.number()).describe('success of all that have ended, 0 to 1; null where there are none'),
  avg_execution_time: maybe(z.number()).describe('Seconds, of executions that answered'),
  max_execution_time: maybe(z.number()),
  total_rows_processed: count,
  durations_without_timeouts: duration,
  durations_with_timeouts: duration.describe('A timeout counts as long as it was waited for'),
});

/** Statistics of a user; of everybody where `user_id` is null. */
export const statisticsForm = figures.extend({ user_id: maybe(text) });

/** Statistics by database, or by kind of database. */
export const databaseStatisticsForm = z.object({
  user_id: maybe(text),
  period_days: z.number(),
  database_stats: z.array(figures.extend({ database_name: text.optional(), database_type: text.optional() })),
});

/** The figures as an answer has them. */
export function figuresAnswer(statistics: ExecutionStatistics): z.input<typeof figures> {
  const { byStatus, withoutTimeouts, withTimeouts } = statistics;
  return {
    period_days: statistics.periodDays,
    total_executions: statistics.total,
    success_count: byStatus.success,
    failed_count: byStatus.failed,
    error_count: byStatus.error,
    timeout_count: byStatus.timeout,
    cancelled_count: byStatus.cancelled,
    partial_count: byStatus.partial,
    skipped_count: byStatus.skipped,
    budget_count: byStatus.budget,
    interrupted_count: byStatus.interrupted,
    success_rate: statistics.successRate,
    avg_execution_time: withoutTimeouts.average,
    max_execution_time: withoutTimeouts.maximum,
    total_rows_processed: statistics.totalRows,
    durations_without_timeouts: plain(withoutTimeouts),
    durations_with_timeouts: plain(withTimeouts),
  };
}

/** A part of a divided statistic as an answer has it. */
export function groupAnswer({ scope, statistics }: StatisticsGroup): z.input<typeof databaseStatisticsForm>['database_stats'][number] {
  const { databaseName, databaseType } = scope;
  return {
    ...(databaseName === undefined ? {} : { database_name: databaseName }),
    ...(databaseType === undefined ? {} : { database_type: databaseType }),
    ...figuresAnswer(statistics),
  };
}

function plain({ n, average, maximum, p50, p95, p99 }: DurationSummary): z.input<typeof duration> {
  return { n, average, maximum, p50, p95, p99 };
}
