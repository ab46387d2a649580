/** A database's process as the rest of the program sees it: started when needed, watched, and ended when it does not behave. */
import { AbortedError, type AbortReason, abortReasonOf, onAbort, raceAbort } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Result } from '../base/result.ts';
import type { CallOptions } from '../channel/rpc.ts';
import { type DatabaseConfig, endpointLabel, type OracleClientSettings } from '../model/database.ts';
import { type Failure, toFailure } from '../model/failure.ts';
import type { SourceOutcome } from '../model/run.ts';
import { type Heartbeat, LiveProcess } from './live-process.ts';
import type { SpawnProcess } from './process.ts';
import type {
  AttemptNotice,
  CheckInput,
  CheckOutput,
  ExecuteInput,
  ExecuteNotice,
  ExecuteOutput,
  OpenInput,
  WorkerMethods,
  PingInput,
  PingOutput,
} from './protocol.ts';
import { noteOfEnd, outcomeOfAbort, withProcessEnded } from './supervised-ends.ts';
import { workerEnvironment } from './worker-environment.ts';

/** What a supervisor needs. */
export interface DatabaseWorkerOptions {
  readonly spawn: SpawnProcess;
  readonly database: DatabaseConfig;
  readonly oracleClient: OracleClientSettings;
  /** The password when a process is started; absent where none is needed. */
  readonly password?: () => string | undefined;
  readonly clientIdentifier: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a cancelled statement may take before its process is killed, in milliseconds. */
  readonly cancelGraceMs: number;
  /** Time between two heartbeats in milliseconds; three without an answer end the process. Default 5,000. */
  readonly heartbeatMs?: number;
  /** Further variables for the process's environment; `undefined` takes one away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Told the id of the process that takes calls now, and why one has ended. */
  readonly onProcess?: (processId: number | undefined, note?: string) => void;
}

/** How an attempt is accompanied. */
export interface ExecuteOptions {
  readonly signal: AbortSignal;
  readonly onNotice: (notice: AttemptNotice) => void;
  /**
   * Resolves when a further statement may be sent, by default at once. Where it may not it rejects, and whoever gave it ends the
   * attempt by its signal.
   */
  readonly onStatement?: () => Promise<void>;
}

/** One database's worker. */
export interface DatabaseWorker {
  /** Makes one attempt of a source. Always resolves with how it ended, also when it is cancelled or the process dies. */
  execute(input: ExecuteInput, options: ExecuteOptions): Promise<ExecuteOutput>;
  /** Checks a source without running it; what is wrong stands in the output. @throws AbortedError when cancelled */
  check(input: CheckInput, options: { readonly signal: AbortSignal }): Promise<CheckOutput>;
  /** Asks an endpoint for a sign of life; a failure stands in the output. @throws AbortedError when cancelled */
  ping(input: PingInput, options: { readonly signal: AbortSignal }): Promise<PingOutput>;
  /** Ends the connection that was kept for the sources of a session, as all of them have ended. Never waits, never fails. */
  endSession(session: string): void;
  /** Cancels what runs, ends the sessions, then the process. Safe more than once. */
  close(): Promise<void>;
  /** Ends the process at once. */
  kill(): void;
}

/** A worker; its process is started by the first call, and again by the first call after it has ended. */
export function createDatabaseWorker(options: DatabaseWorkerOptions): DatabaseWorker {
  return new SupervisedWorker(options);
}

class SupervisedWorker implements DatabaseWorker {
  readonly #options: DatabaseWorkerOptions;
  readonly #heartbeat: Heartbeat;
  /** Where new calls go. */
  #current: LiveProcess | undefined;
  /** All that have not ended yet: the current one, and those that still have something to finish. */
  readonly #all = new Set<LiveProcess>();
  #isClosed = false;

  constructor(options: DatabaseWorkerOptions) {
    this.#options = options;
    this.#heartbeat = { clock: options.clock, everyMs: options.heartbeatMs ?? 5000, misses: 3, startMs: 60_000 };
  }

  async execute(input: ExecuteInput, { signal, onNotice, onStatement }: ExecuteOptions): Promise<ExecuteOutput> {
    const live = this.#use(signal);
    if (!(live instanceof LiveProcess)) return { outcome: outcomeOfAbort(live, undefined), wasTried: false };
    const proceed = async (): Promise<void> => {
      await onStatement?.();
      const { runId, source, attempt } = input;
      await live.client.call('proceed', { runId, source, attempt });
    };
    const hear = (notice: ExecuteNotice): void => {
      // Where it may not proceed the attempt is ended, and where its process is gone that is told elsewhere.
      if (notice.kind === 'statement') proceed().catch(() => undefined);
      else onNotice(notice);
    };
    try {
      const output = await this.#call(live, 'execute', input, { signal, onNotice: hear });
      if (output.stuck !== true) return output;
      await this.#retire(live);
      return { ...output, outcome: withProcessEnded(output.outcome) };
    } catch (error) {
      return { outcome: await this.#outcomeOf(error, live, signal), wasTried: true };
    } finally {
      this.#release(live);
    }
  }

  async check(input: CheckInput, options: { readonly signal: AbortSignal }): Promise<CheckOutput> {
    const answer = await this.#lookUp('check', input, options);
    return answer.ok ? answer.value : { endpoint: endpointLabel(this.#options.database.endpoint), columns: [], failure: answer.error };
  }

  async ping(input: PingInput, options: { readonly signal: AbortSignal }): Promise<PingOutput> {
    const { endpoint, standbys } = this.#options.database;
    const answer = await this.#lookUp('ping', input, options);
    return answer.ok ? answer.value : { endpoint: endpointLabel(standbys[input.endpoint - 1] ?? endpoint), failure: answer.error };
  }

  /** A small question. @throws AbortedError when cancelled */
  async #lookUp<K extends 'check' | 'ping'>(
    method: K,
    input: WorkerMethods[K]['input'],
    options: { readonly signal: AbortSignal },
  ): Promise<Result<WorkerMethods[K]['output'], Failure>> {
    const live = this.#use(options.signal);
    if (!(live instanceof LiveProcess)) throw new AbortedError(live);
    try {
      return { ok: true, value: await this.#call(live, method, input, options) };
    } catch (error) {
      if (error instanceof AbortedError || options.signal.aborted) throw new AbortedError(abortReasonOf(options.signal));
      return { ok: false, error: live.isLive ? toFailure(error) : live.failure(await live.process.exited) };
    } finally {
      this.#release(live);
    }
  }

  endSession(session: string): void {
    // A process that has gone has taken its connections along.
    for (const live of this.#all) if (live.isLive) live.client.call('endSession', { session }).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#all].map((live) => this.#closeGently(live)));
  }

  kill(): void {
    this.#isClosed = true;
    for (const live of this.#all) live.kill('closed');
  }

  /** The process for a new call, or the reason why there is none. */
  #use(signal: AbortSignal): LiveProcess | AbortReason {
    if (signal.aborted) return abortReasonOf(signal);
    if (this.#isClosed) return { kind: 'shutdown' };
    if (this.#current?.isLive !== true) this.#current = this.#start();
    this.#current.pending++;
    return this.#current;
  }

  /** Calls when the process is open; a call that is cancelled and does not end within the grace costs the process its life. */
  async #call<K extends 'execute' | 'check' | 'ping'>(
    live: LiveProcess,
    method: K,
    input: WorkerMethods[K]['input'],
    options: CallOptions<WorkerMethods[K]['notice']> & { readonly signal: AbortSignal },
  ): Promise<WorkerMethods[K]['output']> {
    const { clock, cancelGraceMs } = this.#options;
    let clear: () => void = () => undefined;
    const stop = onAbort(options.signal, () => {
      clear = clock.setTimer(cancelGraceMs, () => {
        this.#kill(live, 'cancel');
      });
    });
    try {
      await raceAbort(live.opened, options.signal);
      return await live.client.call(method, input, options);
    } finally {
      stop();
      clear();
    }
  }

  async #outcomeOf(error: unknown, live: LiveProcess, signal: AbortSignal): Promise<SourceOutcome> {
    // Aborted while the process was starting: the statement has not been sent.
    if (error instanceof AbortedError) return outcomeOfAbort(error.reason, undefined);
    if (live.isLive) return { kind: 'failed', failure: toFailure(error) };
    const exit = await live.process.exited;
    if (live.killed === 'closed') return outcomeOfAbort({ kind: 'shutdown' }, 0);
    if (signal.aborted) return outcomeOfAbort(abortReasonOf(signal), live.killed === 'cancel' ? this.#options.cancelGraceMs : 0);
    return { kind: 'failed', failure: live.failure(exit) };
  }

  #start(): LiveProcess {
    const { spawn, database, environment, logger, onProcess } = this.#options;
    const process = spawn('worker', database.name, { ...workerEnvironment(database), ...environment });
    const live = new LiveProcess(process, this.#openInput(), this.#heartbeat);
    this.#all.add(live);
    void process.started.then((pid) => {
      // One that has ended meanwhile is told of by its end.
      if (pid !== undefined && this.#current === live && live.isLive) onProcess?.(pid);
    });
    void process.exited.then((exit) => {
      this.#all.delete(live);
      if (live.killed === 'closed') return;
      const note = noteOfEnd(live);
      logger.warn('a worker process has ended', { pid: process.pid, code: exit.code, signal: exit.signal, note });
      // One that was retired may have been followed by another already.
      onProcess?.(this.#current?.isLive === true ? this.#current.process.pid : undefined, note);
    });
    return live;
  }

  #openInput(): OpenInput {
    const { database, oracleClient, clientIdentifier, cancelGraceMs } = this.#options;
    const password = this.#options.password?.();
    return { database, oracleClient, clientIdentifier, cancelGraceMs, ...(password === undefined ? {} : { password }) };
  }

  #kill(live: LiveProcess, reason: 'cancel' | 'stuck'): void {
    if (this.#current === live) this.#current = undefined;
    live.kill(reason);
  }

  /**
   * Gives it nothing new to do; it is ended when the other calls under way are done. Resolves when it has ended: until then the statement
   * that could not be stopped keeps its place, so that no more statements run than may.
   */
  async #retire(live: LiveProcess): Promise<void> {
    if (this.#current === live) this.#current = undefined;
    live.stuck++;
    this.#endIfDone(live);
    await live.process.exited;
  }

  #release(live: LiveProcess): void {
    live.pending--;
    this.#endIfDone(live);
  }

  #endIfDone(live: LiveProcess): void {
    if (live.stuck > 0 && live.pending <= live.stuck && live.isLive) this.#kill(live, 'stuck');
  }

  async #closeGently(live: LiveProcess): Promise<void> {
    const { clock, cancelGraceMs } = this.#options;
    const { channel, exited } = live.process;
    const clear = clock.setTimer(cancelGraceMs, () => {
      live.kill('closed');
    });
    live.killed ??= 'closed';
    try {
      await live.client.call('close', null).catch(() => undefined);
      channel.close();
      await exited;
    } finally {
      clear();
    }
  }
}
