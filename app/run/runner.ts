/**
 * One run: every database's sources to their ends, the merge after each answer, one outcome.
 *
 * Cancel is a tree: the run's controller, a child for each database. Whatever happens, every source ends in exactly one
 * outcome and the run ends once.
 */
import { join } from 'node:path';
import { abort, childController, onAbort } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Configuration, DatabaseConfig } from '../model/database.ts';
import { type Failure, failure, toFailure } from '../model/failure.ts';
import { type Instant, instantFromMs } from '../model/instant.ts';
import type { RunEvent, RunOutcomeKind, RunPlan, RunState, SourceId, SourceOutcome, UnplannedSource } from '../model/run.ts';
import { coverageOf, hasRows, isEnded, sourceOf, unansweredSources } from '../model/run-reducer.ts';
import { type DatabaseGate, LogonRefusal } from './database-gate.ts';
import { outcomeOf } from '../model/run-outcome.ts';
import { EventLog } from './event-log.ts';
import { Merger } from './merger.ts';
import type { CreateDatabaseWorker, EngineClient } from './ports.ts';
import type { Slots } from './slots.ts';
import { runSource } from './source-run.ts';

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
}

/** A run as it ended, and the number of its last event. */
export interface EarlierRun {
  readonly state: RunState;
  readonly seq: number;
}

/** A run that has been started. */
export class Run {
  readonly plan: RunPlan;
  readonly log: EventLog;
  /** As it was when the run was started. */
  readonly configuration: Configuration;
  readonly #ports: RunnerPorts;
  readonly #merger: Merger;
  #controller = new AbortController();
  /** 1, and one more each time that missing sources are asked again. */
  #round = 0;
  #databaseControllers = new Map<string, AbortController>();
  #ended: Promise<RunOutcomeKind>;

  /**
   * Starts at once; the first event is in the log when the constructor returns. With `earlier` it stands as that run ended, and goes on
   * with a resume; the engine knows already what had been answered.
   */
  constructor(plan: RunPlan, configuration: Configuration, ports: RunnerPorts, earlier?: EarlierRun) {
    this.plan = plan;
    this.configuration = configuration;
    this.#ports = ports;
    this.log = new EventLog(plan, this.#now(), ports.clock, earlier);
    this.#merger = new Merger(ports.engine, plan.runId, {
      missing: () => coverageOf(this.state).missing,
      onMerged: (merge) => {
        this.#append({ kind: 'merged', at: this.#now(), merge });
      },
    });
    this.#ended =
      earlier === undefined
        ? this.#go(
            plan.sources.map((source) => source.id),
            plan.unplanned,
          )
        : Promise.resolve(earlier.state.outcome ?? outcomeOf(earlier.state));
  }

  /** The state now. */
  get state(): RunState {
    return this.log.snapshot().state;
  }

  /** Resolves with the outcome once the run has ended (again, after a resume). Never rejects. */
  get ended(): Promise<RunOutcomeKind> {
    return this.#ended;
  }

  /** Asks everything, or one database, to stop. Says so at once; each source then reports how it ended. */
  cancel(by: string, database?: string): void {
    if (this.state.status === 'ended') return;
    this.#append({ kind: 'cancel-requested', at: this.#now(), by, ...(database === undefined ? {} : { database }) });
    const controller = database === undefined ? this.#controller : this.#databaseControllers.get(database);
    if (controller !== undefined) abort(controller, { kind: 'cancel', by });
  }

  /** Ends the run because the program ends; resolves when nothing of it runs any more. */
  async shutdown(): Promise<void> {
    abort(this.#controller, { kind: 'shutdown' });
    await this.#ended;
    this.log.dispose();
  }

  /** Asks the missing sources again, for the same window. Returns their ids; none while the run goes on or nothing is missing. */
  resume(): readonly SourceId[] {
    if (this.state.status !== 'ended') return [];
    const missing = unansweredSources(this.state);
    if (missing.length === 0) return [];
    this.#controller = new AbortController();
    this.#append({ kind: 'run-resumed', at: this.#now(), sources: missing });
    this.#ended = this.#go(missing);
    return missing;
  }

  /** `unplanned`: those of the sources that are skipped. A resume leaves none out: what was unreachable may be back. */
  async #go(sources: readonly SourceId[], unplanned: readonly UnplannedSource[] = []): Promise<RunOutcomeKind> {
    this.#round += 1;
    const disarm = this.#armDeadline();
    let runFailure: Failure | undefined;
    try {
      await this.#ports.engine.call('open', { plan: this.plan });
      for (const { source, failure: cause } of unplanned) this.#endSource(source, { kind: 'skipped', failure: cause });
      const left = new Set(unplanned.map(({ source }) => source));
      const wanted = sources.filter((source) => !left.has(source));
      await Promise.all(this.configuration.databases.map((database) => this.#runDatabase(database, wanted)));
      await this.#merger.finish();
    } catch (error) {
      runFailure = toFailure(error);
      this.#ports.logger.error('the run failed as a whole', { run: this.plan.runId, failure: runFailure });
      this.#endUnfinished(runFailure);
    } finally {
      disarm();
    }
    return this.#end(runFailure);
  }

  async #runDatabase(database: DatabaseConfig, wanted: readonly SourceId[]): Promise<void> {
    const sources = this.plan.sources.filter((source) => source.database === database.name && wanted.includes(source.id));
    if (sources.length === 0) return;
    const { controller, dispose } = childController(this.#controller.signal);
    this.#databaseControllers.set(database.name, controller);
    const worker = this.#ports.createWorker(database, (processId, note) => {
      this.#append({
        kind: 'database-process',
        at: this.#now(),
        database: database.name,
        ...(processId === undefined ? {} : { processId }),
        ...(note === undefined ? {} : { note }),
      });
    });
    const gate = this.#ports.gateOf(database);
    const logon = new LogonRefusal();
    const slot = this.#ports.processSlots.take(controller.signal);
    slot.catch(() => undefined);
    try {
      await Promise.all(
        sources.map(async (source) => {
          const outcome = await runSource({
            plan: this.plan,
            source,
            database,
            worker,
            engine: this.#ports.engine,
            slot,
            gate,
            logon,
            signal: controller.signal,
            clock: this.#ports.clock,
            random: this.#ports.random,
            // What has answered in part keeps its rows until it has answered again.
            spoolDirectory: join(this.#ports.spoolDirectory, `round-${String(this.#round)}`),
            append: (event) => {
              this.#append(event);
            },
          });
          this.#endSource(source.id, outcome);
        }),
      );
    } finally {
      dispose();
      await worker.close().catch((error: unknown) => {
        this.#ports.logger.warn('a worker did not close cleanly', { database: database.name, failure: toFailure(error) });
      });
      await slot.then(
        (release) => {
          release();
        },
        () => undefined,
      );
    }
  }

  #endSource(source: SourceId, outcome: SourceOutcome): void {
    this.#append({ kind: 'source-ended', at: this.#now(), source, outcome });
    if (hasRows(outcome)) this.#merger.request();
  }

  #endUnfinished(cause: Failure): void {
    for (const { id } of this.plan.sources) {
      if (!isEnded(sourceOf(this.state, id)))
        this.#append({ kind: 'source-ended', at: this.#now(), source: id, outcome: { kind: 'skipped', failure: cause } });
    }
  }

  #end(runFailure: Failure | undefined): RunOutcomeKind {
    const strictFailure = runFailure ?? this.#strictFailure();
    const outcome = strictFailure === undefined ? outcomeOf(this.state) : 'failed';
    this.#append({ kind: 'run-ended', at: this.#now(), outcome, ...(strictFailure === undefined ? {} : { failure: strictFailure }) });
    return outcome;
  }

  #strictFailure(): Failure | undefined {
    const { missing, expected } = coverageOf(this.state);
    if (!this.plan.strict || missing.length === 0 || this.state.status === 'cancelling') return undefined;
    return failure('run.incomplete', {
      message: `A strict run needs every source; ${missing.length} of ${expected} did not answer: ${missing.map((source) => source.source).join(', ')}.`,
    });
  }

  #armDeadline(): () => void {
    const { runDeadlineMs } = this.configuration.settings;
    if (runDeadlineMs === undefined) return () => undefined;
    const controller = this.#controller;
    const clear = this.#ports.clock.setTimer(runDeadlineMs, () => {
      abort(controller, { kind: 'timeout', afterMs: runDeadlineMs, what: 'run' });
    });
    const stopListening = onAbort(controller.signal, clear);
    return () => {
      clear();
      stopListening();
    };
  }

  #append(event: RunEvent): void {
    this.log.append(event);
  }

  #now(): Instant {
    return instantFromMs(this.#ports.clock.nowMs());
  }
}
