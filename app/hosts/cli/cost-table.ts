/** What the sources of a run have cost their databases, as a table. */
import { addCost, type Cost, noCost } from '../../model/policy.ts';
import { sourceOf } from '../../model/run-reducer.ts';
import type { RunState } from '../../model/run.ts';
import { textTable } from './text-table.ts';

/** One line a source that has cost something, and one for all where there are several. */
export function costTable(state: RunState): string {
  const spent = state.plan.sources.map(({ id }) => ({ id, cost: sourceOf(state, id).cost })).filter(({ cost }) => cost.statements > 0);
  if (spent.length === 0) return '';
  const total = spent.reduce((sum, { cost }) => addCost(sum, cost), noCost);
  const rows = spent.map(({ id, cost }) => line(id, cost));
  return textTable(['cost of', 'rows', 'bytes', 'statements', 'database seconds'], spent.length > 1 ? [...rows, line('all', total)] : rows);
}

function line(name: string, { rows, bytes, statements, databaseMs }: Cost): string[] {
  const inWords = (value: number): string => value.toLocaleString('en');
  return [name, inWords(rows), inWords(bytes), inWords(statements), (databaseMs / 1000).toFixed(1)];
}
