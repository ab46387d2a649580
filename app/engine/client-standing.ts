/** What the report of a run says of one client. */
import type { ClientStanding } from '../model/client-evidence.ts';
import type { EngineRun } from './engine-run.ts';
import { columnAt, type RowSource } from './row-source.ts';
import { sql } from './sql.ts';
import { list } from './values.ts';

/**
 * The client's verdict and confidence; `undefined` where the report does not list the client, or lists something else than clients.
 * Of several windows of a hunt the one with the highest confidence counts.
 */
export async function clientStanding(run: EngineRun, client: string, signal: AbortSignal): Promise<ClientStanding | undefined> {
  const report = await run.takeReport();
  try {
    const [only, ...more] = report.findings.groups;
    if (only?.name.toLowerCase() !== 'user_id' || more.length > 0) return undefined;
    for (const verdict of ['confirmed', 'undetermined'] as const) {
      const confidence = await confidenceIn(run, report.tables[verdict], client, signal);
      if (confidence !== undefined) return { verdict, confidence };
    }
    return undefined;
  } finally {
    await report.release();
  }
}

async function confidenceIn(run: EngineRun, table: RowSource, client: string, signal: AbortSignal): Promise<number | undefined> {
  const place = table.columns.length - 1;
  const column = columnAt(place);
  const [id] = table.columns;
  const confidence = table.columns[place];
  if (table.rows === 0 || id === undefined || confidence === undefined) return undefined;
  const order = confidence.order(column).map((key) => sql`${key} DESC`);
  const rows = await run.session(signal, (session) =>
    session.rows(
      sql`SELECT ${confidence.text(column)} FROM ${table.all} AS report WHERE ${columnAt(0)} = ${client} ORDER BY ${list(order)} LIMIT 1`,
    ),
  );
  const [found] = rows;
  return found === undefined ? undefined : Number(found[0]);
}
