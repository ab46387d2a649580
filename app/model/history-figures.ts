/** Figures over the history: statistics, series, and what stands out. */
import type { ExecutionStatus } from './history.ts';
import type { Instant } from './instant.ts';

/** Whose and what executions; what is absent does not restrict. */
export interface Scope {
  readonly userId?: string;
  readonly databaseName?: string;
  readonly databaseType?: string;
  readonly queryName?: string;
}

/** By what a statistic is divided. */
export type Grouping = 'user' | 'database' | 'databaseType' | 'query';

/**
 * Durations of executions that answered (`success`, `partial`), and where it says so of those that timed out too, whose
 * duration is what was waited and so less than what it would have taken. Other ends tell nothing about how long a query
 * takes. Seconds; `null` where there are none. Percentiles are by nearest rank: the smallest duration that at least p % do not exceed.
 */
export interface DurationSummary {
  readonly n: number;
  readonly average: number | null;
  readonly maximum: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** A statistic. */
export interface ExecutionStatistics {
  readonly periodDays: number;
  readonly from: Instant;
  /** Executions that have ended. */
  readonly total: number;
  readonly byStatus: Readonly<Record<ExecutionStatus, number>>;
  /** `success` of all that have ended, 0..1; `null` where there are none. */
  readonly successRate: number | null;
  /** Rows that databases gave. */
  readonly totalRows: number;
  readonly withoutTimeouts: DurationSummary;
  readonly withTimeouts: DurationSummary;
}

/** A part of a divided statistic. */
export interface StatisticsGroup {
  /** What the part is about: what it is divided by, and for a query its database. */
  readonly scope: Scope;
  readonly statistics: ExecutionStatistics;
}

/** A UTC day. Days without executions are left out. */
export interface DayOfHistory {
  readonly day: string;
  readonly total: number;
  readonly byStatus: Readonly<Record<ExecutionStatus, number>>;
  /** `success` of all that have ended, 0..1. */
  readonly successRate: number;
  /** Seconds, of executions that answered; `null` where none did. */
  readonly average: number | null;
  readonly maximum: number | null;
  readonly totalRows: number;
}

/** Errors of one kind in the period. */
export interface ErrorPattern {
  /** The program's own code, such as `db.auth`. */
  readonly errorType: string | null;
  /** The vendor's code where there is one, else the program's own. */
  readonly errorCode: string;
  readonly executions: number;
  readonly users: number;
  readonly databases: readonly string[];
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  /** The message of the last one. */
  readonly lastMessage: string | null;
  readonly lastExecutionId: string;
}

/** A query and how long it takes, timeouts included (as long as they were waited for). Seconds. */
export interface SlowQuery {
  readonly databaseName: string;
  readonly queryName: string;
  readonly n: number;
  readonly timeouts: number;
  readonly average: number;
  readonly maximum: number;
  /** By nearest rank. */
  readonly p95: number;
}

/** How a query's daily average duration has moved. */
export interface QueryTrend {
  readonly databaseName: string;
  readonly queryName: string;
  /** Days on which it answered. */
  readonly days: number;
  readonly executions: number;
  /** Seconds a day, by Theil and Sen. */
  readonly slopePerDay: number;
  /** Standard normal score of the Mann–Kendall test. */
  readonly score: number;
  /** `unknown` with fewer than eight days. */
  readonly direction: 'slower' | 'faster' | 'steady' | 'unknown';
  /** Why, in a sentence. */
  readonly reason: string;
}

/** Something unusual, and why it is. */
export interface Anomaly {
  readonly kind: 'duration' | 'rows' | 'hour' | 'new-query' | 'new-user';
  readonly executionId: string;
  readonly userId: string;
  readonly databaseName: string;
  readonly queryName: string;
  readonly at: Instant;
  /** Modified z-score; `null` where the rule has none. */
  readonly score: number | null;
  /** One sentence. */
  readonly reason: string;
}
