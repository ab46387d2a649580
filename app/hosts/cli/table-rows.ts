/** Whole tables of a run, page by page. */
import type { CamClient } from '../../contract/methods.ts';
import type { Page, ShownTable } from '../../model/table.ts';

const pageSize = 1000;

/** The table with all its rows. @throws CamError */
export async function allRows(client: CamClient, runId: string, table: ShownTable): Promise<Page> {
  const first = await client.call('result.page', { runId, request: { table, offset: 0, limit: pageSize, filters: [] } });
  const rows = [...first.rows];
  while (rows.length < first.matching) {
    const next = await client.call('result.page', { runId, request: { table, offset: rows.length, limit: pageSize, filters: [] } });
    if (next.rows.length === 0) break;
    rows.push(...next.rows);
  }
  return { ...first, rows };
}

/** Its rows with the names of the columns, for a script. @throws CamError */
export async function asObjects(client: CamClient, runId: string, table: ShownTable): Promise<readonly Record<string, string | null>[]> {
  const { columns, rows } = await allRows(client, runId, table);
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column.name, row[index] ?? null])));
}
