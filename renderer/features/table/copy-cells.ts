/** Copies the selected cells, fetching what is not here. */
import { toFailure } from '../../../app/model/failure.ts';
import type { Actions } from '../../actions/actions.ts';
import { type CellArea, cellCount } from './cell-selection.ts';
import type { PageSource } from './page-source.ts';
import { toTabSeparated } from './tab-separated.ts';
import type { LaidOutColumn } from './use-column-layout.ts';

/** What a spreadsheet takes without trouble; beyond it the table is exported. */
export const mostCopiedCells = 200_000;

/** Puts the cells of an area on the clipboard as they are shown; with `hasHeader`, column names (and zones) first. */
export async function copyCells(
  actions: Pick<Actions, 'copy' | 'notify'>,
  source: PageSource,
  columns: readonly LaidOutColumn[],
  area: CellArea,
  hasHeader: boolean,
): Promise<void> {
  const count = cellCount(area);
  if (count > mostCopiedCells) {
    actions.notify({ kind: 'too-many-cells', limit: mostCopiedCells });
    return;
  }
  const chosen = columns.slice(area.left, area.right + 1).map((column) => column.shown);
  try {
    const rows = await source.rows(area.top, area.bottom);
    const texts = rows.map((row) => chosen.map((column) => column.text(row[column.index] ?? null)));
    const header = chosen.map(({ column, zone }) => (zone === null ? column.name : `${column.name} (${zone})`));
    await actions.copy(hasHeader ? toTabSeparated(texts, header) : toTabSeparated(texts), { kind: 'copied', what: 'cells', count });
  } catch (error) {
    actions.notify({ kind: 'failed', failure: toFailure(error) });
  }
}
