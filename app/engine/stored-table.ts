/** A table that the engine has made and will drop: kept as long as somebody uses it. */
import type { DuckSession } from './duck.ts';
import { columnList, type RowSource, type StoredColumn } from './row-source.ts';
import { Shared } from './shared.ts';
import { constant, type Sql, sql } from './sql.ts';

/** Rows in the order in which they were stored; DuckDB numbers them so (`rowid`) and finds a range of numbers at once. */
export class StoredTable extends Shared implements RowSource {
  readonly columns: readonly StoredColumn[];
  readonly rows: number;
  readonly #table: Sql;

  private constructor(table: Sql, columns: readonly StoredColumn[], rows: number, drop: () => Promise<void>) {
    super(drop);
    this.#table = table;
    this.columns = columns;
    this.rows = rows;
  }

  /** Stores the rows of a statement whose columns are called `c0`, `c1`, …, in its order. `drop` removes the table when the last user is gone. */
  static async create(
    session: DuckSession,
    table: Sql,
    columns: readonly StoredColumn[],
    statement: Sql,
    drop: () => Promise<void>,
  ): Promise<StoredTable> {
    await session.run(sql`CREATE TABLE ${table} AS ${statement}`);
    const [rows] = await session.row(sql`SELECT count(*) FROM ${table}`);
    return new StoredTable(table, columns, Number(rows), drop);
  }

  get all(): Sql {
    return sql`(SELECT rowid AS position, ${columnList(this.columns)} FROM ${this.#table})`;
  }

  slice(from: number, to: number): Sql {
    return sql`(SELECT rowid AS position, ${columnList(this.columns)} FROM ${this.#table}
      WHERE rowid >= ${constant(from)} AND rowid < ${constant(to)})`;
  }
}
