/**
 * The clients of one verdict as they are kept: with their events at once, with the evidence of each event when somebody first reads it.
 * A run is evaluated after each answer, and most of these reports nobody reads; looking up evidence took as long as the rule itself.
 */
import type { DuckSession } from './duck.ts';
import { relationOf, type RowSource } from './row-source.ts';
import { listedClients, reportColumns, type ReportInput, reportRelation, reportStatement, type Verdict } from './report-table.ts';
import { Serial } from './serial.ts';
import { Shared } from './shared.ts';
import { type Sql, sql } from './sql.ts';

/** Does work on a connection; an abort of whoever asked interrupts it. */
export type InSession = <T>(work: (session: DuckSession) => Promise<T>) => Promise<T>;

/** Tables of a run: made under new names, and dropped. */
export interface TableNames {
  readonly newTable: (kind: string) => Sql;
  readonly drop: (table: Sql) => Promise<void>;
}

/** One verdict of a report; its tables are dropped when its last user has released it. The sources must stay as long. */
export class StoredReport extends Shared {
  readonly rows: number;
  /** Every column but the evidence and the confidence, which are the last ones. */
  readonly clients: RowSource;
  readonly #making = new Serial();
  readonly #make: (inSession: InSession) => Promise<RowSource>;
  #whole: RowSource | undefined;

  private constructor(clients: RowSource, make: (inSession: InSession) => Promise<RowSource>, remove: () => Promise<void>) {
    super(remove);
    this.rows = clients.rows;
    this.clients = clients;
    this.#make = make;
  }

  /** Sorts and stores the clients of a verdict. */
  static async create(session: DuckSession, input: ReportInput, verdict: Verdict, { newTable, drop }: TableNames): Promise<StoredReport> {
    const listed = newTable('listed');
    try {
      await session.run(sql`CREATE TABLE ${listed} AS ${listedClients(input, verdict)}`);
      const [count] = await session.row(sql`SELECT count(*) FROM ${listed}`);
      const rows = Number(count);
      const { columns, later } = reportColumns(input, verdict);
      const relation = reportRelation(input, verdict, sql`(SELECT rowid AS position, * FROM ${listed})`, 'clients');
      const clients = relationOf(columns.slice(0, columns.length - later), rows, relation);
      const tables = [listed];
      const make = async (inSession: InSession): Promise<RowSource> => {
        if (later === 0) return clients;
        const table = newTable(verdict);
        tables.push(table);
        const statement = reportStatement(input, { table: listed, isEmpty: rows === 0 });
        await inSession((own) => own.run(sql`CREATE TABLE ${table} AS ${statement}`));
        return relationOf(columns, rows, reportRelation(input, verdict, table, 'whole'));
      };
      return new StoredReport(clients, make, async () => {
        for (const table of tables) await drop(table);
      });
    } catch (error) {
      await drop(listed).catch(() => undefined);
      throw error;
    }
  }

  /** All columns. The evidence is looked up once; where that was aborted, whoever asks next begins anew. */
  whole(inSession: InSession): Promise<RowSource> {
    return this.#making.run(async () => {
      this.#whole ??= await this.#make(inSession);
      return this.#whole;
    });
  }
}
