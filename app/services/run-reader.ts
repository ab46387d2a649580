/** What runs have found, for whoever shows, exports or records it: the one place where a run that was not evaluated to its end is refused. */
import type { CallOptions } from '../channel/rpc.ts';
import type { EngineMethods } from '../engine/engine.ts';
import type { ClientRows } from '../model/client-evidence.ts';
import { isBrokenOff, notEvaluated } from '../model/run-evaluation.ts';
import type { EngineService } from './engine-service.ts';
import type { RunService } from './run-service.ts';

/** Those methods of the engine that tell of a run and change nothing of it. */
type Reading = 'page' | 'nearMisses' | 'tryRule' | 'statistics' | 'sharedAttributes' | 'export' | 'verdicts' | 'bundle';

/**
 * Reads runs out of the engine, which keeps what it merged last also where the evaluation after that was broken off. While a run goes on
 * that is what is known by then; once it has ended, it would be taken for the answer.
 */
export class RunReader {
  readonly #runs: Pick<RunService, 'get'>;
  readonly #engine: Pick<EngineService, 'call'>;

  constructor(runs: Pick<RunService, 'get'>, engine: Pick<EngineService, 'call'>) {
    this.#runs = runs;
    this.#engine = engine;
  }

  /** @throws CamError `not.found` when the run is not kept any more; `run.not-evaluated`, see {@link refuseBrokenOff}; as the engine's method */
  async call<K extends Reading>(
    method: K,
    input: EngineMethods[K]['input'],
    options?: CallOptions<EngineMethods[K]['notice']>,
  ): Promise<EngineMethods[K]['output']> {
    if (isOfRowsAlone(method, input)) this.#runs.get(input.runId);
    else this.refuseBrokenOff(input.runId);
    return this.#engine.call(method, input, options);
  }

  /** A client's rows, which are as the sources gave them; how the client stands is told only where that is known. @throws CamError `not.found` */
  async clientRows(input: EngineMethods['clientRows']['input']): Promise<ClientRows> {
    const run = this.#runs.get(input.runId);
    const { standing, ...rows } = await this.#engine.call('clientRows', input);
    return standing === undefined || isBrokenOff(run.state) ? rows : { ...rows, standing };
  }

  /** @throws CamError `run.not-evaluated` where the run has ended and its last evaluation has not; `not.found` */
  refuseBrokenOff(runId: string): void {
    if (isBrokenOff(this.#runs.get(runId).state)) throw notEvaluated();
  }
}

/** Rows as the sources gave them are there whether or not a rule was evaluated over them. */
function isOfRowsAlone<K extends Reading>(method: K, input: EngineMethods[K]['input']): boolean {
  if (method === 'sharedAttributes') return true;
  if (method === 'page') return (input as EngineMethods['page']['input']).request.table.kind === 'source';
  return method === 'export' && (input as EngineMethods['export']['input']).table.kind === 'source';
}
