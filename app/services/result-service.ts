/** Results of runs that are kept after the run, and opened again by this program or another one. */
import type { Logger } from '../base/logger.ts';
import type { ResultSettings } from '../model/database.ts';
import { CamError, failure, toFailure } from '../model/failure.ts';
import { type Instant, instantFromMs, msOfInstant } from '../model/instant.ts';
import type { KeptResultSummary } from '../model/kept-result.ts';
import { coverageOf } from '../model/run-reducer.ts';
import type { RunPlan, SourceId } from '../model/plan.ts';
import { askedHash } from '../results/asked-hash.ts';
import { type OpenedResult, ResultStore } from '../results/result-store.ts';
import type { FindCachedAnswer } from '../run/ports.ts';
import type { Run } from '../run/runner.ts';
import type { AppPorts } from './app-ports.ts';
import { cachedAnswers } from './cached-answers.ts';
import type { ConfigService } from './config-service.ts';
import type { EngineService } from './engine-service.ts';
import type { HistoryService } from './history-service.ts';
import type { RunLogs } from './run-logs.ts';
import { isAlive } from './session-directory.ts';

/** What the service is made of. */
export interface ResultServiceParts {
  readonly ports: Pick<AppPorts, 'clock'>;
  readonly logger: Logger;
  readonly config: ConfigService;
  readonly engine: EngineService;
  readonly history: HistoryService;
  readonly runLogs: RunLogs;
}

const dayMs = 86_400_000;

/** Keeps results, opens them, and removes what is above the limits. */
export class ResultService {
  readonly #parts: ResultServiceParts;
  readonly #keeping = new Map<string, Promise<void>>();
  readonly #opened = new Map<string, ResultStore>();

  constructor(parts: ResultServiceParts) {
    this.#parts = parts;
  }

  /** Keeps what the run has found, in the background. What a run without a single answer leaves is nothing to open. */
  keep(run: Run): void {
    const settings = this.#settings();
    const { runId } = run.plan;
    const remembered = this.#parts.engine.remembered(runId);
    if (settings === undefined || settings.mostRuns === 0 || remembered === undefined || remembered.attached.length === 0) return;
    const before = this.#keeping.get(runId) ?? Promise.resolve();
    const keeping = before
      .then(() => this.#keep(run, settings))
      .catch((error: unknown) => {
        this.#parts.logger.error('the result of a run was not kept', { run: runId, failure: toFailure(error, 'disk.error') });
      });
    this.#keeping.set(runId, keeping);
    void keeping.then(() => {
      if (this.#keeping.get(runId) === keeping) this.#keeping.delete(runId);
    });
  }

  /** Resolves when the run's result is on the disk, or could not be kept. */
  async kept(runId: string): Promise<void> {
    await this.#keeping.get(runId);
  }

  /** All kept results, the newest run first. */
  async list(): Promise<readonly KeptResultSummary[]> {
    const settings = this.#settings();
    return settings === undefined ? [] : this.#store(settings).list();
  }

  /**
   * Opens a kept result; nobody removes it until `release`.
   * @throws CamError `not.found`, `result.damaged`; `config.invalid` while nobody knows where results are
   */
  async open(runId: string): Promise<OpenedResult> {
    const store = this.#store(this.#parts.config.current().settings.results);
    await this.kept(runId);
    const opened = await store.open(runId);
    if (opened.content.log !== undefined) this.#parts.runLogs.restore(runId, opened.content.log);
    this.#opened.set(runId, store);
    return opened;
  }

  /** How one run finds answers that were given before; absent while nobody knows where results are. */
  answersFor(plan: RunPlan): FindCachedAnswer | undefined {
    const settings = this.#settings();
    if (settings === undefined || settings.mostRuns === 0) return undefined;
    const { clock } = this.#parts.ports;
    return cachedAnswers({ store: this.#store(settings), plan, nowMs: () => clock.nowMs(), logger: this.#parts.logger });
  }

  /** The result is not used any more. */
  async release(runId: string): Promise<void> {
    await this.#opened.get(runId)?.release(runId);
    this.#opened.delete(runId);
  }

  /** Before a kept run goes on: @throws CamError `request.invalid` where another program has it open */
  async refuseOpenElsewhere(runId: string): Promise<void> {
    if ((await this.#opened.get(runId)?.isOpenElsewhere(runId)) !== true) return;
    throw new CamError(
      failure('request.invalid', {
        message: `Another program has the result of the run ${runId} open.`,
        action: 'Complete the run there, or close it there first.',
      }),
    );
  }

  /** Removes results of these runs, as their records have been deleted. */
  async forget(runIds: readonly string[]): Promise<void> {
    const settings = this.#settings();
    if (settings === undefined) return;
    for (const runId of runIds) await this.#store(settings).remove(runId);
  }

  /**
   * Removes results of runs that started before and of which the history has no record any more: what a retention that was broken off
   * left behind, or a program that had them open. Nothing while an audit hold is set.
   */
  async forgetUnrecorded(before: Instant): Promise<void> {
    const settings = this.#settings();
    if (settings === undefined || (await this.#isHeld())) return;
    const store = this.#store(settings);
    for (const { runId, startedAt } of await store.list()) {
      if (startedAt >= before || (await this.#parts.history.ask('run', { runId })) !== null) continue;
      if (await store.remove(runId)) this.#parts.logger.info('a kept result without a record was removed', { run: runId });
    }
  }

  async #isHeld(): Promise<boolean> {
    const holds = await this.#parts.history.ask('holds', null);
    return holds.some(({ releasedAt }) => releasedAt === null);
  }

  /** Removes what is above the limits, the oldest first; nothing while an audit hold is set, or while nobody can say whether one is. */
  async prune(): Promise<void> {
    const settings = this.#settings();
    if (settings === undefined) return;
    const store = this.#store(settings);
    const nowMs = this.#parts.ports.clock.nowMs();
    const excess = excessOf(await store.list(), settings, nowMs);
    if (excess.length === 0) {
      await store.tidy(nowMs);
      return;
    }
    if (await this.#isHeld()) return;
    for (const { runId } of excess) if (await store.remove(runId)) this.#parts.logger.info('a kept result was removed', { run: runId });
    await store.tidy(nowMs);
  }

  /** Waits for what is being kept, and lets go of what is open. */
  async close(): Promise<void> {
    await Promise.all(this.#keeping.values());
    for (const runId of [...this.#opened.keys()]) await this.release(runId).catch(() => undefined);
  }

  async #keep(run: Run, settings: ResultSettings): Promise<void> {
    const remembered = this.#parts.engine.remembered(run.plan.runId);
    const { state, seq } = run.log.snapshot();
    const { plan, outcome } = state;
    if (remembered === undefined || outcome === undefined) return;
    const { expected, answered } = coverageOf(state);
    const summary = {
      runId: plan.runId,
      keptAt: instantFromMs(this.#parts.ports.clock.nowMs()),
      user: plan.user,
      startedAt: state.startedAt,
      lastEvent: plan.lastEvent,
      outcome,
      expectedSources: expected,
      answeredSources: answered,
    };
    const { open, attached } = remembered;
    const recorded = this.#parts.history.roundsOf(plan.runId);
    const content = { state, seq, open, asked: askedOf(run), recorded, log: this.#parts.runLogs.of(plan.runId) };
    await this.#store(settings).keep({ summary, content, attached });
    await this.prune().catch((error: unknown) => {
      this.#parts.logger.warn('kept results were not tidied up', { failure: toFailure(error) });
    });
  }

  #settings(): ResultSettings | undefined {
    return this.#parts.config.usable()?.settings.results;
  }

  #store({ directory }: ResultSettings): ResultStore {
    return new ResultStore({ directory, processId: process.pid, isAlive });
  }
}

/** What the plan's sources are asked by the run's configuration. */
export function askedOf({
  configuration,
  plan,
}: Pick<Run, 'configuration'> & { readonly plan: RunPlan }): Readonly<Record<SourceId, string>> {
  const hashes: Record<SourceId, string> = {};
  for (const { id, database, query } of plan.sources) {
    const own = configuration.databases.find(({ name }) => name === database);
    const found = own?.queries.find(({ name }) => name === query);
    if (own !== undefined && found !== undefined) hashes[id] = askedHash(own, found);
  }
  return hashes;
}

function excessOf(kept: readonly KeptResultSummary[], settings: ResultSettings, nowMs: number): readonly KeptResultSummary[] {
  let bytes = 0;
  return kept.filter((result, index) => {
    bytes += result.bytes;
    const ageDays = (nowMs - msOfInstant(result.startedAt)) / dayMs;
    // The newest stays, however large it is: somebody has just waited for it.
    return index > 0 && (index >= settings.mostRuns || ageDays > settings.mostDays || bytes > settings.mostBytes);
  });
}
