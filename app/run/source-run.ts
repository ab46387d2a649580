/** One source from waiting to its end: a place, its attempts in the worker, the engine. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AbortedError, abortReasonOf, type AbortReason } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import { type DatabaseConfig, endpointLabel, type QueryConfig } from '../model/database.ts';
import { CamError, failure, toFailure } from '../model/failure.ts';
import type { PlannedSource, RunEvent, RunPlan, SourceOutcome } from '../model/run.ts';
import type { ExecuteOutput } from '../worker/protocol.ts';
import { AttemptTeller } from './attempt-teller.ts';
import type { DatabaseGate, LogonRefusal } from './database-gate.ts';
import { outcomeOfAnswer } from './partial-answer.ts';
import type { DatabaseWorker, EngineClient } from './ports.ts';
import { type AttemptPlace, withPolicies } from './source-policy.ts';

/** Everything one source needs. */
export interface SourceRun {
  readonly plan: RunPlan;
  readonly source: PlannedSource;
  readonly database: DatabaseConfig;
  readonly worker: DatabaseWorker;
  readonly engine: EngineClient;
  /** The database's place among the processes; shared by its sources. */
  readonly slot: Promise<() => void>;
  /** Shared by all runs. */
  readonly gate: DatabaseGate;
  /** Shared by the sources of the database in this run. */
  readonly logon: LogonRefusal;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly spoolDirectory: string;
  readonly append: (event: RunEvent) => void;
}

/** An attempt that ended neither well nor with a failure; the policies look at the reason, the outcome is the source's if it was the last. */
class StoppedAttempt extends AbortedError {
  readonly outcome: SourceOutcome;

  constructor(reason: AbortReason, outcome: SourceOutcome) {
    super(reason);
    this.outcome = outcome;
  }
}

/** A successful attempt. */
interface Answer {
  readonly output: ExecuteOutput;
  /** Who has answered, in words. */
  readonly endpoint: string;
}

/** Runs the source. Always resolves with its outcome. */
export async function runSource(run: SourceRun): Promise<SourceOutcome> {
  const teller = new AttemptTeller({ source: run.source.id, clock: run.clock, append: run.append });
  let attempts = 0;
  try {
    await run.slot;
    const query = queryOf(run);
    const answer = await withPolicies(
      {
        ...{ retry: run.source.policy.retry, endpoints: [run.database.endpoint, ...run.database.standbys] },
        ...{ gate: run.gate, logon: run.logon, clock: run.clock, random: run.random },
        onFollowed: (delayMs) => {
          teller.followed(delayMs);
        },
      },
      (place) => {
        attempts = place.number;
        return makeAttempt(run, query, place, teller);
      },
      run.signal,
    );
    teller.finish();
    return await attach(run, query, answer);
  } catch (error) {
    teller.finish();
    return outcomeOf(error, attempts);
  }
}

/** @throws CamError or StoppedAttempt unless it has succeeded */
async function makeAttempt(run: SourceRun, query: QueryConfig, place: AttemptPlace, teller: AttemptTeller): Promise<Answer> {
  const { notice, end } = teller.begin(place);
  const input = executeInput(run, query, place);
  const output = await run.worker.execute(input, { signal: run.signal, onNotice: notice });
  end(output);
  const { outcome } = output;
  switch (outcome.kind) {
    case 'completed':
      return { output, endpoint: endpointLabel(place.endpoint) };
    case 'failed':
      // A process that died has left what it was writing.
      if (outcome.failure.code.startsWith('worker.')) await removeRows(input);
      throw new CamError(outcome.failure);
    case 'timeout':
      throw new StoppedAttempt(abortedBy(run) ?? { kind: 'timeout', afterMs: input.timeoutMs, what: 'attempt' }, outcome);
    default:
      throw new StoppedAttempt(abortedBy(run) ?? { kind: 'shutdown' }, outcome);
  }
}

/** All of the source's: none of its attempts has succeeded yet. */
async function removeRows({ spoolDirectory }: ReturnType<typeof executeInput>): Promise<void> {
  await rm(spoolDirectory, { recursive: true, force: true }).catch(() => undefined);
}

function abortedBy({ signal }: SourceRun): AbortReason | undefined {
  return signal.aborted ? abortReasonOf(signal) : undefined;
}

function outcomeOf(error: unknown, attempts: number): SourceOutcome {
  if (error instanceof StoppedAttempt) return error.outcome;
  if (error instanceof AbortedError) return outcomeOfAbort(error.reason, attempts);
  const known = toFailure(error);
  // Where every endpoint is left alone, nothing has been asked.
  return { kind: known.code === 'breaker.open' && attempts === 0 ? 'skipped' : 'failed', failure: known };
}

/** The outcome of a source that was stopped in a wait: a passed deadline is a timeout, everything else a cancel. */
function outcomeOfAbort(reason: AbortReason, attempts: number): SourceOutcome {
  const tries = `${String(attempts)} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  if (reason.kind !== 'timeout') {
    const note = attempts === 0 ? 'Nothing had been sent to the database yet.' : `It was waiting to try again after ${tries}.`;
    return { kind: 'cancelled', confirmed: true, note };
  }
  const when = attempts === 0 ? 'before this source was done' : `while this source was waiting to try again after ${tries}`;
  const message = `The run reached its deadline of ${String(reason.afterMs / 1000)} s ${when}.`;
  return { kind: 'timeout', failure: failure('query.timeout', { message }) };
}

async function attach(run: SourceRun, query: QueryConfig, { output, endpoint }: Answer): Promise<SourceOutcome> {
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
  return outcomeOfAnswer({ kind: 'completed', rows, bytes, nullIds, nullTimes }, run.plan, endpoint, output.replica);
}

function executeInput(run: SourceRun, query: QueryConfig, { number, rank }: AttemptPlace): Parameters<DatabaseWorker['execute']>[0] {
  return {
    runId: run.plan.runId,
    source: run.source.id,
    attempt: number,
    endpoint: rank,
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
