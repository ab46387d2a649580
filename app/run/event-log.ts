/**
 * The numbered events of one run and the state they add up to. Progress is coalesced to ten a second per source, so
 * that a run of a million rows is a few hundred events.
 */
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import type { RunPlan, SourceId } from '../model/plan.ts';
import type { NumberedRunEvent, RunEvent, RunState } from '../model/run.ts';
import { initialRunState, reduceRun } from '../model/run-reducer.ts';

const progressIntervalMs = 100;

type Progress = Extract<RunEvent, { kind: 'source-progress' }>;

/** Where a run's events go, and where its state comes from. */
export class EventLog {
  readonly #clock: Clock;
  readonly #emitter = new Emitter<NumberedRunEvent>();
  readonly #pending = new Map<SourceId, Progress>();
  readonly #lastProgressMs = new Map<SourceId, number>();
  #state: RunState;
  #seq = 0;
  #clearTimer: (() => void) | undefined;

  /** Starts with `run-started` as event 1, or goes on after `earlier` events. */
  constructor(plan: RunPlan, startedAt: string, clock: Clock, earlier?: { readonly state: RunState; readonly seq: number }) {
    this.#clock = clock;
    this.#state = earlier?.state ?? initialRunState(plan, startedAt);
    if (earlier === undefined) this.#publish({ kind: 'run-started', at: startedAt, plan });
    else this.#seq = earlier.seq;
  }

  /** The state now and the number of the last event in it. */
  snapshot(): { readonly state: RunState; readonly seq: number } {
    return { state: this.#state, seq: this.#seq };
  }

  /** Adds a listener for events from now on. */
  on(listener: (event: NumberedRunEvent) => void): () => void {
    return this.#emitter.on(listener);
  }

  /** Records an event. Progress may be held back up to 100 ms; any other event of the source drops what is held back. */
  append(event: RunEvent): void {
    if (event.kind === 'source-progress') this.#appendProgress(event);
    else {
      if (event.kind === 'source-ended' || event.kind === 'source-state') this.#pending.delete(event.source);
      this.#publish(event);
    }
  }

  /** Takes the timer off. */
  dispose(): void {
    this.#clearTimer?.();
    this.#clearTimer = undefined;
    this.#pending.clear();
  }

  #appendProgress(event: Progress): void {
    const last = this.#lastProgressMs.get(event.source) ?? -Infinity;
    const waitMs = last + progressIntervalMs - this.#clock.monotonicMs();
    if (waitMs <= 0) this.#publishProgress(event);
    else {
      this.#pending.set(event.source, event);
      this.#clearTimer ??= this.#clock.setTimer(waitMs, () => {
        this.#flush();
      });
    }
  }

  #flush(): void {
    this.#clearTimer = undefined;
    const held = [...this.#pending.values()];
    this.#pending.clear();
    for (const event of held) this.#publishProgress(event);
  }

  #publishProgress(event: Progress): void {
    this.#lastProgressMs.set(event.source, this.#clock.monotonicMs());
    this.#publish(event);
  }

  #publish(event: RunEvent): void {
    if (event.kind !== 'run-started') this.#state = reduceRun(this.#state, event);
    this.#seq += 1;
    this.#emitter.emit({ runId: this.#state.plan.runId, seq: this.#seq, event });
  }
}
