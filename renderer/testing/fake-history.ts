/** A history in memory: it answers what the window asks, in the plainest way, over the records it was given. */
import type { HistoryMethodName } from '../../app/contract/history-methods.ts';
import type { CheckedInput, MethodOutput } from '../../app/contract/methods.ts';
import { CamError, failure } from '../../app/model/failure.ts';
import { type ExecutionRecord, type ExecutionStatus, executionStatuses, type HistoryState } from '../../app/model/history.ts';
import type { AuditHold, ChainVerdict, RetentionResult } from '../../app/model/history-audit.ts';
import type { Anomaly, DayOfHistory, DurationSummary, ExecutionStatistics, QueryTrend } from '../../app/model/history-figures.ts';
import type { ExecutionSummary, RunComparison, RunDetail, RunningSummary, RunSummary } from '../../app/model/history-pages.ts';
import { instantFromMs } from '../../app/model/instant.ts';

/** Handlers of the history; all but a slow check answer at once. */
export type FakeHistoryHandlers = {
  readonly [K in HistoryMethodName]: (input: CheckedInput<K>) => MethodOutput<K> | Promise<MethodOutput<K>>;
};

const dayMs = 86_400_000;

/** What is recorded, and what is said of it; a test changes it as it likes. */
export class FakeHistory {
  records: readonly RunDetail[];
  running: readonly RunningSummary[] = [];
  state: HistoryState = { store: 'ready', waiting: 0, unwritten: 0, lost: 0, rejected: 0, interrupted: 0 };
  holds: readonly AuditHold[] = [];
  /** Ids of runs whose results are kept. */
  kept: readonly string[] = [];
  anomalies: readonly Anomaly[] = [];
  /** Whether a check of the chain goes on until it is stopped. */
  isCheckSlow = false;
  /** How often records were deleted. */
  deletions = 0;
  #endCheck: (isStopped: boolean) => void = () => undefined;
  trends: readonly QueryTrend[] = [];
  /** Sources that count as slower than usual. */
  slower: RunComparison['slower'] = [];
  readonly #nowMs: () => number;

  constructor(records: readonly RunDetail[], nowMs: () => number) {
    this.records = records;
    this.#nowMs = nowMs;
  }

  /** The handlers of the contract. */
  handlers(): FakeHistoryHandlers {
    return {
      'history.state': () => this.state,
      'history.runs': (input) => this.#runs(input),
      'history.run': ({ runId }) => this.records.find(({ run }) => run.runId === runId) ?? null,
      'history.comparison': ({ runId }) => this.#comparison(runId),
      'history.running': () => this.running,
      'history.executions': (input) => this.#executions(input),
      'history.execution': ({ executionId }) =>
        this.records.flatMap(({ executions }) => executions).find(({ execution }) => execution.executionId === executionId) ?? null,
      ...this.#figures(),
      ...this.#audit(),
    };
  }

  #figures(): Pick<
    FakeHistoryHandlers,
    | 'history.statistics'
    | 'history.groupedStatistics'
    | 'history.dailySeries'
    | 'history.slowestQueries'
    | 'history.errorPatterns'
    | 'history.queryTrends'
    | 'history.anomalies'
  > {
    return {
      'history.statistics': ({ scope, days }) => this.#statistics(this.#ended(scope, days), days),
      'history.groupedStatistics': ({ scope, days, groupBy }) => {
        const groups = Map.groupBy(this.#ended(scope, days), (each) => JSON.stringify(partOf(each, groupBy)));
        return [...groups].map(([key, own]) => ({ scope: JSON.parse(key) as object, statistics: this.#statistics(own, days) }));
      },
      'history.dailySeries': ({ scope, days }) => {
        const groups = Map.groupBy(this.#ended(scope, days), ({ startedAt }) => startedAt.slice(0, 10));
        return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, own]) => dayOf(day, this.#statistics(own, days)));
      },
      'history.slowestQueries': ({ scope, days, limit }) => {
        const groups = Map.groupBy(this.#ended(scope, days), ({ databaseName, queryName }) => `${databaseName}\n${queryName}`);
        return [...groups.values()]
          .map((own) => ({ own, durations: summaryOf(own, ['success', 'partial', 'timeout']) }))
          .sort((a, b) => (b.durations.average ?? 0) - (a.durations.average ?? 0))
          .slice(0, limit)
          .map(({ own, durations }) => ({
            databaseName: own[0]?.databaseName ?? '',
            queryName: own[0]?.queryName ?? '',
            n: durations.n,
            timeouts: own.filter(({ status }) => status === 'timeout').length,
            average: durations.average ?? 0,
            maximum: durations.maximum ?? 0,
            p95: durations.p95 ?? 0,
          }));
      },
      'history.errorPatterns': ({ scope, days, limit }) => {
        const wrong = this.#ended(scope, days).filter(({ errorCode }) => errorCode !== null);
        const groups = Map.groupBy(wrong, ({ errorCode }) => errorCode ?? '');
        return [...groups].slice(0, limit).map(([errorCode, own]) => ({
          errorType: own[0]?.errorType ?? null,
          errorCode,
          executions: own.length,
          users: new Set(own.map(({ userId }) => userId)).size,
          databases: [...new Set(own.map(({ databaseName }) => databaseName))],
          firstAt: own.at(-1)?.startedAt ?? '',
          lastAt: own[0]?.startedAt ?? '',
          lastMessage: own[0]?.errorMessage ?? null,
          lastExecutionId: own[0]?.executionId ?? '',
        }));
      },
      'history.queryTrends': () => this.trends,
      'history.anomalies': () => this.anomalies,
    };
  }

  #audit(): Pick<
    FakeHistoryHandlers,
    | 'history.holds'
    | 'history.setHold'
    | 'history.releaseHold'
    | 'history.verifyChain'
    | 'history.stopCheck'
    | 'history.exportTrail'
    | 'history.retentionPreview'
    | 'history.deleteOld'
  > {
    return {
      'history.holds': () => this.holds,
      'history.setHold': ({ reason }) => {
        const hold = { holdId: `hold-${String(this.holds.length + 1)}`, reason, setBy: 'AB12345', setAt: this.#now(), ...notReleased };
        this.holds = [hold, ...this.holds];
        return hold;
      },
      'history.releaseHold': ({ holdId }) => {
        const held = this.holds.find((hold) => hold.holdId === holdId);
        if (held === undefined) throw new CamError(failure('not.found'));
        const released = { ...held, releasedBy: 'AB12345', releasedAt: this.#now() };
        this.holds = this.holds.map((hold) => (hold === held ? released : hold));
        return released;
      },
      'history.verifyChain': () => {
        const verdict = { isIntact: true, ...this.#chain(), faults: [] };
        if (!this.isCheckSlow) return verdict;
        return new Promise<ChainVerdict | null>((resolve) => {
          this.#endCheck = (isStopped) => {
            resolve(isStopped ? null : verdict);
          };
        });
      },
      'history.stopCheck': () => {
        this.#endCheck(true);
        return null;
      },
      'history.exportTrail': ({ format }) => ({ path: `/home/analyst/reports/audit-trail_2026-11-20_1400Z.${format}`, ...this.#chain() }),
      'history.deleteOld': ({ executionDays, runDays }) => {
        const deleted = { ...this.#counted(executionDays, runDays), isDryRun: false };
        this.deletions += 1;
        return deleted;
      },
      'history.retentionPreview': ({ executionDays, runDays }) => this.#counted(executionDays, runDays),
    };
  }

  #counted(executionDays: Readonly<Record<string, number | undefined>>, runDays: number | undefined): RetentionResult {
    return {
      isDryRun: true,
      executions: Object.fromEntries(Object.entries(executionDays).map(([status, days]) => [status, this.#older(status, days ?? 0)])),
      runIds: [],
      runCount: runDays === undefined ? 0 : this.records.filter(({ run }) => run.startedAt < this.#before(runDays)).length,
    };
  }

  #chain(): { readonly entries: number; readonly head: { readonly seq: number; readonly hash: string } } {
    const entries = this.records.reduce((sum, { executions }) => sum + executions.length + 1, 0);
    return { entries, head: { seq: entries, hash: 'a1'.repeat(32) } };
  }

  #runs({ limit, offset, userId, outcome, search, from, to }: CheckedInput<'history.runs'>): MethodOutput<'history.runs'> {
    const wanted = search?.toLowerCase() ?? '';
    const found = this.records.filter(
      ({ run }) =>
        (userId === undefined || run.userId === userId) &&
        (outcome === undefined || run.outcome === outcome) &&
        (from === undefined || run.startedAt >= from) &&
        (to === undefined || run.startedAt < to) &&
        [run.rule, run.runId, ...run.plan.databases.map(({ name }) => name)].some((text) => text.toLowerCase().includes(wanted)),
    );
    return { runs: found.slice(offset, offset + limit).map(({ run }) => summaryOfRun(run)), total: found.length, limit, offset };
  }

  #executions(input: CheckedInput<'history.executions'>): MethodOutput<'history.executions'> {
    const { limit, offset, userId, status, databaseName, queryName, search, from, to } = input;
    const wanted = search?.toLowerCase() ?? '';
    const found = this.#all().filter(
      (each) =>
        (userId === undefined || each.userId === userId) &&
        (status === undefined || each.status === status) &&
        (databaseName === undefined || each.databaseName === databaseName) &&
        (queryName === undefined || each.queryName === queryName) &&
        (from === undefined || each.startedAt >= from) &&
        (to === undefined || each.startedAt < to) &&
        [each.queryName, each.databaseName, each.runId, each.errorCode ?? ''].some((text) => text.toLowerCase().includes(wanted)),
    );
    return { executions: found.slice(offset, offset + limit), total: found.length, limit, offset };
  }

  #comparison(runId: string): RunComparison {
    const place = this.records.findIndex(({ run }) => run.runId === runId);
    const previous = this.records[place + 1]?.run;
    const judged = this.records[place]?.executions.filter(({ execution }) => execution.status === 'success').length ?? 0;
    return {
      previous: previous === undefined ? null : summaryOfRun(previous),
      lookedAt: this.records.length - place - 1,
      slower: this.slower,
      judged,
      unjudged: 0,
      days: 90,
    };
  }

  #all(): readonly (ExecutionRecord & ExecutionSummary)[] {
    return this.records.flatMap(({ executions }) => executions.map(({ execution }) => execution).reverse());
  }

  #ended(scope: CheckedInput<'history.statistics'>['scope'], days: number): readonly ExecutionRecord[] {
    return this.#all().filter(
      (each) =>
        each.status !== null &&
        each.startedAt >= this.#before(days) &&
        (scope.userId === undefined || each.userId === scope.userId) &&
        (scope.databaseName === undefined || each.databaseName === scope.databaseName),
    );
  }

  #statistics(own: readonly ExecutionRecord[], days: number): ExecutionStatistics {
    const countOf = (status: ExecutionStatus): number => own.filter((each) => each.status === status).length;
    const byStatus = Object.fromEntries(executionStatuses.map((status) => [status, countOf(status)])) as Record<ExecutionStatus, number>;
    return {
      periodDays: days,
      from: this.#before(days),
      total: own.length,
      byStatus,
      successRate: own.length === 0 ? null : byStatus.success / own.length,
      totalRows: own.reduce((sum, each) => sum + (each.totalRows ?? 0), 0),
      withoutTimeouts: summaryOf(own, ['success', 'partial']),
      withTimeouts: summaryOf(own, ['success', 'partial', 'timeout']),
    };
  }

  #older(status: string, days: number): number {
    return this.#all().filter((each) => each.status === status && each.startedAt < this.#before(days)).length;
  }

  #before(days: number): string {
    return instantFromMs(this.#nowMs() - days * dayMs);
  }

  #now(): string {
    return instantFromMs(this.#nowMs());
  }
}

const notReleased = { releasedBy: null, releasedAt: null } as const;

function summaryOfRun({ plan, ...run }: RunDetail['run']): RunSummary {
  return { ...run, databases: plan.databases.map(({ name }) => name) };
}

function partOf(record: ExecutionRecord, groupBy: CheckedInput<'history.groupedStatistics'>['groupBy']): object {
  const { userId, databaseName, databaseType, queryName } = record;
  return { user: { userId }, database: { databaseName }, databaseType: { databaseType }, query: { databaseName, queryName } }[groupBy];
}

function summaryOf(own: readonly ExecutionRecord[], statuses: readonly ExecutionStatus[]): DurationSummary {
  const seconds = own
    .filter(({ status }) => status !== null && statuses.includes(status))
    .flatMap(({ executionTime }) => (executionTime === null ? [] : [executionTime]))
    .sort((a, b) => a - b);
  const n = seconds.length;
  const at = (percent: number): number | null => seconds[Math.max(1, Math.ceil((percent * n) / 100)) - 1] ?? null;
  const average = n === 0 ? null : seconds.reduce((sum, each) => sum + each, 0) / n;
  return { n, average, maximum: seconds.at(-1) ?? null, p50: at(50), p95: at(95), p99: at(99) };
}

function dayOf(day: string, { total, byStatus, successRate, withoutTimeouts, totalRows }: ExecutionStatistics): DayOfHistory {
  return {
    day,
    total,
    byStatus,
    successRate: successRate ?? 0,
    average: withoutTimeouts.average,
    maximum: withoutTimeouts.maximum,
    totalRows,
  };
}
