/**
 * Verdicts of runs in the history, and what has changed since the last run of the same rule, window and sources, by whomever it was
 * started. Ids go from the engine to the history in parts; a history that cannot be reached never touches a run.
 */
import { createHash } from 'node:crypto';
import { abort, raceAbort } from '../base/abort.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import type { Logger } from '../base/logger.ts';
import { CamError, failure, toFailure } from '../model/failure.ts';
import { coverageOf } from '../model/run-reducer.ts';
import { rangeMicrosOf, type RunPlan } from '../model/plan.ts';
import type { RunState } from '../model/run.ts';
import { type ClientVerdict, mostKeptClients, type VerdictComparison, type VerdictMethods } from '../model/verdict-history.ts';
import type { HistoryService } from './history-service.ts';
import type { RunReader } from './run-reader.ts';
import type { RunService } from './run-service.ts';

/** What the service is made of. */
export interface VerdictParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly runs: RunService;
  readonly reader: RunReader;
  readonly history: HistoryService;
}

const partSize = 2000;
const namedClients = 200;
/** A store that has not answered by then hangs: whoever waits for the end of a run, or for the program's, must not wait with it. It is longer than a lock is waited for. */
const hangsAfterMs = 20_000;

/** Keeps verdicts, and compares them. */
export class VerdictService {
  /** Told when the comparison of a run is there. */
  readonly compared = new Emitter<{ readonly runId: string; readonly comparison: VerdictComparison }>();
  readonly #parts: VerdictParts;
  readonly #keeping = new Map<string, Promise<void>>();
  /** Of runs that are still open; those of others are asked for. */
  readonly #known = new Map<string, VerdictComparison>();

  constructor(parts: VerdictParts) {
    this.#parts = parts;
  }

  /** Keeps the verdicts of every run that ends from now on. */
  follow(): void {
    const { runs } = this.#parts;
    runs.events.on(({ runId, event }) => {
      if (event.kind === 'run-started') for (const known of this.#known.keys()) if (!runs.has(known)) this.#known.delete(known);
      if (event.kind === 'run-resumed') this.#known.delete(runId);
      if (event.kind === 'run-ended' && runs.has(runId)) this.#keep(runs.get(runId).state);
    });
  }

  /** The comparison as far as it is known without asking; for texts that are made at once. */
  known(runId: string): VerdictComparison | undefined {
    return this.#known.get(runId);
  }

  /** Resolves when the verdicts of an ended run are kept and compared, or cannot be. */
  async settled(runId: string): Promise<void> {
    await this.#keeping.get(runId);
  }

  /** @throws CamError `history.unavailable` */
  async changes(runId: string): Promise<VerdictComparison> {
    await this.settled(runId);
    return this.#known.get(runId) ?? this.#parts.history.ask('verdictChanges', { runId, limit: namedClients });
  }

  /** The same with every client named, as far as clients are kept. @throws CamError `history.unavailable` */
  async allChanges(runId: string): Promise<VerdictComparison> {
    await this.settled(runId);
    return this.#parts.history.ask('verdictChanges', { runId, limit: mostKeptClients });
  }

  /** What the last runs said of a client, newest first. @throws CamError `history.unavailable` */
  ofClient(client: string, limit: number): Promise<readonly ClientVerdict[]> {
    return this.#parts.history.ask('clientVerdicts', { client, limit });
  }

  /** Waits for what is being kept. */
  async close(): Promise<void> {
    await Promise.all(this.#keeping.values());
  }

  #keep(state: RunState): void {
    // A run that has failed as a whole, or was cancelled before its rule was evaluated, has said nothing about anybody.
    if (state.merge === undefined || state.outcome === undefined || state.failure !== undefined) return;
    const { runId } = state.plan;
    const before = this.#keeping.get(runId) ?? Promise.resolve();
    const keeping = before
      .then(() => this.#write(state))
      .catch((error: unknown) => {
        this.#parts.logger.warn('the verdicts of a run were not kept', { run: runId, failure: toFailure(error) });
      });
    this.#keeping.set(runId, keeping);
    void keeping.then(() => {
      if (this.#keeping.get(runId) === keeping) this.#keeping.delete(runId);
    });
  }

  async #write(state: RunState): Promise<void> {
    const { reader } = this.#parts;
    const { plan } = state;
    const { runId } = plan;
    const { isCut, ...ids } = await reader.call('verdicts', { runId, limit: mostKeptClients });
    await this.#ask('dropVerdicts', { runId });
    for (const verdict of ['confirmed', 'undetermined'] as const) {
      for (let from = 0; from < ids[verdict].length; from += partSize)
        await this.#ask('keepVerdicts', { runId, verdict, clients: ids[verdict].slice(from, from + partSize) });
    }
    await this.#ask('keepVerdictRun', {
      runId,
      comparisonKey: comparisonKeyOf(plan),
      user: plan.user,
      startedAt: state.startedAt,
      endedAt: state.endedAt ?? state.startedAt,
      lastEvent: plan.lastEvent,
      missing: coverageOf(state).missing.length,
      isCut,
    });
    const comparison = await this.#ask('verdictChanges', { runId, limit: namedClients });
    this.#known.set(runId, comparison);
    this.compared.emit({ runId, comparison });
  }

  /** @throws CamError `history.unavailable`, also where the store hangs */
  async #ask<K extends keyof VerdictMethods>(method: K, input: VerdictMethods[K]['input']): Promise<VerdictMethods[K]['output']> {
    const { clock, history } = this.#parts;
    const hanging = new AbortController();
    const clear = clock.setTimer(hangsAfterMs, () => {
      abort(hanging, { kind: 'timeout', afterMs: hangsAfterMs, what: 'attempt' });
    });
    try {
      return await raceAbort(history.ask(method, input), hanging.signal);
    } catch (error) {
      if (!hanging.signal.aborted) throw error;
      throw new CamError(failure('history.unavailable', { detail: `no answer within ${String(hangsAfterMs / 1000)} s` }), { cause: error });
    } finally {
      clear();
    }
  }
}

/**
 * The same for runs that can be compared: same rule to the letter, same kind and length of search, same sources. The databases
 * that come with the program may have the names of real ones, and their clients are nobody.
 */
function comparisonKeyOf({ rule, windowHours, range, sampleData, sources }: RunPlan): string {
  const same = {
    rule: rule.text,
    ...(rule.placeholders !== undefined && { placeholders: rule.placeholders }),
    windowHours,
    rangeMicros: rangeMicrosOf(range),
    sampleData,
    sources: sources.map(({ id }) => id).toSorted(),
  };
  return createHash('sha256').update(canonicalJson(same), 'utf8').digest('hex');
}
