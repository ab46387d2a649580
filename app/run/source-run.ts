/** One source from waiting to its end: a place, the worker, the engine. */
import { join } from 'node:path';
import { AbortedError, type AbortReason } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { DatabaseConfig, QueryConfig } from '../model/database.ts';
import { failure, toFailure } from '../model/failure.ts';
import { instantFromMs } from '../model/instant.ts';
import type { PlannedSource, RunEvent, RunPlan, SourceOutcome } from '../model/run.ts';
import type { ExecuteNotice, ExecuteOutput } from '../worker/protocol.ts';
import type { DatabaseWorker, EngineClient } from './ports.ts';

/** Everything one source needs. */
export interface SourceRun {
  readonly plan: RunPlan;
  readonly source: PlannedSource;
  readonly database: DatabaseConfig;
  readonly worker: DatabaseWorker;
  readonly engine: EngineClient;
  /** The database's place among the processes; shared by its sources. */
  readonly slot: Promise<() => void>;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly spoolDirectory: string;
  readonly append: (event: RunEvent) => void;
}

/** Runs the source. Always resolves with its outcome. */
export async function runSource(run: SourceRun): Promise<SourceOutcome> {
  try {
    await run.slot;
    const query = queryOf(run);
    const output = await run.worker.execute(executeInput(run, query), { signal: run.signal, onNotice: noticeTeller(run) });
    return await attach(run, query, output);
  } catch (error) {
    if (error instanceof AbortedError) return outcomeOfAbort(error.reason, 'Nothing had been sent to the database yet.');
    return { kind: 'failed', failure: toFailure(error) };
  }
}

/** The outcome of a source that was stopped before it ran: a passed deadline is a timeout, everything else a cancel. */
function outcomeOfAbort(reason: AbortReason, note: string): SourceOutcome {
  if (reason.kind !== 'timeout') return { kind: 'cancelled', confirmed: true, note };
  return {
    kind: 'timeout',
    failure: failure('query.timeout', {
      message: `The run reached its deadline of ${String(reason.afterMs / 1000)} s before this source was done.`,
    }),
  };
}

async function attach(run: SourceRun, query: QueryConfig, output: ExecuteOutput): Promise<SourceOutcome> {
  if (output.outcome.kind !== 'completed' || output.spool === undefined) return output.outcome;
  const { rows, bytes } = output.outcome;
  const { nullIds, nullTimes } = await run.engine.call('attach', {
    runId: run.plan.runId,
    source: run.source.id,
    files: output.spool.files,
    columns: output.spool.columns,
    ...(output.spool.roles === undefined ? {} : { roles: output.spool.roles }),
    zone: run.database.zone,
    idNormaliser: query.idNormaliser,
  });
  return { kind: 'completed', rows, bytes, nullIds, nullTimes };
}

function executeInput(run: SourceRun, query: QueryConfig): Parameters<DatabaseWorker['execute']>[0] {
  return {
    runId: run.plan.runId,
    source: run.source.id,
    sql: query.sql,
    binds: query.binds,
    startDate: run.plan.startDate,
    ...(query.userColumn === undefined ? {} : { userColumn: query.userColumn }),
    ...(query.timeColumn === undefined ? {} : { timeColumn: query.timeColumn }),
    needsRoles: query.changeType !== null,
    timeoutMs: query.timeoutMs,
    spoolDirectory: join(run.spoolDirectory, folderName(run)),
  };
}

/** A folder name that is legal everywhere: the place of the source in the plan. */
function folderName(run: SourceRun): string {
  return `source-${String(run.plan.sources.indexOf(run.source) + 1)}`;
}

function queryOf(run: SourceRun): QueryConfig {
  const query = run.database.queries.find((candidate) => candidate.name === run.source.query);
  if (query === undefined) throw new Error(`the plan names a query that is not configured: ${run.source.id}`);
  return query;
}

function noticeTeller(run: SourceRun): (notice: ExecuteNotice) => void {
  let last: { readonly rows: number; readonly ms: number } | undefined;
  let rowsPerSecond = 0;
  return (notice) => {
    const at = instantFromMs(run.clock.nowMs());
    if (notice.kind === 'state') {
      last = undefined;
      rowsPerSecond = 0;
      run.append({
        kind: 'source-state',
        at,
        source: run.source.id,
        status: notice.status,
        attempt: notice.attempt,
        ...(notice.endpoint === undefined ? {} : { endpoint: notice.endpoint }),
      });
      return;
    }
    const ms = run.clock.monotonicMs();
    if (last !== undefined && ms - last.ms >= 200)
      rowsPerSecond = smoothed(rowsPerSecond, ((notice.rows - last.rows) * 1000) / (ms - last.ms));
    if (last === undefined || ms - last.ms >= 200) last = { rows: notice.rows, ms };
    run.append({
      kind: 'source-progress',
      at,
      source: run.source.id,
      rows: notice.rows,
      bytes: notice.bytes,
      rowsPerSecond: Math.round(rowsPerSecond),
    });
  };
}

/** Half the old rate, half the new: quick to follow, calm to read. */
function smoothed(old: number, next: number): number {
  return old === 0 ? next : (old + next) / 2;
}
