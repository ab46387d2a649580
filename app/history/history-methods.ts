/** What can be asked of the history. Times are instants; `days` are the last so many times 24 hours; sizes are up to the caller. */
import type { LedgerMethods } from '../model/ledger.ts';
import type { VerdictMethods } from '../model/verdict-history.ts';
import type { Anomaly } from './anomaly-rules.ts';
import type { AnomalyRequest } from './anomalies.ts';
import type { ChainHead } from './audit-chain.ts';
import type { AuditExport, AuditExportRequest } from './audit-file.ts';
import type { ChainVerdict } from './chain-check.ts';
import type { ErrorPattern } from './error-patterns.ts';
import type { ExecutionDetail, ExecutionFilter, ExecutionPage, PageOf, RunDetail, RunFilter, RunningRun, RunPage } from './executions.ts';
import type { AuditHold } from './holds.ts';
import type { PastDurations, PastDurationsRequest } from './past-durations.ts';
import type { RetentionRequest, RetentionResult } from './retention.ts';
import type { DayOfHistory } from './series.ts';
import type { SlowQuery, SlowQueryRequest } from './slowest-queries.ts';
import type { ChainProgress } from '../model/history-audit.ts';
import type { Scope } from '../model/history-figures.ts';
import type { ExecutionStatistics, Grouping, StatisticsGroup, StatisticsRequest } from './statistics.ts';
import type { QueryTrend } from './trends.ts';
import type { UsualCostRequest, UsualQueryCost } from './usual-costs.ts';

/** Input, output and notices of each method, as the rpc of app/channel has them. The ledger of planned runs is asked the same way. */
export type HistoryMethods = LedgerMethods &
  VerdictMethods & {
    /** A page of executions, newest first. */
    executions: { input: ExecutionFilter & PageOf; output: ExecutionPage; notice: never };
    /** One execution with every attempt; `null` where there is none. */
    execution: { input: { readonly executionId: string }; output: ExecutionDetail | null; notice: never };
    /** A page of runs, newest first. */
    runs: { input: RunFilter & PageOf; output: RunPage; notice: never };
    /** One run with its executions and attempts; `null` where there is none. */
    run: { input: { readonly runId: string }; output: RunDetail | null; notice: never };
    /** What runs now, also in other programs. */
    running: { input: null; output: readonly RunningRun[]; notice: never };
    /** Counts, durations and rows over a scope. */
    statistics: { input: Omit<StatisticsRequest, 'groupBy'>; output: ExecutionStatistics; notice: never };
    /** The same, divided. */
    groupedStatistics: { input: StatisticsRequest & { readonly groupBy: Grouping }; output: readonly StatisticsGroup[]; notice: never };
    /** Day by day. */
    dailySeries: { input: { readonly scope: Scope; readonly days: number }; output: readonly DayOfHistory[]; notice: never };
    slowestQueries: { input: SlowQueryRequest; output: readonly SlowQuery[]; notice: never };
    /** Errors grouped by code, the most frequent first. */
    errorPatterns: {
      input: { readonly scope: Pick<Scope, 'userId' | 'databaseName'>; readonly days: number; readonly limit: number };
      output: readonly ErrorPattern[];
      notice: never;
    };
    /** Each query against its own past. */
    queryTrends: { input: { readonly scope: Scope; readonly days: number }; output: readonly QueryTrend[]; notice: never };
    /** What queries usually take, those that have answered. */
    usualCosts: { input: UsualCostRequest; output: readonly UsualQueryCost[]; notice: never };
    /** How long a query took before a run. */
    pastDurations: { input: PastDurationsRequest; output: PastDurations; notice: never };
    /** What is unusual, and why. */
    anomalies: { input: AnomalyRequest; output: readonly Anomaly[]; notice: never };
    /** Deletes what is old, or counts it. */
    retain: { input: RetentionRequest; output: RetentionResult; notice: never };
    setHold: { input: { readonly reason: string; readonly by: string }; output: AuditHold; notice: never };
    releaseHold: { input: { readonly holdId: string; readonly by: string }; output: AuditHold; notice: never };
    holds: { input: null; output: readonly AuditHold[]; notice: never };
    /** Checks the audit chain, and tells how far it is; with a head that was noted elsewhere also that it was not made anew. */
    verifyChain: { input: { readonly expected?: ChainHead }; output: ChainVerdict; notice: ChainProgress };
    /** Writes the audit trail to a file. */
    exportTrail: { input: AuditExportRequest; output: AuditExport; notice: never };
    /** Checks an exported file. */
    verifyExport: { input: { readonly path: string; readonly expected?: ChainHead }; output: ChainVerdict; notice: never };
  };
