/** What there is to count of runs, made from their events. Pure: the same events always give the same measurements. */
import { assertNever } from '../base/assert-never.ts';
import type { DriverKind } from '../model/database.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { type Instant, microsOfInstant } from '../model/instant.ts';
import type { SourceId, Strategy } from '../model/plan.ts';
import { attemptOutcomeOf } from '../model/attempt-outcome.ts';
import type { AttemptOutcome, MissingSource, NumberedRunEvent, RunEvent, RunOutcomeKind, RunState, SourceOutcome } from '../model/run.ts';
import { coverageOf, hasRows, initialRunState, reduceRun, sourceOf } from '../model/run-reducer.ts';

/** Where something was measured. */
export interface MeasuredSource {
  readonly database: string;
  readonly driver: DriverKind;
  readonly strategy: Strategy;
}

/** One thing to count. Times are in milliseconds. */
export type Measurement =
  | { readonly kind: 'run-started'; readonly scatters: Readonly<Record<Strategy, number>> }
  /** A source waits for its turn. */
  | { readonly kind: 'source-waits'; readonly source: MeasuredSource }
  /** Its turn has come. */
  | { readonly kind: 'source-began'; readonly source: MeasuredSource; readonly waitMs: number }
  | {
      readonly kind: 'attempt';
      readonly source: MeasuredSource;
      readonly endpoint: string;
      readonly outcome: AttemptOutcome;
      readonly durationMs: number;
      readonly at: Instant;
      readonly code?: ErrorCode;
    }
  | { readonly kind: 'retry'; readonly source: MeasuredSource }
  /** `wasWaiting`: it ended before its turn came. */
  | {
      readonly kind: 'source-ended';
      readonly source: MeasuredSource;
      readonly outcome: SourceOutcome['kind'];
      readonly rows: number;
      readonly bytes: number;
      readonly wasWaiting: boolean;
    }
  | {
      readonly kind: 'run-ended';
      readonly outcome: RunOutcomeKind;
      readonly coverage: number;
      readonly missing: readonly Pick<MissingSource, 'database' | 'reason'>[];
    };

interface Turn {
  readonly waitsSince: Instant;
  /** When the attempt that is under way began; absent while the source waits. */
  begunAt?: Instant;
  attempt: number;
  /** Whether attempts are told of by events of their own. */
  isTold: boolean;
}

/** Measures one run. Give it all of the run's events in order, from `run-started` on, or from where it is resumed. */
export class RunMeter {
  readonly #turns = new Map<SourceId, Turn>();
  #state: RunState | undefined;

  /** What is to be counted because of this event. @throws Error when it is the first one and not `run-started` */
  take({ event }: NumberedRunEvent): readonly Measurement[] {
    const before = this.#state;
    if (event.kind === 'run-started') {
      const state = initialRunState(event.plan, event.at);
      this.#state = state;
      const began: Measurement = { kind: 'run-started', scatters: scattersOf(state) };
      return [began, ...state.plan.sources.map(({ id }) => this.#waits(state, id, event.at))];
    }
    if (before === undefined) throw new Error(`a run begins with ${event.kind}`);
    this.#state = reduceRun(before, event);
    return this.#measure(this.#state, event);
  }

  /** Begins with a run that was kept and goes on. `state`: as it is after the event. */
  resume(state: RunState, event: Extract<RunEvent, { kind: 'run-resumed' }>): readonly Measurement[] {
    this.#state = state;
    return this.#measure(state, event);
  }

  #measure(state: RunState, event: Exclude<RunEvent, { kind: 'run-started' }>): readonly Measurement[] {
    switch (event.kind) {
      case 'source-state':
        return this.#moved(state, event);
      case 'attempt-ended': {
        const source = measuredSource(state, event.source);
        const turn = this.#turns.get(event.source);
        if (turn !== undefined) {
          turn.isTold = true;
          delete turn.begunAt;
        }
        return [attemptOf(source, event)];
      }
      case 'source-ended':
        return this.#ended(state, event);
      case 'run-resumed':
        return event.sources.map((id) => this.#waits(state, id, event.at));
      case 'run-ended': {
        const { ratio, missing } = coverageOf(state);
        return [{ kind: 'run-ended', outcome: event.outcome, coverage: ratio, missing }];
      }
      case 'database-process':
      case 'source-progress':
      case 'cancel-requested':
      case 'evaluating':
      case 'merged':
      case 'warned':
        return [];
      default:
        return assertNever(event);
    }
  }

  #waits(state: RunState, id: SourceId, at: Instant): Measurement {
    this.#turns.set(id, { waitsSince: at, attempt: 0, isTold: false });
    return { kind: 'source-waits', source: measuredSource(state, id) };
  }

  #moved(state: RunState, event: Extract<RunEvent, { kind: 'source-state' }>): readonly Measurement[] {
    const turn = this.#turns.get(event.source);
    if (turn === undefined || event.status === 'waiting') return [];
    const source = measuredSource(state, event.source);
    const found: Measurement[] = [];
    if (turn.attempt === 0) found.push({ kind: 'source-began', source, waitMs: msBetween(turn.waitsSince, event.at) });
    if (event.attempt > turn.attempt && turn.attempt > 0) found.push({ kind: 'retry', source });
    turn.attempt = Math.max(turn.attempt, event.attempt, 1);
    if (event.status !== 'retrying') turn.begunAt ??= event.at;
    return found;
  }

  #ended(state: RunState, event: Extract<RunEvent, { kind: 'source-ended' }>): readonly Measurement[] {
    const sourceState = sourceOf(state, event.source);
    const source = measuredSource(state, event.source);
    const turn = this.#turns.get(event.source);
    const { outcome, at } = event;
    const hasBegun = turn !== undefined && turn.attempt > 0;
    const attempts: Measurement[] = [];
    if (turn?.begunAt !== undefined && !turn.isTold) {
      const code = 'failure' in outcome && !hasRows(outcome) ? outcome.failure.code : undefined;
      attempts.push(
        attemptOf(source, {
          endpoint: sourceState.endpoint ?? state.databases[source.database]?.endpoint ?? '',
          startedAt: turn.begunAt,
          at,
          outcome: attemptOutcomeOf(outcome),
          ...(code === undefined ? {} : { failure: { code } }),
        }),
      );
    }
    const { rows, bytes } = hasRows(outcome) ? outcome : { rows: 0, bytes: 0 };
    this.#turns.delete(event.source);
    return [...attempts, { kind: 'source-ended', source, outcome: outcome.kind, rows, bytes, wasWaiting: !hasBegun }];
  }
}

/** A query of a group is sent out once, to however many members; another one is sent out for its database. */
function scattersOf({ plan }: RunState): Readonly<Record<Strategy, number>> {
  const counts = { single: 0, multi: 0, broadcast: 0 };
  const seen = new Set<string>();
  for (const { strategy, group, database, query } of plan.sources) {
    const key = JSON.stringify([strategy, group ?? database, query, group === undefined]);
    if (!seen.has(key)) counts[strategy] += 1;
    seen.add(key);
  }
  return counts;
}

function measuredSource(state: RunState, id: SourceId): MeasuredSource {
  const { database, strategy } = sourceOf(state, id).source;
  const planned = state.databases[database]?.database;
  if (planned === undefined) throw new Error(`the run has no database ${database}`);
  return { database, driver: planned.driver, strategy };
}

function attemptOf(
  source: MeasuredSource,
  attempt: {
    readonly endpoint: string;
    readonly startedAt: Instant;
    readonly at: Instant;
    readonly outcome: AttemptOutcome;
    readonly failure?: { readonly code: ErrorCode };
  },
): Measurement {
  const { endpoint, startedAt, at, outcome, failure } = attempt;
  const durationMs = msBetween(startedAt, at);
  return { kind: 'attempt', source, endpoint, outcome, durationMs, at, ...(failure === undefined ? {} : { code: failure.code }) };
}

/** Never below 0: the clock of the machine may be set while a run goes on. */
function msBetween(from: Instant, to: Instant): number {
  return Math.max(0, Number(microsOfInstant(to) - microsOfInstant(from)) / 1000);
}
