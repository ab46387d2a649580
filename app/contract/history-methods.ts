/** The rows of the contract about the history: what is recorded, and what can be asked of it. */
import * as z from 'zod';
import type { AuditHold, ChainVerdict, RetentionResult } from '../model/history-audit.ts';
import type {
  Anomaly,
  DayOfHistory,
  ErrorPattern,
  ExecutionStatistics,
  QueryTrend,
  SlowQuery,
  StatisticsGroup,
} from '../model/history-figures.ts';
import type {
  ExecutionDetail,
  ExecutionSummaryPage,
  RunComparison,
  RunDetail,
  RunningSummary,
  RunSummaryPage,
} from '../model/history-pages.ts';
import { executionStatuses, type HistoryState } from '../model/history.ts';
import { isInstant } from '../model/instant.ts';
import { isZone } from '../model/zoned-time.ts';
import { method } from './method.ts';
import { empty, runId } from './parts.ts';

const name = z.string().min(1).max(200);
const userId = z.string().min(1).max(64);
const instant = z.string().refine(isInstant, 'an instant in UTC, such as 2026-11-20T14:00:00.000000Z');
const days = z.int().min(1).max(3660);
const limit = z.int().min(1).max(1000);
const offset = z.int().min(0).max(1_000_000_000);
const search = z.string().trim().min(1).max(200);
const scope = z.strictObject({
  userId: userId.optional(),
  databaseName: name.optional(),
  databaseType: name.optional(),
  queryName: name.optional(),
});
const executionId = z.string().min(1).max(200);
const checkId = z.string().min(1).max(64);
const count = z.int().min(0);
/** Ends that are not named are kept. */
const ages = { executionDays: z.partialRecord(z.enum(executionStatuses), days), runDays: days.optional() };
const span = { from: instant.optional(), to: instant.optional() };

/** How a recorded run can have ended. */
const runStatus = z.enum(['succeeded', 'partial', 'failed', 'cancelled', 'interrupted']);

/** Part of the table of methods. Times are of the start, `to` not included; `days` are the last so many times 24 hours. */
export const historyMethods = {
  /** Whether the history is being kept; changes follow as `history.changed`. */
  'history.state': method(empty).returns<HistoryState>(),
  'history.runs': method(
    z.strictObject({
      limit,
      offset,
      userId: userId.optional(),
      outcome: runStatus.optional(),
      search: search.optional(),
      ...span,
    }),
  ).returns<RunSummaryPage>(),
  /** A run with its plan, every source and every attempt; `null` where there is none. */
  'history.run': method(z.strictObject({ runId })).returns<RunDetail | null>(),
  /** A run beside the one before it of the same rule on the same databases. @throws CamError `not.found` */
  'history.comparison': method(z.strictObject({ runId })).returns<RunComparison>(),
  /** What runs now, also in other programs that keep the same history. */
  'history.running': method(empty).returns<readonly RunningSummary[]>(),
  'history.executions': method(
    z.strictObject({
      limit,
      offset,
      userId: userId.optional(),
      status: z.enum(executionStatuses).optional(),
      databaseType: name.optional(),
      databaseName: name.optional(),
      queryName: name.optional(),
      runId: runId.optional(),
      search: search.optional(),
      ...span,
    }),
  ).returns<ExecutionSummaryPage>(),
  /** One execution with its text and every attempt; `null` where there is none. */
  'history.execution': method(z.strictObject({ executionId })).returns<ExecutionDetail | null>(),
  'history.statistics': method(z.strictObject({ scope, days, withPercentiles: z.boolean() })).returns<ExecutionStatistics>(),
  'history.groupedStatistics': method(
    z.strictObject({ scope, days, groupBy: z.enum(['user', 'database', 'databaseType', 'query']), withPercentiles: z.boolean() }),
  ).returns<readonly StatisticsGroup[]>(),
  /** UTC days in order; those without an execution are left out. */
  'history.dailySeries': method(z.strictObject({ scope, days })).returns<readonly DayOfHistory[]>(),
  'history.slowestQueries': method(z.strictObject({ scope, days, by: z.enum(['average', 'maximum', 'total']), limit })).returns<
    readonly SlowQuery[]
  >(),
  'history.errorPatterns': method(z.strictObject({ scope: scope.pick({ userId: true, databaseName: true }), days, limit })).returns<
    readonly ErrorPattern[]
  >(),
  'history.queryTrends': method(z.strictObject({ scope, days })).returns<readonly QueryTrend[]>(),
  /** What is unusual, and why; `zone` is the one in which people work. */
  'history.anomalies': method(
    z.strictObject({ days, baselineDays: days, zone: z.string().max(64).refine(isZone, 'an IANA zone') }),
  ).returns<readonly Anomaly[]>(),
  'history.holds': method(empty).returns<readonly AuditHold[]>(),
  'history.setHold': method(z.strictObject({ reason: z.string().trim().min(1).max(500) })).returns<AuditHold>(),
  'history.releaseHold': method(z.strictObject({ holdId: name })).returns<AuditHold>(),
  /**
   * Checks the audit chain. With a `checkId` of the caller's own it is told about by `history.checking` and can be stopped; `null`
   * where it was: then nothing is known of the chain. @throws CamError `request.invalid` where a check of that id goes on
   */
  'history.verifyChain': method(z.strictObject({ checkId: checkId.optional() })).returns<ChainVerdict | null>(),
  /** Stops a check; nothing happens where there is none of that id. */
  'history.stopCheck': method(z.strictObject({ checkId })).returns<null>(),
  /** Writes the audit trail into the report folder. */
  'history.exportTrail': method(z.strictObject({ format: z.enum(['csv', 'jsonl']), ...span })).returns<TrailFile>(),
  /** What a deletion by age would delete; nothing is deleted. Ends that are not named are kept. */
  'history.retentionPreview': method(z.strictObject(ages)).returns<RetentionResult>(),
  /**
   * Deletes for good what a preview has counted, and the kept results of runs that go. @throws CamError `request.invalid` where by now
   * another number would be deleted than was counted, `request.forbidden` while an audit hold is set
   */
  'history.deleteOld': method(
    z.strictObject({ ...ages, counted: z.strictObject({ executions: count, runs: count }) }),
  ).returns<RetentionResult>(),
} as const;

/** A written audit trail. */
export interface TrailFile {
  readonly path: string;
  readonly entries: number;
  /** Place and hash of its last entry: noted elsewhere, they prove later that nothing was taken away. */
  readonly head: { readonly seq: number; readonly hash: string };
}

/** Names of these methods. */
export type HistoryMethodName = keyof typeof historyMethods;
