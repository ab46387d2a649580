/** The merged report as a data frame, for analysts' scripts. */
import type { Cell, Page } from '../model/table.ts';
import { type Frame, loadDanfo } from './danfo.ts';

/**
 * A danfojs DataFrame of a page's rows, with the report's columns. `double` columns are numbers (NaN for NULL); all others
 * are text or `null`, so that ids of 19 digits and times with microseconds stay exact.
 */
export async function reportFrame(page: Pick<Page, 'columns' | 'rows'>): Promise<Frame> {
  const { DataFrame } = await loadDanfo();
  const rows = page.rows.map((row) => row.map((cell, place) => valueOf(cell, page.columns[place]?.kind === 'double')));
  return new DataFrame(rows, {
    columns: page.columns.map((column) => column.name),
    dtypes: page.columns.map((column) => (column.kind === 'double' ? 'float32' : 'string')),
  });
}

function valueOf(cell: Cell, isNumber: boolean): Cell | number {
  if (!isNumber) return cell;
  return cell === null ? Number.NaN : Number(cell);
}
