/**
 * One round of a run: the sources that are asked, in their order, each to exactly one outcome; then the last merge.
 *
 * Cancel is a tree: the round's controller, a child for each database, a child of that for each source. A round ends once, and
 * some seconds after its deadline whatever hangs; what comes of it afterwards is not heard any more.
 */
import { join } from 'node:path';
import { abort, AbortedError, childController, onAbort, raceAbort } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Configuration, DatabaseConfig } from '../model/database.ts';
import { type Failure, toFailure } from '../model/failure.ts';
import { type Instant, instantFromMs } from '../model/instant.ts';
import type { PlannedSource, RunPlan, SourceId, UnplannedSource } from '../model/plan.ts';
import type { RunEvent, RunState, SourceOutcome } from '../model/run.ts';
import { hasRows, isEnded, sourceOf } from '../model/run-reducer.ts';
import { CostLedger } from './cost-ledger.ts';
import type { DatabaseGate } from './database-gate.ts';
import { DatabaseProcess } from './database-process.ts';
import { engineIsDeaf, interruptedBy, outcomeLeftBehind, type WithoutResult } from './given-up.ts';
import { type LastCalls, lastCallsAfter, lastEvaluationSignal } from './last-calls.ts';
import { LogonRefusal } from '../resilience/logon-refusal.ts';
import type { Merger } from './merger.ts';
import { parentFailure } from './parent-failure.ts';
import type { CreateDatabaseWorker, EngineClient, FindCachedAnswer } from './ports.ts';
import type { DatabaseWorker } from '../worker/supervisor.ts';
import type { Slots } from './slots.ts';
import { outcomeOfAbort, runSource, sessionName } from './source-run.ts';

/** What a run is made of. */
export interface RunnerPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly engine: EngineClient;
  readonly createWorker: CreateDatabaseWorker;
  /** Database processes at a time, shared by all runs. */
  readonly processSlots: Slots;
  /** The gate of a database, shared by all runs. */
  readonly gateOf: (database: DatabaseConfig) => DatabaseGate;
  /** A number in [0, 1), for the waits between attempts. */
  readonly random: () => number;
  /** Folder for this run's rows. */
  readonly spoolDirectory: string;
  /** Absent where no answer is ever used again. */
  readonly cached?: FindCachedAnswer;
}

/** What a round is given by its run. */
export interface RoundParts {
  readonly plan: RunPlan;
  readonly configuration: Configuration;
  readonly ports: RunnerPorts;
  readonly merger: Merger;
  /** 1, and one more each time that missing sources are asked again. */
  readonly number: number;
  readonly state: () => RunState;
  readonly append: (event: RunEvent) => void;
}

/** A database in a round. */
interface DatabasePart {
  readonly database: DatabaseConfig;
  readonly process: DatabaseProcess;
  readonly controller: AbortController;
  readonly logon: LogonRefusal;
}

/** The round; {@link run} is called once. */
export class RunRound {
  readonly #parts: RoundParts;
  readonly #controller = new AbortController();
  readonly #databases = new Map<string, DatabasePart>();
  readonly #ends = new Map<SourceId, PromiseWithResolvers<undefined>>();
  readonly #ledger: CostLedger;
  readonly #lastCalls: LastCalls;
  #isOver = false;

  constructor(parts: RoundParts) {
    this.#parts = parts;
    this.#lastCalls = lastCallsAfter(parts.ports.clock, this.#controller.signal);
    this.#ledger = new CostLedger(parts.configuration.settings.policy.budget, parts.plan.databases, (warning) => {
      this.#append({ kind: 'warned', at: this.#now(), ...warning });
    });
  }

  /** Asks everything, or one database, to stop. */
  cancel(by: string, database?: string): void {
    const controller = database === undefined ? this.#controller : this.#databases.get(database)?.controller;
    if (controller !== undefined) abort(controller, { kind: 'cancel', by });
  }

  /** Asks everything to stop because the program ends. */
  shutdown(): void {
    abort(this.#controller, { kind: 'shutdown' });
  }

  /** Asks the sources. `unplanned` are skipped. Resolves, when all have ended, with why the run has no result as a whole, if so. */
  async run(sources: readonly SourceId[], unplanned: readonly UnplannedSource[]): Promise<WithoutResult | undefined> {
    const { engine } = this.#parts.ports;
    const disarm = this.#armDeadline();
    try {
      await this.#heard(engine.call('open', { plan: this.#parts.plan }));
      await this.#askAll(sources, unplanned);
      return await this.#evaluateLast();
    } catch (error) {
      return { outcome: 'failed', failure: this.#failed(error) };
    } finally {
      this.#isOver = true;
      disarm();
      this.#lastCalls.dispose();
    }
  }

  /** A cancel interrupts it: the run has no result then, whatever an earlier evaluation said of fewer answers. */
  async #evaluateLast(): Promise<WithoutResult | undefined> {
    const { signal, dispose } = lastEvaluationSignal(this.#parts.ports.clock, this.#controller.signal);
    try {
      await this.#heard(this.#parts.merger.finish(signal));
      return undefined;
    } catch (error) {
      if (!(error instanceof AbortedError) || this.#lastCalls.engine.aborted) throw error;
      return interruptedBy(error.reason);
    } finally {
      dispose();
    }
  }

  /** Waits for the engine, but not for ever. */
  #heard<T>(work: Promise<T>): Promise<T> {
    return raceAbort(work, this.#lastCalls.engine);
  }

  #failed(error: unknown): Failure {
    const { ports, plan } = this.#parts;
    const isDeaf = error instanceof AbortedError;
    const known = isDeaf ? engineIsDeaf(plan.deadlineMs) : toFailure(error);
    ports.logger.error('the run failed as a whole', { run: plan.runId, failure: known });
    if (isDeaf) ports.engine.restart();
    for (const { id } of plan.sources) this.#endSource(id, { kind: 'skipped', failure: known });
    return known;
  }

  async #askAll(sources: readonly SourceId[], unplanned: readonly UnplannedSource[]): Promise<void> {
    for (const { source, failure: cause } of unplanned) this.#endSource(source, { kind: 'skipped', failure: cause });
    const left = new Set(unplanned.map(({ source }) => source));
    const wanted = new Set(sources.filter((source) => !left.has(source)));
    for (const source of wanted) this.#ends.set(source, Promise.withResolvers());
    const asked = Map.groupBy(
      this.#parts.plan.sources.filter(({ id }) => wanted.has(id)),
      ({ database }) => database,
    );
    const databases = this.#parts.configuration.databases.flatMap((database) => {
      const own = asked.get(database.name);
      return own === undefined ? [] : [{ database, own }];
    });
    await Promise.all(databases.map(({ database, own }) => this.#askDatabase(database, own)));
  }

  async #askDatabase(database: DatabaseConfig, sources: readonly PlannedSource[]): Promise<void> {
    const { controller, dispose } = childController(this.#controller.signal);
    const process = new DatabaseProcess({
      slots: this.#parts.ports.processSlots,
      signal: controller.signal,
      createWorker: () => this.#createWorker(database),
      isAwaited: () => sources.some((source) => this.#isReady(source)),
      closeWorker: (worker) => this.#closeWorker(database, worker),
    });
    const part: DatabasePart = { database, process, controller, logon: new LogonRefusal() };
    this.#databases.set(database.name, part);
    const stop = onAbort(this.#lastCalls.workers, () => {
      process.kill();
    });
    try {
      await Promise.all(sources.map((source) => this.#ask(source, part)));
    } finally {
      stop();
      dispose();
    }
  }

  async #ask(source: PlannedSource, part: DatabasePart): Promise<void> {
    const cost = this.#ledger.source(source);
    const asking = this.#outcomeOf(source, part, cost);
    const outcome = await raceAbort(asking, this.#lastCalls.workers).catch(outcomeLeftBehind);
    this.#endSource(source.id, outcome, cost.total);
    this.#ends.get(source.id)?.resolve(undefined);
    this.#endSession(source, part);
    await part.process.leave(source.id);
  }

  /** The last one of a session leaves no connection behind that waits for nobody. */
  #endSession({ session }: PlannedSource, { process }: DatabasePart): void {
    const { plan } = this.#parts;
    const state = this.#parts.state();
    if (session === undefined || plan.sources.some((other) => other.session === session && !isEnded(sourceOf(state, other.id)))) return;
    process.endSession(sessionName(plan, session));
  }

  async #outcomeOf(source: PlannedSource, part: DatabasePart, cost: ReturnType<CostLedger['source']>): Promise<SourceOutcome> {
    const { plan, ports } = this.#parts;
    const { signal } = part.controller;
    try {
      await raceAbort(Promise.all(source.after.flatMap((parent) => this.#ends.get(parent)?.promise ?? [])), signal);
    } catch (error) {
      if (error instanceof AbortedError) return outcomeOfAbort(error.reason, 0);
      throw error;
    }
    const problem = parentFailure(this.#parts.state(), source);
    if (problem !== undefined) return { kind: 'skipped', failure: problem };
    return runSource({
      ...{ plan, source, database: part.database, cost, signal, logon: part.logon },
      ...{ clock: ports.clock, engine: ports.engine, random: ports.random },
      // What has answered in part keeps its rows until it has answered again.
      spoolDirectory: join(ports.spoolDirectory, `round-${String(this.#parts.number)}`),
      lastCall: this.#lastCalls.workers,
      enter: (own) => part.process.enter(source.id, own),
      gate: ports.gateOf(part.database),
      ...(ports.cached === undefined ? {} : { cached: ports.cached }),
      append: (event) => {
        this.#append(event);
      },
    });
  }

  /** Not ended, but everything that it waits for has. */
  #isReady(source: PlannedSource): boolean {
    const state = this.#parts.state();
    return !isEnded(sourceOf(state, source.id)) && source.after.every((parent) => isEnded(sourceOf(state, parent)));
  }

  #createWorker(database: DatabaseConfig): DatabaseWorker {
    return this.#parts.ports.createWorker(database, (processId, note) => {
      this.#append({
        ...{ kind: 'database-process', at: this.#now(), database: database.name },
        ...(processId === undefined ? {} : { processId }),
        ...(note === undefined ? {} : { note }),
      });
    });
  }

  async #closeWorker(database: DatabaseConfig, worker: DatabaseWorker): Promise<void> {
    try {
      await raceAbort(worker.close(), this.#lastCalls.workers);
    } catch (error) {
      worker.kill();
      if (error instanceof AbortedError) return;
      this.#parts.ports.logger.warn('a worker did not close cleanly', { database: database.name, failure: toFailure(error) });
    }
  }

  /** A source that has ended already stays as it ended. */
  #endSource(source: SourceId, outcome: SourceOutcome, cost?: ReturnType<CostLedger['source']>['total']): void {
    if (isEnded(sourceOf(this.#parts.state(), source))) return;
    this.#append({ kind: 'source-ended', at: this.#now(), source, outcome, ...(cost === undefined ? {} : { cost }) });
    if (hasRows(outcome) && !this.#isOver) this.#parts.merger.request();
  }

  #armDeadline(): () => void {
    const { runDeadlineMs } = this.#parts.configuration.settings;
    if (runDeadlineMs === undefined) return () => undefined;
    return this.#parts.ports.clock.setTimer(runDeadlineMs, () => {
      // After a cancel everything has been asked to end already.
      if (this.#controller.signal.aborted) this.#lastCalls.deadlinePassed();
      else abort(this.#controller, { kind: 'timeout', afterMs: runDeadlineMs, what: 'run' });
    });
  }

  /** What is told of a source that has been left behind, or after the end, is not heard. */
  #append(event: RunEvent): void {
    if (this.#isOver) return;
    if ('source' in event && event.kind !== 'warned' && isEnded(sourceOf(this.#parts.state(), event.source))) return;
    this.#parts.append(event);
  }

  #now(): Instant {
    return instantFromMs(this.#parts.ports.clock.nowMs());
  }
}
