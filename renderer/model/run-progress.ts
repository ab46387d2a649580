/** How far a run is, as a line of figures and as segments of a bar. */
import { msOfInstant } from '../../app/model/instant.ts';
import { sourceOf } from '../../app/model/run-reducer.ts';
import type { RunState, SourceState, SourceStatus } from '../../app/model/run.ts';

/** The figures of the progress line. */
export interface RunProgress {
  readonly answered: number;
  readonly ended: number;
  readonly expected: number;
  readonly rows: number;
  readonly elapsedMs: number;
}

/** One stretch of the bar: so many sources in one state, side by side. */
export interface BarSegment {
  readonly status: SourceStatus;
  readonly count: number;
  /** The source, where the stretch is one source. */
  readonly source?: string;
}

/** The figures of a run at a moment. */
export function progressOf(state: RunState, nowMs: number): RunProgress {
  const sources = sourcesInOrder(state);
  return {
    // An answer in part is none yet: it counts as missing everywhere.
    answered: sources.filter((source) => source.outcome?.kind === 'completed').length,
    ended: sources.filter((source) => source.outcome !== undefined).length,
    expected: sources.length,
    rows: sources.reduce((sum, source) => sum + source.rows, 0),
    elapsedMs: elapsedMs(state.startedAt, state.endedAt, nowMs),
  };
}

/** Milliseconds from start to end, or to now while there is no end; never negative, whatever the clocks say. */
export function elapsedMs(startedAt: string, endedAt: string | undefined, nowMs: number): number {
  const end = endedAt === undefined ? nowMs : msOfInstant(endedAt);
  return Math.max(0, end - msOfInstant(startedAt));
}

/** All sources in the plan's order. */
export function sourcesInOrder(state: RunState): readonly SourceState[] {
  return state.plan.sources.map((source) => sourceOf(state, source.id));
}

// Beyond this many, a segment a source would be too thin to see.
const mostSegments = 60;
const statusOrder: readonly SourceStatus[] = ['completed', 'failed', 'cancelled', 'retrying', 'running', 'connecting', 'waiting'];

/** The bar of a run: one segment a source in the plan's order, or one a state where there are many sources. */
export function barSegmentsOf(state: RunState): readonly BarSegment[] {
  const sources = sourcesInOrder(state);
  if (sources.length <= mostSegments) return sources.map(({ status, source }) => ({ status, count: 1, source: source.id }));
  return statusOrder
    .map((status) => ({ status, count: sources.filter((source) => source.status === status).length }))
    .filter((segment) => segment.count > 0);
}
