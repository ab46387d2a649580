/** The ids of the clients that a run lists, without the rest of the report. */
import type { EngineMethods } from './engine.ts';
import type { EngineRun } from './engine-run.ts';
import { columnAt, type RowSource } from './row-source.ts';
import { constant, sql } from './sql.ts';

/** The client stands in the first column of both tables. */
export async function verdictIds(run: EngineRun, limit: number, signal: AbortSignal): Promise<EngineMethods['verdicts']['output']> {
  const report = await run.takeReport();
  try {
    const ids = async (source: RowSource, most: number): Promise<readonly string[]> => {
      if (most <= 0) return [];
      const rows = await run.session(signal, (session) =>
        session.rows(sql`SELECT ${columnAt(0)} FROM ${source.all} ORDER BY position LIMIT ${constant(most)}`),
      );
      return rows.map(([id]) => String(id));
    };
    const confirmed = await ids(report.tables.confirmed.clients, limit);
    const undetermined = await ids(report.tables.undetermined.clients, limit - confirmed.length);
    return { confirmed, undetermined, isCut: report.tables.confirmed.rows + report.tables.undetermined.rows > limit };
  } finally {
    await report.release();
  }
}
