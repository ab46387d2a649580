/**
 * The engine as long as the program lives: started with the first call, started anew when its process dies. What a run
 * had told the old process is told to the new one, so a crash costs time and no rows.
 */
import { raceAbort } from '../base/abort.ts';
import type { Logger } from '../base/logger.ts';
import { type CallOptions, createRpcClient, type RpcClient } from '../channel/rpc.ts';
import type { AttachInput, EngineMethods } from '../engine/engine.ts';
import { CamError, failure } from '../model/failure.ts';
import type { RunPlan, SourceId } from '../model/plan.ts';
import type { MissingSource } from '../model/run.ts';
import type { EngineClient } from '../run/ports.ts';
import type { OwnProcess, SpawnProcess } from '../worker/process.ts';

interface RunMemory {
  readonly plan: RunPlan;
  readonly attached: Map<SourceId, AttachInput>;
  missing: readonly MissingSource[] | undefined;
}

/** What the engine has been told of a run. */
export interface RememberedRun {
  readonly open: EngineMethods['open']['input'];
  readonly attached: readonly AttachInput[];
}

interface LiveEngine {
  readonly process: OwnProcess;
  readonly rpc: RpcClient<EngineMethods>;
  readonly knownRuns: Map<string, Promise<void>>;
}

const closeGraceMs = 1000;

/** The engine's client. */
export class EngineService implements EngineClient {
  readonly #spawn: SpawnProcess;
  readonly #directory: string;
  readonly #logger: Logger;
  readonly #runs = new Map<string, RunMemory>();
  #live: LiveEngine | undefined;
  #isClosed = false;

  /** `directory`: where the engine keeps its temporary files. */
  constructor(spawn: SpawnProcess, directory: string, logger: Logger) {
    this.#spawn = spawn;
    this.#directory = directory;
    this.#logger = logger;
  }

  /** Starts the process ahead of the first call. */
  warmUp(): void {
    if (!this.#isClosed) this.#engine();
  }

  /** @throws CamError `engine.crashed` when the process dies during the call, or the program is closed; AbortedError */
  async call<K extends keyof EngineMethods>(
    method: K,
    input: EngineMethods[K]['input'],
    options?: CallOptions<EngineMethods[K]['notice']>,
  ): Promise<EngineMethods[K]['output']> {
    const runId = runIdOf(method, input);
    if (method === 'close' && runId !== undefined && this.#live?.knownRuns.has(runId) !== true) {
      // No process has anything of it: none is told all of it again to forget it.
      this.#runs.delete(runId);
      return null;
    }
    const engine = this.#engine();
    const telling = this.#tellAgain(engine, runId, method !== 'evaluate');
    await (options?.signal === undefined ? telling : raceAbort(telling, options.signal));
    const output = await engine.rpc.call(method, input, options);
    this.#remember(engine, method, input);
    return output;
  }

  /** What the engine has been told of a run, to tell it again elsewhere. */
  remembered(runId: string): RememberedRun | undefined {
    const memory = this.#runs.get(runId);
    if (memory === undefined) return undefined;
    return { open: { plan: memory.plan }, attached: [...memory.attached.values()] };
  }

  restart(): void {
    this.#logger.error('the engine does not answer and is ended', { pid: this.#live?.process.pid });
    this.#live?.process.kill();
  }

  /** Ends the process; none is started after that. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const live = this.#live;
    this.#live = undefined;
    if (live === undefined) return;
    live.process.channel.close();
    const timer = setTimeout(() => {
      live.process.kill();
    }, closeGraceMs);
    await live.process.exited;
    clearTimeout(timer);
  }

  #engine(): LiveEngine {
    if (this.#live !== undefined) return this.#live;
    if (this.#isClosed) throw new CamError(failure('engine.crashed', { message: 'The program is closed.', action: 'Open it again.' }));
    const process = this.#spawn('engine', 'engine', { CAM_ENGINE_DIRECTORY: this.#directory });
    const live: LiveEngine = { process, rpc: createRpcClient(process.channel, () => failure('engine.crashed')), knownRuns: new Map() };
    process.channel.onClose(() => {
      if (this.#live !== live) return;
      this.#live = undefined;
      this.#logger.error('the engine ended unexpectedly', { pid: process.pid });
    });
    this.#live = live;
    return live;
  }

  /** Makes sure the process knows the run: opens it, attaches what was attached in an earlier process, and merges that where the call does not. */
  #tellAgain(engine: LiveEngine, runId: string | undefined, isMerged: boolean): Promise<void> {
    const memory = runId === undefined ? undefined : this.#runs.get(runId);
    if (runId === undefined || memory === undefined) return Promise.resolve();
    const known = engine.knownRuns.get(runId);
    if (known !== undefined) return known;
    const telling = this.#replay(engine, memory, isMerged);
    engine.knownRuns.set(runId, telling);
    telling.catch(() => engine.knownRuns.delete(runId));
    return telling;
  }

  async #replay(engine: LiveEngine, memory: RunMemory, isMerged: boolean): Promise<void> {
    await engine.rpc.call('open', { plan: memory.plan });
    for (const input of memory.attached.values()) await engine.rpc.call('attach', input);
    if (isMerged && memory.missing !== undefined) await engine.rpc.call('evaluate', { runId: memory.plan.runId, missing: memory.missing });
  }

  #remember<K extends keyof EngineMethods>(engine: LiveEngine, method: K, input: EngineMethods[K]['input']): void {
    if (method === 'open') {
      const { plan } = input as EngineMethods['open']['input'];
      if (this.#runs.has(plan.runId)) return;
      this.#runs.set(plan.runId, { plan, attached: new Map(), missing: undefined });
      engine.knownRuns.set(plan.runId, Promise.resolve());
      return;
    }
    const runId = runIdOf(method, input);
    const memory = runId === undefined ? undefined : this.#runs.get(runId);
    if (runId === undefined || memory === undefined) return;
    if (method === 'attach') memory.attached.set((input as AttachInput).source, input as AttachInput);
    if (method === 'evaluate') memory.missing = (input as EngineMethods['evaluate']['input']).missing;
    if (method === 'close') this.#runs.delete(runId);
  }
}

function runIdOf<K extends keyof EngineMethods>(method: K, input: EngineMethods[K]['input']): string | undefined {
  return method === 'open' ? undefined : (input as { readonly runId: string }).runId;
}
