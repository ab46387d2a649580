/** A run of the fake core: events are reduced by the real reducer and numbered as the core numbers them. */
import { addHours, type Instant, instantFromMs } from '../../app/model/instant.ts';
import type { Failure } from '../../app/model/failure.ts';
import { coverageOf, hasRows, initialRunState, isEnded, reduceRun, sourceOf } from '../../app/model/run-reducer.ts';
import type { RunPlan, SourceId } from '../../app/model/plan.ts';
import type { NumberedRunEvent, RunEvent, RunOutcomeKind, RunState, SourceOutcome } from '../../app/model/run.ts';

/** An event without its time. */
type Untimed = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 'at'> : never) : never;

/** One run: its state, and short ways to move it. */
export class FakeRun {
  readonly plan: RunPlan;
  /** Milliseconds since 1970 of the next event; moved by whoever writes the script. */
  nowMs: number;
  readonly events: NumberedRunEvent[] = [];
  #state: RunState;
  readonly #send: (event: NumberedRunEvent) => void;

  constructor(plan: RunPlan, startedMs: number, send: (event: NumberedRunEvent) => void) {
    this.plan = plan;
    this.nowMs = startedMs;
    this.#send = send;
    this.#state = initialRunState(plan, this.at());
    this.emit({ kind: 'run-started', plan });
  }

  get state(): RunState {
    return this.#state;
  }

  get seq(): number {
    return this.events.length;
  }

  /** The time of the next event as an instant. */
  at(): Instant {
    return instantFromMs(this.nowMs);
  }

  emit(event: Untimed): void {
    const timed: RunEvent = { ...event, at: this.at() };
    this.#state = reduceRun(this.#state, timed);
    const numbered = { runId: this.plan.runId, seq: this.events.length + 1, event: timed };
    this.events.push(numbered);
    this.#send(numbered);
  }

  /** The id of the source at this place of the plan. */
  id(place: number): SourceId {
    const source = this.plan.sources[place];
    if (source === undefined) throw new Error(`the plan has no source at ${String(place)}`);
    return source.id;
  }

  running(id: SourceId, rows = 0, rowsPerSecond = 0, attempt = 1): void {
    this.emit({ kind: 'source-state', source: id, status: 'running', attempt });
    if (rows > 0) this.progress(id, rows, rowsPerSecond);
  }

  progress(id: SourceId, rows: number, rowsPerSecond: number): void {
    this.emit({ kind: 'source-progress', source: id, rows, bytes: rows * 80, rowsPerSecond });
  }

  complete(id: SourceId, rows: number, dropped: { readonly nullIds?: number; readonly nullTimes?: number } = {}): void {
    this.end(id, { kind: 'completed', rows, bytes: rows * 80, nullIds: dropped.nullIds ?? 0, nullTimes: dropped.nullTimes ?? 0 });
  }

  fail(id: SourceId, kind: 'failed' | 'timeout' | 'skipped', failure: Failure): void {
    this.end(id, { kind, failure });
  }

  end(id: SourceId, outcome: SourceOutcome): void {
    if (!isEnded(sourceOf(this.#state, id))) this.emit({ kind: 'source-ended', source: id, outcome });
  }

  /** A merge over the sources that have answered so far. */
  merge(confirmed: number, undetermined: number): void {
    const answered = Object.values(this.#state.sources).filter((source) => hasRows(source.outcome));
    this.emit({
      kind: 'merged',
      merge: {
        confirmed,
        undetermined,
        clientsInWindow: confirmed + undetermined + 812,
        eventsInWindow: (confirmed + undetermined) * 4 + 1_377,
        rows: answered.reduce((sum, source) => sum + source.rows, 0),
        sources: answered.map((source) => source.source.id),
        durationMs: 184,
      },
    });
  }

  /** Ends the run as its sources say. */
  finish(failure?: Failure): void {
    const { missing, answered } = coverageOf(this.#state);
    const isCancelled = missing.some((source) => source.reason === 'cancelled') && this.#state.status === 'cancelling';
    const outcome: RunOutcomeKind = isCancelled
      ? 'cancelled'
      : failure !== undefined || answered === 0
        ? 'failed'
        : missing.length > 0
          ? 'partial'
          : 'succeeded';
    this.emit(failure === undefined ? { kind: 'run-ended', outcome } : { kind: 'run-ended', outcome, failure });
  }

  /** Cancels what still moves; every source then says how it ended. */
  cancel(database: string | undefined, delayMs = 0): void {
    this.emit(
      database === undefined
        ? { kind: 'cancel-requested', by: this.plan.user }
        : { kind: 'cancel-requested', database, by: this.plan.user },
    );
    this.nowMs += delayMs;
    for (const { source, outcome } of Object.values(this.#state.sources)) {
      if (outcome !== undefined || (database !== undefined && source.database !== database)) continue;
      this.end(source.id, { kind: 'cancelled', confirmed: true, note: 'Cancelled by AB12345.' });
    }
  }
}

/** A last event on the whole minute before a time. */
export function lastEventBefore(ms: number): Instant {
  return addHours(instantFromMs(Math.floor(ms / 60_000) * 60_000), 0);
}
