/** The place in the engine where everything that is made for one run lies: names of its own, and gone with it as a whole. */
import type { Duck, DuckSession } from './duck.ts';
import type { RowSource } from './row-source.ts';
import { ownName, type Sql, sql } from './sql.ts';
import { StoredTable } from './stored-table.ts';

/** A schema of the database. What is removed is removed whatever else has been asked to stop. */
export class RunSchema {
  readonly #duck: Duck;
  readonly #name: Sql;
  readonly #forever = new AbortController().signal;
  #tables = 0;

  private constructor(duck: Duck, name: Sql) {
    this.#duck = duck;
    this.#name = name;
  }

  /** Makes it; `number` is unique within the engine. */
  static async create(duck: Duck, number: number): Promise<RunSchema> {
    const schema = new RunSchema(duck, ownName(`run_${String(number)}`));
    await schema.#run(sql`CREATE SCHEMA ${schema.#name}`);
    return schema;
  }

  /** A name that no other table of the run has. */
  newTable(kind: string): Sql {
    return sql`${this.#name}.${ownName(`${kind}_${String(this.#tables++)}`)}`;
  }

  /** Removes a table, where it is there. */
  async drop(table: Sql): Promise<void> {
    await this.#run(sql`DROP TABLE IF EXISTS ${table}`);
  }

  /** Does work that makes the table, which is removed where the work fails. */
  async makeOrDrop<T>(table: Sql, signal: AbortSignal, work: (session: DuckSession) => Promise<T>): Promise<T> {
    try {
      return await this.#duck.session(signal, work);
    } catch (error) {
      await this.drop(table).catch(() => undefined);
      throw error;
    }
  }

  /** Stores the rows of a statement, which has the columns of `base`. */
  store(kind: string, base: RowSource, statement: Sql, signal: AbortSignal): Promise<StoredTable> {
    const table = this.newTable(kind);
    return this.makeOrDrop(table, signal, (session) =>
      StoredTable.create(session, { table, columns: base.columns, statement, drop: () => this.drop(table) }),
    );
  }

  /** Removes everything in it. */
  async close(): Promise<void> {
    await this.#run(sql`DROP SCHEMA ${this.#name} CASCADE`);
  }

  #run(statement: Sql): Promise<unknown> {
    return this.#duck.session(this.#forever, (session) => session.run(statement));
  }
}
