/** Clients that were confirmed in the run before and are not in this one: what was said of them, and why it is not said any more. */
import type { RunPlan } from '../model/plan.ts';
import type { MissingSource } from '../model/run.ts';
import type { Cell, TableColumn, TableFilter, TableSort } from '../model/table.ts';
import type { VerdictChanges } from '../model/verdict-history.ts';

/** One client, in the order of {@link departedColumns}. */
export type DepartedRow = readonly Cell[];

/** The columns of the list. */
export const departedColumns: readonly TableColumn[] = [
  { name: 'user_id', kind: 'text' },
  { name: 'earlier_verdict', kind: 'text' },
  { name: 'earlier_last_event', kind: 'instant' },
  { name: 'verdict', kind: 'text' },
  { name: 'why', kind: 'text' },
  { name: 'missing_sources', kind: 'text' },
  { name: 'earlier_run', kind: 'text' },
];

/** How far a client is from the rule now. */
export interface NowFound {
  /** Kinds of change that it lacks, with commas; empty where it lacks none. */
  readonly lacking: string;
  /** How far before the window the change lies that it lacks there; `null` where there is none at all. */
  readonly tooWideByHours: string | null;
}

/** What is known of a client. */
export interface DepartedFacts {
  readonly changes: VerdictChanges;
  readonly plan: RunPlan;
  readonly missing: readonly MissingSource[];
  /** Absent where none of its changes lies near the window. */
  readonly found: NowFound | undefined;
  /** Whether the rule counts kinds of change, so that what is lacking can be said. */
  readonly isCounted: boolean;
  readonly isUndetermined: boolean;
  /** False while sources are missing: then nobody is gone, it is not known. */
  readonly isGone: boolean;
}

/** Describes one client. */
export function departedRow(client: string, facts: DepartedFacts): DepartedRow {
  const { changes, missing, isGone, isUndetermined } = facts;
  const { lastEvent, runId } = changes.previous;
  const verdict = isGone ? 'not found' : isUndetermined ? 'undetermined' : 'not known';
  return [client, 'confirmed', lastEvent, verdict, whyOf(facts), missing.map(({ source }) => source).join('; '), runId];
}

function whyOf({ isGone, isCounted, isUndetermined, found, plan, missing }: DepartedFacts): string {
  if (!isGone) {
    const sources = missing.length === 1 ? 'A source is missing' : `${String(missing.length)} sources are missing`;
    return isUndetermined ? `${sources} that may hold what it lacks.` : `${sources}: what it has done is not known.`;
  }
  if (!isCounted) return 'Every source answered, and it does not meet the rule any more.';
  const hidden = plan.rule.filters.length === 0 ? '' : ', or a filter hides them';
  if (found === undefined) return `None of the changes lies in the window any more${hidden}.`;
  if (found.tooWideByHours !== null) return `A change it needs lies ${hours(found.tooWideByHours)} before the window.`;
  return `It lacks ${found.lacking === '' ? 'a change that it had' : found.lacking}${hidden}.`;
}

function hours(text: string): string {
  const value = Number(text);
  if (!Number.isFinite(value)) return 'some time';
  return value < 0.1 ? `${String(Math.max(1, Math.round(value * 60)))} min` : `${String(Math.round(value * 10) / 10)} h`;
}

/** The rows that match, in order: NULL comes last in either direction. Columns that there are not are no reason to fail. */
export function arrangeRows(
  rows: readonly DepartedRow[],
  { sort, filters }: { readonly sort?: TableSort | undefined; readonly filters: readonly TableFilter[] },
): readonly DepartedRow[] {
  const placeOf = (name: string): number => departedColumns.findIndex((column) => column.name === name);
  const wanted = filters
    .filter(({ contains }) => contains !== '')
    .map(({ column, contains }) => ({ place: placeOf(column), text: contains.toLowerCase() }));
  const kept = rows.filter((row) => wanted.every(({ place, text }) => (row[place] ?? '').toLowerCase().includes(text)));
  if (sort === undefined) return kept;
  const place = placeOf(sort.column);
  const sign = sort.descending ? -1 : 1;
  return kept.toSorted((a, b) => {
    const [left, right] = [a[place] ?? null, b[place] ?? null];
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    return left === right ? 0 : left < right ? -sign : sign;
  });
}
