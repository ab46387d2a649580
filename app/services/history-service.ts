/**
 * The history, connected to the program: every event of every run is recorded, and anybody may ask. A store that cannot be
 * opened, or a folder that cannot be written, never stops the program: it is told in the state.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Emitter } from '../base/emitter.ts';
import type { Logger } from '../base/logger.ts';
import { connectionParamsOf } from '../history/connection-params.ts';
import { sha256 } from '../history/stored-text.ts';
import { type History, openHistory } from '../history/history.ts';
import type { HistoryMethods } from '../history/history-methods.ts';
import { type QueryFacts, type RecordedRounds, type RecorderContext, RunRecorder } from '../history/recorder.ts';
import type { StoreLocation } from '../history/store.ts';
import type { Configuration, HistorySettings } from '../model/database.ts';
import { CamError, type Failure, failure, toFailure } from '../model/failure.ts';
import type { HistoryState } from '../model/history.ts';
import type { PlannedSource, RunPlan } from '../model/plan.ts';
import type { NumberedRunEvent, RunState } from '../model/run.ts';
import { queryComplexity } from '../sqltext/complexity.ts';
import type { AppPorts } from './app-ports.ts';
import { Throttle } from './throttle.ts';

export type { HistoryMethods };

/** What the service is made of. */
export interface HistoryServiceParts {
  readonly ports: Pick<AppPorts, 'clock' | 'dataDirectory' | 'sqlDirectory' | 'historyEntry' | 'machineName' | 'environment'>;
  readonly logger: Logger;
  /** Absent while the configuration has mistakes: then the history is kept where it is by default. */
  readonly settings: HistorySettings | undefined;
}

/** The runs as the history needs them. */
export interface RecordedRuns {
  readonly events: Emitter<NumberedRunEvent>;
  get(runId: string): { readonly configuration: Configuration };
  has(runId: string): boolean;
}

const stateEveryMs = 500;

/** Records runs, answers questions, says how it goes. */
export class HistoryService {
  /** The state; at once where it gets better or worse, else a few times a second. */
  readonly changed = new Emitter<HistoryState>();
  readonly #logger: Logger;
  readonly #history: History | undefined;
  readonly #failure: Failure | undefined;
  readonly #recorders = new Map<string, RunRecorder>();
  readonly #throttle: Throttle;
  #lost = 0;
  #told = '';

  private constructor(parts: HistoryServiceParts, history: History | undefined, cause: Failure | undefined) {
    this.#logger = parts.logger;
    this.#history = history;
    this.#failure = cause;
    this.#throttle = new Throttle(parts.ports.clock, stateEveryMs, () => {
      this.changed.emit(this.state);
    });
    history?.onState(() => {
      this.#stateChanged();
    });
  }

  /** Opens the history; the store itself is opened in the background. Never rejects. */
  static async open(parts: HistoryServiceParts): Promise<HistoryService> {
    const { ports, logger } = parts;
    const settings = parts.settings ?? { directory: join(ports.dataDirectory, 'history') };
    const missingPassword = missingPasswordOf(settings, ports.environment);
    try {
      const history = await openHistory({
        location: locationOf(settings, ports.environment),
        directory: join(settings.directory, journalName(settings)),
        migrationsDirectory: join(ports.sqlDirectory, 'history'),
        host: ports.machineName,
        clock: ports.clock,
        logger,
        threadEntry: ports.historyEntry,
      });
      return new HistoryService(parts, history, missingPassword);
    } catch (error) {
      const cause = failure('history.unavailable', {
        message: `The history cannot be kept: its folder ${settings.directory} cannot be written.`,
        action: 'Give this program the right to write there, or name another folder as history.directory in the settings.',
        detail: toFailure(error).detail ?? '',
      });
      logger.error('the history is not kept', { failure: cause });
      return new HistoryService(parts, undefined, cause);
    }
  }

  /** How recording goes. */
  get state(): HistoryState {
    const cause = this.#failure;
    if (this.#history === undefined)
      return { ...nothingRecorded, store: 'unavailable', lost: this.#lost, ...(cause === undefined ? {} : { failure: cause }) };
    const { state } = this.#history;
    return state.store !== 'ready' && cause !== undefined ? { ...state, failure: cause } : state;
  }

  /** Resolves when the store is there, with what programs that died had left, or when it cannot be used. */
  async settled(): Promise<void> {
    if (this.state.store !== 'opening') return;
    await new Promise<void>((resolve) => {
      const stop = this.changed.on(({ store }) => {
        if (store === 'opening') return;
        stop();
        resolve();
      });
    });
  }

  /** Records what happens to runs from now on. */
  follow(runs: RecordedRuns): void {
    runs.events.on((numbered) => {
      // Progress is no record, and there are many of them.
      if (numbered.event.kind === 'source-progress') return;
      try {
        this.#take(runs, numbered);
      } catch (error) {
        // A mistake here must not touch the run.
        this.#logger.error('an event of a run was not recorded', { run: numbered.runId, failure: toFailure(error) });
      }
    });
  }

  /** How often the run went on, to be kept with its result. */
  roundsOf(runId: string): RecordedRounds {
    return this.#recorders.get(runId)?.rounds ?? { resumes: 0, rounds: {} };
  }

  /** A run that ended before may go on: what it does then belongs to the same run. */
  reopen(run: { readonly configuration: Configuration; readonly state: RunState }, rounds: RecordedRounds): void {
    const { configuration, state } = run;
    this.#recorders.set(state.plan.runId, new RunRecorder(contextOf(configuration, state.plan), { state, ...rounds }));
  }

  /**
   * Asks. An abort ends long work between two of its steps.
   * @throws CamError `history.unavailable` when the store cannot be reached, others as the methods say; AbortedError
   */
  ask<K extends keyof HistoryMethods>(
    method: K,
    input: HistoryMethods[K]['input'],
    signal?: AbortSignal,
    onNotice?: (notice: HistoryMethods[K]['notice']) => void,
  ): Promise<HistoryMethods[K]['output']> {
    if (this.#history !== undefined) return this.#history.ask(method, input, signal, onNotice);
    return Promise.reject(new CamError(this.#failure ?? failure('history.unavailable')));
  }

  /** Resolves when the store has all that was recorded before; for whoever asks about what has just happened. */
  async recorded(): Promise<void> {
    await this.#history?.recorded();
  }

  /** Writes what is left, within a few seconds; what the store does not take then is put in by the next start. */
  async close(): Promise<void> {
    this.#throttle.dispose();
    await this.#history?.close();
  }

  #take(runs: RecordedRuns, numbered: NumberedRunEvent): void {
    const { runId, event } = numbered;
    if (event.kind === 'run-started') this.#begin(runs, event.plan);
    for (const record of this.#recorders.get(runId)?.take(numbered) ?? []) {
      if (this.#history === undefined) {
        this.#lost += 1;
        this.#stateChanged();
      } else this.#history.record(record).catch(() => undefined);
    }
  }

  #begin(runs: RecordedRuns, plan: RunPlan): void {
    for (const runId of this.#recorders.keys()) if (!runs.has(runId)) this.#recorders.delete(runId);
    this.#recorders.set(plan.runId, new RunRecorder(contextOf(runs.get(plan.runId).configuration, plan)));
  }

  #stateChanged(): void {
    const { store, failure: cause, lost, rejected } = this.state;
    const telling = JSON.stringify([store, cause?.code, lost, rejected]);
    if (telling === this.#told) this.#throttle.request();
    else this.#throttle.now();
    this.#told = telling;
  }
}

const nothingRecorded: Omit<HistoryState, 'store'> = { waiting: 0, unwritten: 0, lost: 0, rejected: 0, interrupted: 0 };

function locationOf({ url, passwordEnv, directory }: HistorySettings, environment: AppPorts['environment']): StoreLocation {
  if (url === undefined) return { kind: 'sqlite', file: join(directory, 'history.sqlite') };
  const password = passwordEnv === undefined ? undefined : environment[passwordEnv];
  if (password === undefined) return { kind: 'postgres', url };
  const withPassword = new URL(url);
  withPassword.password = encodeURIComponent(password);
  return { kind: 'postgres', url: withPassword.href };
}

/** Each store has a journal of its own: what waits for one must not end up in another. */
function journalName({ url }: HistorySettings): string {
  return url === undefined ? 'journal' : `journal-${createHash('sha256').update(url).digest('hex').slice(0, 8)}`;
}

function missingPasswordOf({ passwordEnv }: HistorySettings, environment: AppPorts['environment']): Failure | undefined {
  if (passwordEnv === undefined || environment[passwordEnv] !== undefined) return undefined;
  return failure('history.unavailable', {
    message: `The password of the history's database is not there: the environment variable ${passwordEnv} is not set.`,
    action: 'Set it where the program is started. Until then records wait in the journal.',
  });
}

function contextOf(configuration: Configuration, plan: RunPlan): RecorderContext {
  return { conversationId: plan.caseReference ?? null, rule: plan.rule.key, queryOf: (source) => factsOf(configuration, source) };
}

function factsOf({ databases }: Configuration, { database: name, query: queryName }: PlannedSource): QueryFacts {
  const database = databases.find((candidate) => candidate.name === name);
  const query = database?.queries.find((candidate) => candidate.name === queryName);
  if (database === undefined || query === undefined) throw new Error(`not configured: ${name}/${queryName}`);
  return {
    text: query.sql,
    hash: sha256(query.sql),
    complexity: queryComplexity(query.sql),
    connectionParams: connectionParamsOf(database),
  };
}
