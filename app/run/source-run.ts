/** One source from waiting to its end: a place, its attempts in the worker, the engine. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { abort, AbortedError, abortReasonOf, type AbortReason, childController, raceAbort } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import { type DatabaseConfig, endpointLabel, type QueryConfig } from '../model/database.ts';
import { cachedNote } from '../model/cached-answer.ts';
import { budgetOutcome } from '../model/budget-reached.ts';
import { deadlineFailure } from '../model/deadline-failure.ts';
import { toFailure } from '../model/failure.ts';
import { type Budget, type BudgetAmount, budgetAmounts } from '../model/policy.ts';
import type { PlannedSource, RunPlan, SourceId } from '../model/plan.ts';
import type { RunEvent, SourceOutcome } from '../model/run.ts';
import type { AttachOutput } from '../engine/engine.ts';
import type { ExecuteOutput, SpoolReference } from '../worker/protocol.ts';
import { AttemptTeller } from './attempt-teller.ts';
import type { SourceCost } from './cost-ledger.ts';
import { type DatabaseGate, EndpointFailure } from './database-gate.ts';
import type { LogonRefusal } from '../resilience/logon-refusal.ts';
import { outcomeOfAnswer } from './partial-answer.ts';
import type { CachedAnswer, EngineClient, FindCachedAnswer } from './ports.ts';
import type { DatabaseWorker } from '../worker/supervisor.ts';
import { emptyList, makeLists, removeLists, type SourceLists } from './source-lists.ts';
import { type AttemptPlace, withPolicies } from './source-policy.ts';

/** Everything one source needs. */
export interface SourceRun {
  readonly plan: RunPlan;
  readonly source: PlannedSource;
  readonly database: DatabaseConfig;
  /** Waits for the database's place among the processes and gives its worker. */
  readonly enter: (signal: AbortSignal) => Promise<DatabaseWorker>;
  readonly engine: EngineClient;
  readonly cost: SourceCost;
  /** Shared by all runs. */
  readonly gate: DatabaseGate;
  /** Shared by the sources of the database in this run. */
  readonly logon: LogonRefusal;
  readonly signal: AbortSignal;
  /** Aborted when even what has come in cannot be waited for any longer: some time after the run's deadline. */
  readonly lastCall: AbortSignal;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly spoolDirectory: string;
  readonly cached?: FindCachedAnswer;
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

/** What the attempts of a source share. */
interface Attempting {
  readonly query: QueryConfig;
  readonly worker: DatabaseWorker;
  readonly lists: SourceLists;
  readonly teller: AttemptTeller;
  /** Of this source alone: a budget that is reached ends it and no other. */
  readonly controller: AbortController;
}

/** Runs the source. Always resolves with its outcome. */
export async function runSource(run: SourceRun): Promise<SourceOutcome> {
  const { id } = run.source;
  const teller = new AttemptTeller({ source: id, clock: run.clock, append: run.append, cost: () => run.cost.total });
  const { controller, dispose } = childController(run.signal);
  let attempts = 0;
  let lists: SourceLists = {};
  try {
    const query = queryOf(run);
    const cached = await run.cached?.(id, run.database, query, `${directoryOf(run)}-kept`);
    if (cached !== undefined) return await attachCached(run, query, cached);
    lists = await makeLists(query, { plan: run.plan, engine: run.engine, directory: `${directoryOf(run)}-lists` }, controller.signal);
    const empty = emptyList(query, lists);
    if (empty !== undefined) return await attachNothing(run, query, empty);
    const worker = await run.enter(controller.signal);
    const attempting = { query, worker, lists, teller, controller };
    const answer = await withAttempts(run, attempting, (number) => {
      attempts = number;
    });
    teller.finish();
    return await attach(run, query, answer);
  } catch (error) {
    teller.finish();
    // A process that died has left what it was writing.
    if (attempts > 0) await rm(directoryOf(run), { recursive: true, force: true }).catch(() => undefined);
    return outcomeOf(error, attempts, run.cost.total.rows);
  } finally {
    dispose();
    await removeLists(lists);
  }
}

function withAttempts(run: SourceRun, attempting: Attempting, onAttempt: (number: number) => void): Promise<Answer> {
  return withPolicies(
    {
      ...{ retry: run.source.policy.retry, endpoints: [run.database.endpoint, ...run.database.standbys] },
      ...{ gate: run.gate, logon: run.logon, clock: run.clock, random: run.random },
      onFollowed: (delayMs) => {
        attempting.teller.followed(delayMs);
      },
    },
    (place) => {
      onAttempt(place.number);
      return makeAttempt(run, attempting, place);
    },
    attempting.controller.signal,
  );
}

/** @throws CamError or StoppedAttempt unless it has succeeded */
async function makeAttempt(run: SourceRun, attempting: Attempting, place: AttemptPlace): Promise<Answer> {
  const { worker, teller, controller } = attempting;
  const { cost, gate } = run;
  const refusal = cost.statement();
  if (refusal !== undefined) throw new StoppedAttempt(refusal, budgetOutcome(refusal, cost.total.rows));
  const { notice, end } = teller.begin(place);
  const input = executeInput(run, attempting, place);
  const output = await worker.execute(input, {
    signal: controller.signal,
    onNotice: (told) => {
      const passed = told.kind === 'progress' ? cost.update(told.cost) : undefined;
      if (passed !== undefined) abort(controller, passed);
      notice(told);
    },
    onStatement: async () => {
      await gate.statement(controller.signal);
      const refused = cost.statement();
      if (refused === undefined) return;
      abort(controller, refused);
      throw new AbortedError(refused);
    },
  });
  cost.endAttempt(output.cost);
  end(output);
  const { outcome } = output;
  switch (outcome.kind) {
    case 'completed':
      return { output, endpoint: endpointLabel(place.endpoint) };
    case 'failed':
      throw new EndpointFailure(outcome.failure, output.wasTried);
    case 'timeout':
      throw new StoppedAttempt(abortedBy(controller) ?? { kind: 'timeout', afterMs: input.timeoutMs, what: 'attempt' }, outcome);
    default:
      throw new StoppedAttempt(abortedBy(controller) ?? { kind: 'shutdown' }, outcome);
  }
}

function abortedBy({ signal }: AbortController): AbortReason | undefined {
  return signal.aborted ? abortReasonOf(signal) : undefined;
}

/** @param rows that have come until then */
function outcomeOf(error: unknown, attempts: number, rows: number): SourceOutcome {
  if (error instanceof StoppedAttempt) return error.outcome;
  if (error instanceof AbortedError && error.reason.kind === 'budget') return budgetOutcome(error.reason, rows);
  if (error instanceof AbortedError) return outcomeOfAbort(error.reason, attempts);
  const known = toFailure(error);
  // Where every endpoint is left alone, nothing has been asked.
  return { kind: known.code === 'breaker.open' && attempts === 0 ? 'skipped' : 'failed', failure: known };
}

/** The outcome of a source that was stopped in a wait: a passed deadline is a timeout, everything else a cancel. */
export function outcomeOfAbort(reason: AbortReason, attempts: number): SourceOutcome {
  const tries = `${String(attempts)} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  if (reason.kind !== 'timeout') {
    const note = attempts === 0 ? 'Nothing had been sent to the database yet.' : `It was waiting to try again after ${tries}.`;
    return { kind: 'cancelled', confirmed: true, note };
  }
  const when = attempts === 0 ? 'before this source was done' : `while this source was waiting to try again after ${tries}`;
  const message = `The run reached its deadline of ${String(reason.afterMs / 1000)} s ${when}.`;
  return { kind: 'timeout', failure: deadlineFailure(message) };
}

async function attach(run: SourceRun, query: QueryConfig, { output, endpoint }: Answer): Promise<SourceOutcome> {
  if (output.outcome.kind !== 'completed' || output.spool === undefined) return output.outcome;
  const { rows, bytes } = output.outcome;
  const { nullIds, nullTimes } = await attachSpool(run, query, output.spool);
  return outcomeOfAnswer({ kind: 'completed', rows, bytes, nullIds, nullTimes }, run.plan, endpoint, output.replica);
}

/** Where there is nothing to ask for, the answer is known without the database: it is whole, and empty. */
async function attachNothing(run: SourceRun, query: QueryConfig, list: string): Promise<SourceOutcome> {
  await attachSpool(run, query, { files: [], columns: [] });
  const note = `Nothing was asked: the list :${list} is empty.`;
  return { kind: 'completed', rows: 0, bytes: 0, nullIds: 0, nullTimes: 0, note };
}

/** An answer that was given before; its rows are counted as any other's, and it says where it comes from. */
async function attachCached(run: SourceRun, query: QueryConfig, { spool, from, bytes }: CachedAnswer): Promise<SourceOutcome> {
  const { rows, nullIds, nullTimes } = await attachSpool(run, query, spool);
  return { kind: 'completed', rows, bytes, nullIds, nullTimes, note: cachedNote(from), cachedFrom: from };
}

function attachSpool(run: SourceRun, query: QueryConfig, { files, columns, roles }: SpoolReference): Promise<AttachOutput> {
  const input = {
    ...{ runId: run.plan.runId, source: run.source.id, files, columns, zone: run.database.zone, idNormaliser: query.idNormaliser },
    ...(roles === undefined ? {} : { roles }),
  };
  return raceAbort(run.engine.call('attach', input), run.lastCall);
}

/** A run may be made again at the same time; its sessions are its own. */
export function sessionName({ runId }: RunPlan, session: SourceId): string {
  return `${runId} ${session}`;
}

function executeInput(
  run: SourceRun,
  { query, lists }: Attempting,
  { number, rank }: AttemptPlace,
): Parameters<DatabaseWorker['execute']>[0] {
  return {
    runId: run.plan.runId,
    source: run.source.id,
    attempt: number,
    endpoint: rank,
    sql: query.sql,
    binds: query.binds,
    lists,
    chunk: query.policy.chunk,
    ...(run.source.session === undefined ? {} : { session: sessionName(run.plan, run.source.session) }),
    budget: { hard: hardLimits(query.policy.budget), spent: run.cost.before },
    startDate: run.plan.startDate,
    ...(query.userColumn === undefined ? {} : { userColumn: query.userColumn }),
    ...(query.timeColumn === undefined ? {} : { timeColumn: query.timeColumn }),
    needsRoles: query.changeType !== null,
    timeoutMs: query.timeoutMs,
    spoolDirectory: directoryOf(run),
  };
}

function hardLimits(budget: Budget): Partial<Record<BudgetAmount, number>> {
  return Object.fromEntries(budgetAmounts.flatMap((amount) => (budget[amount].hard === undefined ? [] : [[amount, budget[amount].hard]])));
}

/** The source's own folder, under a name that is legal everywhere: its place in the plan. */
function directoryOf(run: SourceRun): string {
  return join(run.spoolDirectory, `source-${String(run.plan.sources.indexOf(run.source) + 1)}`);
}

function queryOf(run: SourceRun): QueryConfig {
  const query = run.database.queries.find((candidate) => candidate.name === run.source.query);
  if (query === undefined) throw new Error(`the plan names a query that is not configured: ${run.source.id}`);
  return query;
}
