/** The ids of the clients that a run lists, without the rest of the report. */
import { groupId } from '../model/group-id.ts';
import type { EngineMethods } from './engine.ts';
import type { EngineRun } from './engine-run.ts';
import { columnAt, type RowSource } from './row-source.ts';
import { constant, sql } from './sql.ts';
import { list } from './values.ts';

/**
 * What is told of by a rule stands in the first columns of both tables, one a field by which its events are grouped: a client, or for a
 * rule of several fields their values together. A rule without fields tells of all events as one.
 */
export async function verdictIds(run: EngineRun, limit: number, signal: AbortSignal): Promise<EngineMethods['verdicts']['output']> {
  const fields = run.plan.rule.groupBy.map((_, place) => columnAt(place));
  const report = run.takeReport();
  try {
    const ids = async (source: RowSource, most: number): Promise<readonly string[]> => {
      if (most <= 0) return [];
      const rows = await run.session(signal, (session) =>
        session.rows(sql`SELECT ${list([constant(0), ...fields])} FROM ${source.all} ORDER BY position LIMIT ${constant(most)}`),
      );
      return rows.map(([, ...values]) => groupId(values.map(String)));
    };
    const confirmed = await ids(report.tables.confirmed.clients, limit);
    const undetermined = await ids(report.tables.undetermined.clients, limit - confirmed.length);
    return { confirmed, undetermined, isCut: report.tables.confirmed.rows + report.tables.undetermined.rows > limit };
  } finally {
    await report.release();
  }
}
