/** The tabs of a run's results. */
import { coverageOf, hasRows } from '../../../app/model/run-reducer.ts';
import type { RunState } from '../../../app/model/run.ts';
import { sourcesInOrder } from '../../model/run-progress.ts';

/** The tab of one source's raw rows. */
export interface SourceTab {
  readonly key: string;
  readonly source: string;
  /** The change type where it is the only one of its kind in the run, else `null`: then the query's name is shown. */
  readonly changeType: string | null;
  readonly query: string;
  readonly hasRows: boolean;
  readonly rows: number;
}

/** Width in pixels that the tabs need with one for every source; where there is less the sources become a list too. */
export function widthOfTabs(sources: number): number {
  return 530 + 150 * sources;
}

/** Beyond this many sources their tabs become a list to choose from. */
export const mostSourceTabs = 8;

/** The tabs of the sources, in the plan's order. */
export function sourceTabsOf(state: RunState): readonly SourceTab[] {
  const { sources } = state.plan;
  return sourcesInOrder(state).map(({ source, outcome, rows }) => ({
    key: `source:${source.id}`,
    source: source.id,
    changeType: sources.filter((other) => other.changeType === source.changeType).length === 1 ? source.changeType : null,
    query: source.query,
    hasRows: hasRows(outcome),
    rows,
  }));
}

/** Whether the counts of the merged tables are only what is known so far. */
export function isIncomplete(state: RunState): boolean {
  return state.status !== 'ended' || state.outcome !== 'succeeded' || coverageOf(state).missing.length > 0;
}
