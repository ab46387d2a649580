/** What the report of a run says of one client. */
import type { ClientStanding } from '../model/client-evidence.ts';
import { isGroupedByClient } from '../rules/describe-rule.ts';
import type { EngineRun } from './engine-run.ts';
import { columnAt } from './row-source.ts';
import { sql } from './sql.ts';
import type { StoredReport } from './stored-report.ts';
import { list } from './values.ts';

/**
 * The client's verdict and confidence; `undefined` where the report does not list the client, lists something else than clients, or
 * is not there because the rule has not been evaluated.
 * Of several windows of a hunt the one with the highest confidence counts.
 */
export async function clientStanding(run: EngineRun, client: string, signal: AbortSignal): Promise<ClientStanding | undefined> {
  if (!run.hasReport || !isGroupedByClient(run.rule)) return undefined;
  const report = run.takeReport();
  try {
    for (const verdict of ['confirmed', 'undetermined'] as const) {
      const confidence = await confidenceIn(run, report.tables[verdict], client, signal);
      if (confidence !== undefined) return { verdict, confidence };
    }
    return undefined;
  } finally {
    await report.release();
  }
}

async function confidenceIn(run: EngineRun, report: StoredReport, client: string, signal: AbortSignal): Promise<number | undefined> {
  const { clients } = report;
  const isClient = sql`${columnAt(0)} = ${client}`;
  // Whoever is not listed needs no evidence to be looked up.
  const listed = await run.session(signal, (session) =>
    session.rows(sql`SELECT 1 FROM ${clients.all} AS clients WHERE ${isClient} LIMIT 1`),
  );
  if (listed.length === 0) return undefined;
  const whole = await report.whole((work) => run.session(signal, work));
  const place = whole.columns.length - 1;
  const confidence = whole.columns[place];
  if (confidence === undefined) return undefined;
  const column = columnAt(place);
  const order = confidence.order(column).map((key) => sql`${key} DESC`);
  const [found] = await run.session(signal, (session) =>
    session.rows(sql`SELECT ${confidence.text(column)} FROM ${whole.all} AS report WHERE ${isClient} ORDER BY ${list(order)} LIMIT 1`),
  );
  return found === undefined ? undefined : Number(found[0]);
}
