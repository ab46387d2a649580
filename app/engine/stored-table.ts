/** A table that the engine has made and will drop: kept as long as somebody uses it. */
import type { DuckSession } from './duck.ts';
import { columnList, relationOf, type RowSource, type StoredColumn } from './row-source.ts';
import { Shared } from './shared.ts';
import { type Sql, sql } from './sql.ts';

/** How a table is made and read. */
export interface StoredTableInput {
  /** The engine's name for it. */
  readonly table: Sql;
  readonly columns: readonly StoredColumn[];
  /** The columns `c0`, `c1`, …, in the order of the rows: DuckDB numbers them so (`rowid`) and finds a range of numbers at once. */
  readonly statement: Sql;
  /** Removes the table. */
  readonly drop: () => Promise<void>;
}

/** A stored table; it is dropped when its last user has released it. */
export class StoredTable extends Shared implements RowSource {
  readonly columns: readonly StoredColumn[];
  readonly rows: number;
  readonly all: Sql;
  readonly slice: RowSource['slice'];

  private constructor(input: StoredTableInput, rows: number) {
    super(input.drop);
    const source = relationOf(input.columns, rows, sql`(SELECT rowid AS position, ${columnList(input.columns)} FROM ${input.table})`);
    this.columns = source.columns;
    this.rows = source.rows;
    this.all = source.all;
    this.slice = source.slice;
  }

  /** Stores the rows of a statement. */
  static async create(session: DuckSession, input: StoredTableInput): Promise<StoredTable> {
    await session.run(sql`CREATE TABLE ${input.table} AS ${input.statement}`);
    const [rows] = await session.row(sql`SELECT count(*) FROM ${input.table}`);
    return new StoredTable(input, Number(rows));
  }
}
