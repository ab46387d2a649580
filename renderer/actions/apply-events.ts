/** Applies a burst of a run's events to its state. Pure, so that every way of cutting a burst can be tested. */
import { reduceRun } from '../../app/model/run-reducer.ts';
import type { NumberedRunEvent, RunState } from '../../app/model/run.ts';

/** Where a run stands: its state and the number of the last event in it. */
export interface RunPosition {
  readonly state: RunState;
  readonly seq: number;
}

/** How far a burst could be applied. */
export interface Applied extends RunPosition {
  /** What is left: the events from the first gap on, or those beyond the limit. */
  readonly rest: readonly NumberedRunEvent[];
  /** A number is missing before `rest`, or the state does not fit: only a snapshot helps. */
  readonly gap: boolean;
}

/**
 * Applies up to `limit` events in the order of their numbers. Events already in the state are passed over; at a missing
 * number it stops. Of progress that further progress or a new attempt of the same source replaces, only the number counts.
 */
export function applyEvents(position: RunPosition, events: readonly NumberedRunEvent[], limit: number): Applied {
  let { state, seq } = position;
  const replaced = replacedProgress(events);
  let done = 0;
  for (const [index, { seq: number, event }] of events.entries()) {
    if (number <= seq) continue;
    if (number !== seq + 1) return { state, seq, rest: events.slice(index), gap: true };
    if (done === limit) return { state, seq, rest: events.slice(index), gap: false };
    if (!replaced.has(number)) {
      done += 1;
      try {
        state = reduceRun(state, event);
      } catch {
        // An impossible move: this window's state is not the core's any more.
        return { state, seq, rest: events.slice(index), gap: true };
      }
    }
    seq = number;
  }
  return { state, seq, rest: [], gap: false };
}

/** Numbers of the progress events whose figures the next event of the same source overwrites. */
function replacedProgress(events: readonly NumberedRunEvent[]): ReadonlySet<number> {
  const replaced = new Set<number>();
  const lastProgress = new Map<string, number>();
  for (const { seq, event } of events) {
    switch (event.kind) {
      case 'source-progress':
      case 'source-state': {
        const before = lastProgress.get(event.source);
        if (before !== undefined) replaced.add(before);
        if (event.kind === 'source-progress') lastProgress.set(event.source, seq);
        else lastProgress.delete(event.source);
        break;
      }
      case 'source-ended':
        lastProgress.delete(event.source);
        break;
      default:
    }
  }
  return replaced;
}
