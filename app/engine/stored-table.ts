/** A table that the engine has made and will drop: kept as long as somebody uses it. */
import type { DuckSession } from './duck.ts';
import { columnList, type RowSource, type StoredColumn } from './row-source.ts';
import { Shared } from './shared.ts';
import { constant, type Sql, sql } from './sql.ts';

/** How a table is made and read. */
export interface StoredTableInput {
  /** The engine's name for it. */
  readonly table: Sql;
  readonly columns: readonly StoredColumn[];
  /** The statement whose rows are stored. */
  readonly statement: Sql;
  /**
   * How the table is read: a relation with `position`, `c0`, `c1`, …. Without it the statement has the columns `c0`, `c1`,
   * …, and its order is that of the rows: DuckDB numbers them so (`rowid`) and finds a range of numbers at once.
   */
  readonly relation?: Sql;
  /** Removes the table. */
  readonly drop: () => Promise<void>;
}

/** A stored table; it is dropped when its last user has released it. */
export class StoredTable extends Shared implements RowSource {
  readonly columns: readonly StoredColumn[];
  readonly rows: number;
  readonly all: Sql;

  private constructor(input: StoredTableInput, rows: number) {
    super(input.drop);
    this.columns = input.columns;
    this.rows = rows;
    this.all = input.relation ?? sql`(SELECT rowid AS position, ${columnList(input.columns)} FROM ${input.table})`;
  }

  /** Stores the rows of a statement. */
  static async create(session: DuckSession, input: StoredTableInput): Promise<StoredTable> {
    await session.run(sql`CREATE TABLE ${input.table} AS ${input.statement}`);
    const [rows] = await session.row(sql`SELECT count(*) FROM ${input.table}`);
    return new StoredTable(input, Number(rows));
  }

  slice(from: number, to: number): Sql {
    return sql`(SELECT * FROM ${this.all} AS stored WHERE position >= ${constant(from)} AND position < ${constant(to)})`;
  }
}
