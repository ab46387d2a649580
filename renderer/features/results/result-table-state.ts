/** What the state of a run means for one of its tables. */
import { coverageOf, hasRows as sourceHasRows } from '../../../app/model/run-reducer.ts';
import { alikeClients, leftOutRows } from '../../../app/model/rule-filters.ts';
import { isBrokenOff } from '../../../app/model/run-evaluation.ts';
import type { RunPlan } from '../../../app/model/plan.ts';
import type { RunState } from '../../../app/model/run.ts';
import type { ShownTable } from '../../../app/model/table.ts';
import type { Texts } from '../../texts/texts.ts';

/** Which sentence stands in an empty table. */
export type EmptyKind = keyof Texts['results']['empty'];

/** The kinds of change that a run's rule counts; only where it counts some, in one window, there are near misses. */
export function nearChangesOf(plan: RunPlan | undefined): RunPlan['rule']['changes'] {
  return plan?.range === undefined ? plan?.rule.changes : undefined;
}

/** Whether there is anything to be asked for: a merge that was not followed by one that was broken off, or the answer of the source. */
export function hasRows(state: RunState | null, table: ShownTable): boolean {
  if (state === null) return false;
  return table.kind === 'source' ? sourceHasRows(state.sources[table.source]?.outcome) : state.merge !== undefined && !isBrokenOff(state);
}

/**
 * Changes when the rows of the table may have: a merged table with every merge, a raw table with its source's answer.
 */
export function revisionOf(state: RunState | null, table: ShownTable): string {
  if (state === null) return '';
  if (table.kind === 'source') return state.sources[table.source]?.endedAt ?? '';
  const { merge } = state;
  return merge === undefined
    ? state.status
    : `${state.status} ${merge.sources.join('\n')} ${merge.confirmed} ${merge.undetermined} ${merge.rows}`;
}

/** Why the table has no row. While anything is missing, rows could not take part, or ids are not written alike, never that there is nobody. */
export function emptyKindOf(state: RunState | null, table: ShownTable, isFiltered: boolean): EmptyKind {
  if (state === null) return 'not-run';
  if (isFiltered) return 'filtered';
  if (table.kind === 'source') return state.sources[table.source]?.outcome?.kind === 'completed' ? 'source' : 'source-partial';
  if (table.kind === 'change') return 'change';
  if (state.status !== 'ended') return `${table.kind}-running`;
  const { answered, missing } = coverageOf(state);
  // What was merged before says nothing of the answers that came later.
  if (isBrokenOff(state)) return answered === 0 ? 'no-answer' : 'not-merged';
  if (missing.length > 0 || state.outcome !== 'succeeded') return `${table.kind}-incomplete`;
  const { withoutId, withoutTime } = leftOutRows(state);
  if (withoutId + withoutTime > 0) return `${table.kind}-left-out`;
  return table.kind === 'confirmed' && alikeClients(state.merge) > 0 ? 'confirmed-alike' : `${table.kind}-complete`;
}

/**
 * Whether the run itself says that the table has no row. Where it does not, an empty page of an older state says nothing:
 * the rows are still to come.
 */
export function isKnownEmpty(state: RunState | null, table: ShownTable): boolean {
  return (table.kind === 'confirmed' || table.kind === 'undetermined') && state?.merge?.[table.kind] === 0;
}

/** The zone of a raw table's zone-less times: its database's. */
export function storedZoneOf(state: RunState | null, table: ShownTable): string | null {
  if (state === null || table.kind !== 'source') return null;
  const name = state.sources[table.source]?.source.database;
  return state.plan.databases.find((database) => database.name === name)?.zone ?? null;
}

/** The name under which the layout is remembered: the merged tables have the same columns, raw tables those of their query. */
export function layoutNameOf(state: RunState | null, table: ShownTable): string {
  if (table.kind === 'change') return table.change === 'new' || table.change === 'still' ? 'confirmed' : 'departed';
  if (table.kind !== 'source') return table.kind;
  return `query.${state?.sources[table.source]?.source.query ?? table.source}`;
}
