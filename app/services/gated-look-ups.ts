/** Checks and pings pass a database's gate as attempts do: they wait their turn, count for the breaker, and leave alone what is left alone. */
import type { DatabaseConfig } from '../model/database.ts';
import type { Failure } from '../model/failure.ts';
import { type DatabaseGate, EndpointFailure, type GateCaller } from '../run/database-gate.ts';
import type { CheckInput, CheckOutput, PingOutput } from '../worker/protocol.ts';
import type { DatabaseWorker } from '../worker/supervisor.ts';

/** A look-up whose answer holds a failure; the breaker looks at the failure, who has asked gets the answer. */
class FailedLookUp<T extends { readonly endpoint: string }> extends EndpointFailure {
  readonly output: T;

  constructor(failure: Failure, output: T) {
    // Whoever was asked is named.
    super(failure, output.endpoint !== '');
    this.output = output;
  }
}

/** Checks a source. @throws CamError `breaker.open`; AbortedError when cancelled */
export function gatedCheck(caller: GateCaller, worker: DatabaseWorker, input: CheckInput, signal: AbortSignal): Promise<CheckOutput> {
  return asked(caller, () => worker.check(input, { signal }), signal);
}

/** Pings an endpoint, 0 the primary, else a standby. @throws CamError `breaker.open`; AbortedError when cancelled */
export function gatedPing(
  gate: DatabaseGate,
  { endpoint, standbys }: DatabaseConfig,
  place: number,
  worker: DatabaseWorker,
  signal: AbortSignal,
): Promise<PingOutput> {
  return asked(gate.caller(standbys[place - 1] ?? endpoint), () => worker.ping({ endpoint: place }, { signal }), signal);
}

async function asked<T extends { readonly endpoint: string; readonly failure?: Failure; readonly latencyMs?: number }>(
  caller: GateCaller,
  ask: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await caller.pass(async (answered) => {
      const output = await ask();
      if (output.failure !== undefined) throw new FailedLookUp(output.failure, output);
      answered(output.latencyMs);
      return output;
    }, signal);
  } catch (error) {
    if (error instanceof FailedLookUp) return (error as FailedLookUp<T>).output;
    throw error;
  }
}
