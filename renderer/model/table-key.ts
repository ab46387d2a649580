/** Names under which tables are remembered. */
import type { ShownTable, TableRef } from '../../app/model/table.ts';
import type { TableView, ViewSlice } from '../store/view-slice.ts';

/** The key of a table of a run; also the key of its tab. */
export function tableKeyOf(table: ShownTable): string {
  if (table.kind === 'change') return `change:${table.change}`;
  return table.kind === 'source' ? `source:${table.source}` : table.kind;
}

/** The table of a tab; `null` where the tab shows no table. */
export function tableOfKey(key: string): TableRef | null {
  if (key === 'confirmed' || key === 'undetermined') return { kind: key };
  return key.startsWith('source:') ? { kind: 'source', source: key.slice('source:'.length) } : null;
}

const plainView: TableView = { sort: null, filters: [] };

/** Order and filters of a table. */
export function tableViewOf(view: ViewSlice, key: string): TableView {
  return view.tables[key] ?? plainView;
}
