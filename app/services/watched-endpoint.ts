/** What is known of one endpoint: its breaker, and what was seen of it last. */
import type { Clock } from '../base/clock.ts';
import { type DatabaseConfig, endpointLabel } from '../model/database.ts';
import { type Failure, isRefusedLogon } from '../model/failure.ts';
import type { EndpointStatus } from '../model/health.ts';
import { instantFromMs } from '../model/instant.ts';
import type { Breaker } from '../resilience/breaker.ts';
import type { EndpointWatch } from '../run/database-gate.ts';
import type { EndpointRecord } from './health-file.ts';

/** Who hears of an endpoint. */
export interface WatchedEndpointListener {
  readonly onChange: () => void;
  /** It has answered somebody who came at `sinceMs`. */
  readonly onAnswer: (sinceMs: number) => void;
}

/** One endpoint. */
export class WatchedEndpoint implements EndpointWatch {
  readonly breaker: Breaker;
  readonly #clock: Clock;
  readonly #told: WatchedEndpointListener;
  #seen: EndpointRecord;

  constructor(seen: EndpointRecord, breaker: Breaker, clock: Clock, told: WatchedEndpointListener) {
    this.#seen = seen;
    this.breaker = breaker;
    this.#clock = clock;
    this.#told = told;
  }

  answered(sinceMs: number, latencyMs?: number): void {
    this.#seen = {
      ...this.#seen,
      lastSuccessMs: this.#clock.nowMs(),
      answeredSinceMs: Math.max(sinceMs, this.#seen.answeredSinceMs ?? 0),
      ...(latencyMs === undefined ? {} : { latencyMs: Math.round(latencyMs * 10) / 10 }),
    };
    this.#told.onChange();
    this.#told.onAnswer(sinceMs);
  }

  /** Whoever came after the refusal and was answered has shown that the account is let in; a query that ran before it has not. */
  forgetRefusal(sinceMs: number): void {
    const { refusedMs, refusal: _mended, ...seen } = this.#seen;
    if (refusedMs === undefined || sinceMs < refusedMs) return;
    this.#seen = seen;
    this.#told.onChange();
  }

  failed({ code, message, action, vendorCode }: Failure, wasAsked: boolean): void {
    if (!isOfEndpoint(code)) return;
    const lastFailure = { code, message, action, ...(vendorCode === undefined ? {} : { vendorCode }) };
    const nowMs = this.#clock.nowMs();
    const refused = wasAsked && isRefusedLogon(lastFailure) ? { refusedMs: nowMs, refusal: lastFailure } : {};
    this.#seen = { ...this.#seen, lastFailureMs: nowMs, lastFailure, ...refused };
    this.#told.onChange();
  }

  get record(): EndpointRecord {
    const { openedAtMs: _earlier, ...seen } = this.#seen;
    return { ...seen, ...this.breaker.record };
  }

  status({ endpoint }: DatabaseConfig): EndpointStatus {
    const { database, endpoint: label, lastSuccessMs, latencyMs, lastFailureMs, lastFailure, refusedMs, refusal } = this.#seen;
    const { openUntilMs, record, state } = this.breaker;
    return {
      ...{ database, endpoint: label, breaker: state, isStandby: endpointLabel(endpoint) !== label, failures: record.failures },
      ...(openUntilMs === undefined ? {} : { openUntil: instantFromMs(openUntilMs) }),
      ...(lastSuccessMs === undefined ? {} : { lastSuccessAt: instantFromMs(lastSuccessMs) }),
      ...(latencyMs === undefined ? {} : { latencyMs }),
      ...(lastFailureMs === undefined ? {} : { lastFailureAt: instantFromMs(lastFailureMs) }),
      ...(lastFailure === undefined ? {} : { lastFailure }),
      ...(refusedMs === undefined || refusal === undefined ? {} : { refusedLogon: { at: instantFromMs(refusedMs), failure: refusal } }),
    };
  }
}

/** What says something about an endpoint, and not about a statement, a disk or a budget. */
function isOfEndpoint(code: Failure['code']): boolean {
  return code.startsWith('db.') || code.startsWith('worker.') || code === 'query.timeout' || code === 'rate.limited';
}
