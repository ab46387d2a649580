/** The runs of this program: started, cancelled, completed, shown. */
import { join } from 'node:path';
import { Emitter } from '../base/emitter.ts';
import type { Logger } from '../base/logger.ts';
import type { CheckedInput, RunListItem } from '../contract/methods.ts';
import type { Configuration } from '../model/database.ts';
import { CamError, type Failure, failure } from '../model/failure.ts';
import type { RunPlan, SourceId } from '../model/plan.ts';
import type { NumberedRunEvent, RunState } from '../model/run.ts';
import { isEvaluated } from '../model/run-evaluation.ts';
import { coverageOf } from '../model/run-reducer.ts';
import type { CreateDatabaseWorker } from '../run/ports.ts';
import { Run } from '../run/runner.ts';
import type { RunnerPorts } from '../run/run-round.ts';
import { Slots } from '../run/slots.ts';
import type { AppPorts } from './app-ports.ts';
import type { ConfigService } from './config-service.ts';
import type { EndpointHealthService } from './endpoint-health.ts';
import type { EngineService } from './engine-service.ts';
import type { HistoryService } from './history-service.ts';
import { logRunEvent } from './log-run-event.ts';
import { oldRuns } from './old-runs.ts';
import { RunPlanning } from './run-planning.ts';
import { type AskedBySchedule, asReopened, refuseChanged, whyNotEvaluated } from './run-request.ts';
import { type ResultService, askedOf } from './result-service.ts';
import { tidyAway } from './tidy-away.ts';
import type { UsualCostsService } from './usual-costs-service.ts';

/** What the service is made of. */
export interface RunServiceParts {
  readonly ports: AppPorts;
  readonly logger: Logger;
  readonly config: ConfigService;
  readonly engine: EngineService;
  readonly createWorker: CreateDatabaseWorker;
  readonly health: EndpointHealthService;
  /** Folder under which each run gets one of its own, unless the settings name another. */
  readonly spoolRoot: string;
  /** What sources usually take. */
  readonly costs: Pick<UsualCostsService, 'current' | 'refresh' | 'known'>;
  /** Where results are kept after their run. */
  readonly results: ResultService;
  /** Continues the records of a run that is opened again. */
  readonly history: Pick<HistoryService, 'reopen'>;
  /** Makes what a run needs on the disk: the folder for rows, and the shipped sample databases where they are used. @throws CamError */
  readonly prepare: () => Promise<void>;
}

/** Starts runs and keeps the last ones. */
export class RunService {
  readonly events = new Emitter<NumberedRunEvent>();
  readonly #parts: RunServiceParts;
  readonly #planning: RunPlanning;
  readonly #runs = new Map<string, Run>();
  readonly #opening = new Map<string, Promise<{ state: RunState; seq: number }>>();
  /** Runs that were opened again, and what their sources were asked by then. */
  readonly #reopened = new Map<string, Readonly<Record<SourceId, string>>>();
  /** Runs that were opened for another program, and that nobody looks at here. */
  readonly #aside = new Set<string>();
  /** Runs that are being tidied away. */
  readonly #tidying = new Map<string, Promise<void>>();
  #processSlots: Slots | undefined;
  #isClosed = false;

  constructor(parts: RunServiceParts) {
    this.#parts = parts;
    this.#planning = new RunPlanning(parts);
  }

  /** What a run asked for now would do, with what its sources took lately. @throws CamError when the configuration or the request is not right */
  async plan(request: CheckedInput<'run.plan'>): Promise<RunPlan> {
    await this.#parts.costs.refresh();
    return this.#planning.plan(request);
  }

  /** When the run that goes on, or one started now, is expected to end; see {@link RunPlanning.expectedEndMs}. */
  expectedEndMs(): number | undefined {
    return this.#planning.expectedEndMs([...this.#runs.values()].find(({ state }) => state.status !== 'ended')?.plan);
  }

  /**
   * Starts a run and returns at once; `asked` names the schedule that asks, where no person does.
   * @throws CamError when the configuration or the request is not right
   */
  async start(request: CheckedInput<'run.start'>, asked?: AskedBySchedule): Promise<{ runId: string }> {
    const { config, logger } = this.#parts;
    await this.#parts.costs.known();
    const refused = asked === undefined ? undefined : await this.#refusedFor(asked);
    const planned = this.#planning.plan(request, refused);
    const plan = asked === undefined ? planned : { ...planned, schedule: asked.schedule };
    const configuration = config.current();
    await this.#parts.prepare();
    this.#refuseClosed();
    const run = new Run(plan, configuration, this.#runnerPorts(plan, configuration));
    this.#runs.set(plan.runId, run);
    logger.info('run started', { run: plan.runId, lastEvent: plan.lastEvent, sources: plan.sources.length, user: plan.user });
    const { state, seq } = run.log.snapshot();
    this.events.emit({ runId: plan.runId, seq, event: { kind: 'run-started', at: state.startedAt, plan } });
    this.#listen(run);
    this.#forgetOld();
    return { runId: plan.runId };
  }

  /**
   * Opens a run that has ended, in this program or another one: its tables, exports and statistics are there again, and it can be
   * completed. `isAside`: for another program, so that nothing that is looked at here is closed for it. @throws CamError `not.found`, `result.damaged`
   */
  open(runId: string, isAside = false): Promise<{ state: RunState; seq: number }> {
    if (!isAside) this.#aside.delete(runId);
    else if (!this.#runs.has(runId) && !this.#opening.has(runId)) this.#aside.add(runId);
    if (this.#runs.has(runId)) return Promise.resolve(this.snapshot(runId));
    const opening = this.#opening.get(runId) ?? this.#open(runId).finally(() => this.#hasOpened(runId));
    this.#opening.set(runId, opening);
    return opening;
  }

  #hasOpened(runId: string): void {
    this.#opening.delete(runId);
    if (!this.#runs.has(runId)) this.#aside.delete(runId);
  }

  async #open(runId: string): Promise<{ state: RunState; seq: number }> {
    const { config, engine, results, history, logger } = this.#parts;
    const configuration = config.current();
    // Else its tables would be closed, or its claim given up, after they have been opened again.
    await this.#tidying.get(runId);
    const { content, attached } = await results.open(runId);
    try {
      await engine.call('open', content.open);
      for (const input of attached) await engine.call('attach', input);
      if (isEvaluated(content.state)) await engine.call('evaluate', { runId, missing: coverageOf(content.state).missing });
      this.#refuseClosed();
    } catch (error) {
      await engine.call('close', { runId }).catch(() => undefined);
      await results.release(runId);
      throw error;
    }
    const { seq, recorded, asked } = content;
    const state = asReopened(content.state);
    const run = new Run(state.plan, configuration, this.#runnerPorts(state.plan, configuration), { state, seq });
    this.#runs.set(runId, run);
    this.#reopened.set(runId, asked);
    history.reopen(run, recorded);
    this.#listen(run);
    logger.info('a kept result was opened', { run: runId });
    this.#forgetOld();
    return run.log.snapshot();
  }

  #listen(run: Run): void {
    run.log.on((event) => {
      logRunEvent(this.#parts.logger, event);
      this.events.emit(event);
      if (event.event.kind === 'run-ended') this.#parts.results.keep(run);
    });
  }

  #runnerPorts(plan: RunPlan, { settings }: Configuration): RunnerPorts {
    const { runId } = plan;
    const cached = this.#parts.results.answersFor(plan);
    return {
      clock: this.#parts.ports.clock,
      logger: this.#parts.logger.with({ run: runId }),
      engine: this.#parts.engine,
      createWorker: this.#parts.createWorker,
      processSlots: this.#slots(settings.maxFanout),
      gateOf: (database) => this.#parts.health.gateOf(database),
      random: Math.random,
      spoolDirectory: join(this.#parts.spoolRoot, runId),
      ...(cached === undefined ? {} : { cached }),
    };
  }

  /** @throws CamError `not.found` */
  get(runId: string): Run {
    const run = this.#runs.get(runId);
    if (run === undefined) throw new CamError(failure('not.found', { message: `The run ${runId} is not kept any more.` }));
    return run;
  }

  /** Whether the run is kept. */
  has(runId: string): boolean {
    return this.#runs.has(runId);
  }

  /**
   * Of a run that was opened again: its sources that are not configured any more as they were when they were asked. Absent for a run
   * of this program, which knows what it asked.
   */
  changedSources(runId: string): readonly SourceId[] | undefined {
    const asked = this.#reopened.get(runId);
    if (asked === undefined) return undefined;
    const run = this.get(runId);
    const now = askedOf(run);
    return run.plan.sources.map(({ id }) => id).filter((id) => now[id] !== asked[id]);
  }

  /** Asks a run, or one database of it, to stop. */
  cancel(runId: string, database?: string): void {
    this.get(runId).cancel(this.#parts.config.view().settings?.sid ?? this.#parts.ports.user, database);
  }

  /** Asks the missing sources again. @throws CamError `request.invalid` where a kept run cannot go on as it was asked; `not.found` */
  async resume(runId: string, { isByPerson }: Pick<AskedBySchedule, 'isByPerson'> = { isByPerson: true }): Promise<readonly SourceId[]> {
    const run = this.get(runId);
    const asked = this.#reopened.get(runId);
    if (asked !== undefined) {
      await this.#parts.results.refuseOpenElsewhere(runId);
      refuseChanged(run, asked);
    }
    const refused = await this.#refusedFor({ isByPerson });
    this.#refuseGone(run);
    return run.resume(refused);
  }

  /**
   * Evaluates the rule of a run that has ended over what has answered, where that was broken off; no source is asked. Returns at once.
   * @throws CamError `request.invalid` where there is nothing to evaluate anew, or another program has the run open; `not.found`
   */
  async evaluate(runId: string): Promise<void> {
    const run = this.get(runId);
    if (this.#reopened.has(runId)) await this.#parts.results.refuseOpenElsewhere(runId);
    this.#refuseGone(run);
    if (!run.evaluate()) throw new CamError(whyNotEvaluated(run.state));
  }

  /** Where no person asks, an account that was refused is not presented again: a few of such logons lock it. */
  async #refusedFor({ isByPerson }: Pick<AskedBySchedule, 'isByPerson'>): Promise<ReadonlyMap<string, Failure> | undefined> {
    return isByPerson ? undefined : this.#parts.health.refusedLogons();
  }

  /** State and number of the last event in it. */
  snapshot(runId: string): { state: RunState; seq: number } {
    return this.get(runId).log.snapshot();
  }

  /** Newest first. */
  list(): readonly RunListItem[] {
    const runs = [...this.#runs.values()].sort((a, b) => (a.plan.runId < b.plan.runId ? 1 : -1));
    return runs.map(({ state }) => ({
      runId: state.plan.runId,
      startedAt: state.startedAt,
      lastEvent: state.plan.lastEvent,
      status: state.status,
      ...(state.outcome === undefined ? {} : { outcome: state.outcome }),
    }));
  }

  /** Whether anything is going on. */
  isRunning(): boolean {
    return [...this.#runs.values()].some((run) => run.state.status !== 'ended');
  }

  /** Ends everything that runs; nothing is started after that. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#runs.values()].map((run) => run.shutdown()));
  }

  /** For whoever has waited with a run in hand: it may have been forgotten meanwhile, and its tables with it. */
  #refuseGone(run: Run): void {
    this.#refuseClosed();
    if (this.get(run.plan.runId) !== run)
      throw new CamError(
        failure('not.found', { message: `The run ${run.plan.runId} has been closed and opened again.`, action: 'Ask again.' }),
      );
  }

  #refuseClosed(): void {
    if (this.#isClosed) throw new CamError(failure('request.invalid', { message: 'The program is closed.', action: 'Open it again.' }));
  }

  /** All runs share the places, so two runs do not start twice as many processes, also where the setting has changed in between. */
  #slots(capacity: number): Slots {
    this.#processSlots ??= new Slots(capacity);
    this.#processSlots.configure(capacity);
    return this.#processSlots;
  }

  /** Nobody waits for it: a run has started although an old one cannot be tidied away. */
  #forgetOld(): void {
    for (const run of oldRuns([...this.#runs.values()], this.#aside)) {
      const { runId } = run.plan;
      this.#runs.delete(runId);
      this.#reopened.delete(runId);
      this.#aside.delete(runId);
      run.log.dispose();
      const tidying = tidyAway(runId, this.#parts).finally(() => {
        if (this.#tidying.get(runId) === tidying) this.#tidying.delete(runId);
      });
      this.#tidying.set(runId, tidying);
    }
  }
}
