/** What the statistics must say, computed from the records themselves in the plainest way. */
import type { ChainVerdict } from '../history/chain-check.ts';
import type { ExecutionRecord, ExecutionStatus } from '../history/records.ts';
import { type DurationSummary } from '../history/statistics.ts';
import type { Scope } from '../model/history-figures.ts';
import { msOfInstant } from '../model/instant.ts';

/** Numbers in [0, 1), the same for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Executions of the scope that ended and started in the last `days` times 24 hours. */
export function endedIn(records: readonly ExecutionRecord[], scope: Scope, days: number, nowMs: number): readonly ExecutionRecord[] {
  const fromMs = nowMs - days * 86_400_000;
  return records.filter(
    (record) =>
      record.status !== null &&
      msOfInstant(record.startedAt) >= fromMs &&
      (scope.userId === undefined || record.userId === scope.userId) &&
      (scope.databaseName === undefined || record.databaseName === scope.databaseName) &&
      (scope.databaseType === undefined || record.databaseType === scope.databaseType) &&
      (scope.queryName === undefined || record.queryName === scope.queryName),
  );
}

/** The durations of those of the records that ended so. */
export function summaryOf(records: readonly ExecutionRecord[], statuses: readonly ExecutionStatus[]): DurationSummary {
  const us = records
    .filter((record) => record.status !== null && statuses.includes(record.status))
    .flatMap((record) => (record.executionTime === null ? [] : [Math.round(record.executionTime * 1_000_000)]))
    .sort((a, b) => a - b);
  const n = us.length;
  if (n === 0) return { n, average: null, maximum: null, p50: null, p95: null, p99: null };
  // The smallest value that at least p % of all do not exceed, looked for from below.
  const percentile = (p: number): number => {
    const value = us.find((_, index) => (index + 1) * 100 >= p * n);
    return (value ?? Number.NaN) / 1_000_000;
  };
  return {
    n,
    average: us.reduce((sum, value) => sum + value, 0) / n / 1_000_000,
    maximum: (us.at(-1) ?? Number.NaN) / 1_000_000,
    p50: percentile(50),
    p95: percentile(95),
    p99: percentile(99),
  };
}

/** How many of the records ended so. */
export function countOf(records: readonly ExecutionRecord[], status: ExecutionStatus): number {
  return records.filter((record) => record.status === status).length;
}

/** What a check of the audit chain found, a short text each: kind, place and subject. */
export function faultsOf({ faults }: ChainVerdict): readonly string[] {
  return faults.map((fault) => `${fault.kind} ${String(fault.seq)} ${String(fault.subject)}`);
}
