/** What is told of the attempts of one source: their states and figures as they run, and each one's end once. */
import type { Clock } from '../base/clock.ts';
import { endpointLabel } from '../model/database.ts';
import { instantFromMs } from '../model/instant.ts';
import type { Cost } from '../model/policy.ts';
import type { SourceId } from '../model/plan.ts';
import { attemptOutcomeOf } from '../model/attempt-outcome.ts';
import type { EndedAttempt, RunEvent } from '../model/run.ts';
import type { AttemptNotice, ExecuteOutput } from '../worker/protocol.ts';
import type { AttemptPlace } from './source-policy.ts';

/** What a teller is made of. */
export interface AttemptTellerPorts {
  readonly source: SourceId;
  readonly clock: Clock;
  readonly append: (event: RunEvent) => void;
  /** What the source has cost until now. */
  readonly cost: () => Cost;
}

/** Between two figures from which a rate is made there are so many milliseconds at least. */
const rateEveryMs = 200;

/** Tells of one source. */
export class AttemptTeller {
  readonly #ports: AttemptTellerPorts;
  /** Has ended, and is told of as soon as it is known whether another one follows. */
  #ended: EndedAttempt | undefined;

  constructor(ports: AttemptTellerPorts) {
    this.#ports = ports;
  }

  /** An attempt begins. The first function is for what the worker says meanwhile, the second for how it ended. */
  begin(place: AttemptPlace): { notice: (notice: AttemptNotice) => void; end: (output: ExecuteOutput) => void } {
    const { clock, source, append } = this.#ports;
    const endpoint = endpointLabel(place.endpoint);
    const startedAt = this.#now();
    const progress = this.#progress();
    let connectingMs: number | undefined;
    return {
      notice: (notice) => {
        if (notice.kind === 'progress') {
          progress(notice.rows, notice.bytes);
          return;
        }
        if (notice.status === 'connecting') connectingMs = clock.monotonicMs();
        if (notice.status === 'running') place.answered(connectingMs === undefined ? undefined : clock.monotonicMs() - connectingMs);
        append({ kind: 'source-state', at: this.#now(), source, status: notice.status, attempt: place.number, endpoint });
      },
      end: (output) => {
        if (!output.wasTried) return;
        const { outcome } = output;
        this.#ended = {
          ...{ attempt: place.number, endpoint, startedAt, at: this.#now(), outcome: attemptOutcomeOf(outcome) },
          ...('failure' in outcome ? { failure: outcome.failure } : {}),
          ...(output.replica?.lagMs === undefined ? {} : { lagMs: output.replica.lagMs }),
        };
      },
    };
  }

  /** The source goes on after its attempt: after `delayMs`, or at once with another endpoint. */
  followed(delayMs: number): void {
    const { source, clock, append } = this.#ports;
    const ended = this.#ended;
    if (ended === undefined) return;
    this.#tell({ ...ended, retryAt: instantFromMs(clock.nowMs() + delayMs) });
    append({ kind: 'source-state', at: this.#now(), source, status: 'retrying', attempt: ended.attempt + 1 });
  }

  /** No other attempt is made. */
  finish(): void {
    if (this.#ended !== undefined) this.#tell(this.#ended);
  }

  #tell(ended: EndedAttempt): void {
    this.#ended = undefined;
    this.#ports.append({ kind: 'attempt-ended', source: this.#ports.source, ...ended });
  }

  #progress(): (rows: number, bytes: number) => void {
    const { clock, source, append, cost } = this.#ports;
    let last: { readonly rows: number; readonly ms: number } | undefined;
    let rate = 0;
    return (rows, bytes) => {
      const ms = clock.monotonicMs();
      if (last !== undefined && ms - last.ms >= rateEveryMs) rate = smoothed(rate, ((rows - last.rows) * 1000) / (ms - last.ms));
      if (last === undefined || ms - last.ms >= rateEveryMs) last = { rows, ms };
      append({ kind: 'source-progress', at: this.#now(), source, rows, bytes, rowsPerSecond: Math.round(rate), cost: cost() });
    };
  }

  #now(): string {
    return instantFromMs(this.#ports.clock.nowMs());
  }
}

/** Half the old rate, half the new: quick to follow, calm to read. */
function smoothed(old: number, next: number): number {
  return old === 0 ? next : (old + next) / 2;
}
