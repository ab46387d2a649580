/**
 * One run: rounds of asking its sources, the merge after each answer, one outcome. Whatever happens, every source ends in exactly one
 * outcome and the run ends once.
 */
import type { Configuration } from '../model/database.ts';
import { type Failure, failure } from '../model/failure.ts';
import { type Instant, instantFromMs } from '../model/instant.ts';
import type { RunPlan, SourceId, UnplannedSource } from '../model/plan.ts';
import type { RunEvent, RunOutcomeKind, RunState } from '../model/run.ts';
import { canEvaluate } from '../model/run-evaluation.ts';
import { coverageOf, unansweredSources } from '../model/run-reducer.ts';
import { outcomeOf } from '../model/run-outcome.ts';
import { EventLog } from './event-log.ts';
import type { WithoutResult } from './given-up.ts';
import { Merger } from './merger.ts';
import { type RunnerPorts, RunRound } from './run-round.ts';

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
  #round: RunRound;
  #rounds = 0;
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
      onProgress: (progress) => {
        if (this.state.status !== 'ended') this.#append({ kind: 'evaluating', at: this.#now(), progress });
      },
    });
    this.#round = this.#newRound();
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
    this.#round.cancel(by, database);
  }

  /** Ends the run because the program ends; resolves when nothing of it runs any more. */
  async shutdown(): Promise<void> {
    // What has ended is not asked to end: nobody would take back the time it is given for that.
    if (this.state.status !== 'ended') this.#round.shutdown();
    await this.#ended;
    this.log.dispose();
  }

  /**
   * Asks the missing sources again, for the same window, but those of databases in `refused`. Returns the ids of all that are missing;
   * none while the run goes on or nothing is missing.
   */
  resume(refused: ReadonlyMap<string, Failure> = new Map()): readonly SourceId[] {
    if (this.state.status !== 'ended') return [];
    const missing = unansweredSources(this.state);
    if (missing.length === 0) return [];
    this.#round = this.#newRound();
    this.#append({ kind: 'run-resumed', at: this.#now(), sources: missing });
    const left = this.plan.sources.flatMap(({ id, database }) => {
      const refusal = missing.includes(id) ? refused.get(database) : undefined;
      return refusal === undefined ? [] : [{ source: id, failure: refusal }];
    });
    this.#ended = this.#go(missing, left);
    return missing;
  }

  /** Evaluates the rule over what has answered, asking no source. Tells whether it goes on; `false` where there is nothing to evaluate anew. */
  evaluate(): boolean {
    if (!canEvaluate(this.state)) return false;
    this.#round = this.#newRound();
    this.#append({ kind: 'run-resumed', at: this.#now(), sources: [] });
    this.#ended = this.#go([]);
    return true;
  }

  /** `unplanned`: those of the sources that are skipped. A resume asks again what was unreachable: it may be back. */
  async #go(sources: readonly SourceId[], unplanned: readonly UnplannedSource[] = []): Promise<RunOutcomeKind> {
    return this.#end(await this.#round.run(sources, unplanned));
  }

  #end(withoutResult: WithoutResult | undefined): RunOutcomeKind {
    const { outcome, failure: cause } = withoutResult ?? this.#strictEnd() ?? { outcome: outcomeOf(this.state), failure: undefined };
    this.#append({ kind: 'run-ended', at: this.#now(), outcome, ...(cause === undefined ? {} : { failure: cause }) });
    return outcome;
  }

  #strictEnd(): WithoutResult | undefined {
    const { missing, expected } = coverageOf(this.state);
    if (!this.plan.strict || missing.length === 0 || this.state.status === 'cancelling') return undefined;
    const message = `A strict run needs every source; ${missing.length} of ${expected} did not answer: ${missing.map((source) => source.source).join(', ')}.`;
    return { outcome: 'failed', failure: failure('run.incomplete', { message }) };
  }

  #newRound(): RunRound {
    this.#rounds += 1;
    return new RunRound({
      number: this.#rounds,
      ...{ plan: this.plan, configuration: this.configuration, ports: this.#ports, merger: this.#merger },
      state: () => this.state,
      append: (event) => {
        this.#append(event);
      },
    });
  }

  #append(event: RunEvent): void {
    this.log.append(event);
  }

  #now(): Instant {
    return instantFromMs(this.#ports.clock.nowMs());
  }
}
