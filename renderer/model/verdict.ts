/**
 * What may be said about a run. The first law of the program stands here: while anything is missing, the answer is what is
 * unknown, never that nobody was found.
 */
import type { EvaluationProgress } from '../../app/model/evaluation-progress.ts';
import { alikeClients, leftOutRows } from '../../app/model/rule-filters.ts';
import { coverageOf } from '../../app/model/run-reducer.ts';
import type { Coverage, MergeSummary, MissingSource, RunState } from '../../app/model/run.ts';
import type { Failure } from '../../app/model/failure.ts';

/** What can be said, and on what ground. */
export type Verdict =
  /** No run has been looked at yet. */
  | { readonly kind: 'idle' }
  /** The run goes on; figures are of the sources that have answered so far. */
  | {
      readonly kind: 'running';
      readonly found: Figures | null;
      readonly coverage: Coverage;
      readonly isCancelling: boolean;
      readonly evaluation: EvaluationProgress | null;
    }
  /** Clients are confirmed. `isComplete`: every source answered and is in the figures, so there are no others. */
  | {
      readonly kind: 'found';
      readonly found: Figures;
      readonly coverage: Coverage;
      readonly isComplete: boolean;
      /** Rows of the answers that could not take part: nobody knows whose they are, or when they were. */
      readonly leftOut: number;
      /** Clients who may qualify if ids that are not written alike were one. */
      readonly alike: number;
      readonly gap: Gap | null;
    }
  /** Every source answered, every answer is in the figures, and no client qualifies. */
  | { readonly kind: 'none-found'; readonly coverage: Coverage; readonly leftOut: number; readonly alike: number }
  /** No client is confirmed, and whether one qualifies is not known. */
  | { readonly kind: 'unknown'; readonly undetermined: number | null; readonly coverage: Coverage; readonly gap: Gap };

/** Counts of clients. */
export interface Figures {
  readonly confirmed: number;
  readonly undetermined: number;
}

/** Why more cannot be said. */
export type Gap =
  /** Sources have no answer: `coverage.missing` names them. */
  | { readonly kind: 'missing-sources'; readonly failure: Failure | null }
  /** All answered, but the figures are not made of all answers. */
  | { readonly kind: 'not-merged'; readonly failure: Failure | null }
  /** All answered and merged, and the run still calls itself failed or clients undetermined. */
  | { readonly kind: 'run-failed'; readonly failure: Failure | null };

/** The verdict of a run, or of none. */
export function verdictOf(state: RunState | null): Verdict {
  if (state === null) return { kind: 'idle' };
  const coverage = coverageOf(state);
  const found = state.merge === undefined ? null : figuresOf(state.merge);
  if (state.status !== 'ended') {
    return { kind: 'running', found, coverage, isCancelling: state.status === 'cancelling', evaluation: state.evaluation ?? null };
  }
  const gap = gapOf(state, coverage);
  const open = { leftOut: leftOutOf(state), alike: alikeClients(state.merge) };
  if (found !== null && found.confirmed > 0) return { kind: 'found', found, coverage, isComplete: gap === null, ...open, gap };
  if (gap !== null) return { kind: 'unknown', undetermined: found?.undetermined ?? null, coverage, gap };
  return { kind: 'none-found', coverage, ...open };
}

function leftOutOf(state: RunState): number {
  const { withoutId, withoutTime } = leftOutRows(state);
  return withoutId + withoutTime;
}

/** Whether "Complete this run" can help: the run has ended and sources are missing. */
export function canComplete(verdict: Verdict): boolean {
  return (verdict.kind === 'found' || verdict.kind === 'unknown') && verdict.coverage.missing.length > 0;
}

/** The missing sources of a verdict; while a run goes on, only those that have ended without an answer. */
export function missingToName(verdict: Verdict): readonly MissingSource[] {
  switch (verdict.kind) {
    case 'idle':
    case 'none-found':
      return [];
    case 'running':
      return verdict.coverage.missing.filter((source) => source.reason !== 'running');
    case 'found':
    case 'unknown':
      return verdict.coverage.missing;
  }
}

function figuresOf(merge: MergeSummary): Figures {
  return { confirmed: merge.confirmed, undetermined: merge.undetermined };
}

/** What stands between the run and a complete answer; `null` when nothing does. */
function gapOf(state: RunState, coverage: Coverage): Gap | null {
  const failure = state.failure ?? null;
  if (coverage.missing.length > 0 || coverage.expected === 0) return { kind: 'missing-sources', failure };
  const merged = new Set(state.merge?.sources ?? []);
  // Raw tables outside the rules take no part in the figures.
  const isMerged = state.plan.sources.every((source) => source.changeType === null || merged.has(source.id));
  if (state.merge === undefined || !isMerged) return { kind: 'not-merged', failure };
  if (state.outcome !== 'succeeded' || failure !== null || state.merge.undetermined > 0) return { kind: 'run-failed', failure };
  return null;
}
