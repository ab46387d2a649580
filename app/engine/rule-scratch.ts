/** Tables that are needed while a rule is evaluated, and dropped when that is over. */
import type { DuckSession } from './duck.ts';
import { ownName, type Sql, sql } from './sql.ts';

/** How many texts are bound at a time. */
const batch = 50_000;

/** The tables of one evaluation. */
export class RuleScratch {
  readonly session: DuckSession;
  readonly #newTable: (kind: string) => Sql;
  readonly #tables: Sql[] = [];

  constructor(session: DuckSession, newTable: (kind: string) => Sql) {
    this.session = session;
    this.#newTable = newTable;
  }

  /** Stores the rows of a statement. */
  async store(kind: string, statement: Sql): Promise<Sql> {
    const table = this.#newTable(kind);
    this.#tables.push(table);
    await this.session.run(sql`CREATE TABLE ${table} AS ${statement}`);
    return table;
  }

  /** Stores rows of texts that were worked out here; the columns are `v0`, `v1`, …. */
  async storeTexts(kind: string, width: number, rows: readonly (readonly (string | null)[])[]): Promise<Sql> {
    const places = Array.from({ length: width }, (_, place) => place);
    const columns = (values: (place: number) => Sql): Sql => places.map(values).reduce((all, next) => sql`${all}, ${next}`);
    const name = (place: number): Sql => ownName(`v${String(place)}`);
    const table = await this.store(kind, sql`SELECT ${columns((place) => sql`CAST(NULL AS VARCHAR) AS ${name(place)}`)} WHERE FALSE`);
    for (let from = 0; from < rows.length; from += batch) {
      const some = rows.slice(from, from + batch);
      // NULL has no place in a list of texts: a zero byte stands for it, which no text of ours holds.
      const lists = columns((place) => sql`unnest(CAST(${some.map((row) => row[place] ?? '\0')} AS VARCHAR[])) AS ${name(place)}`);
      await this.session.run(
        sql`INSERT INTO ${table} SELECT ${columns((place) => sql`nullif(${name(place)}, chr(0))`)} FROM (SELECT ${lists}) AS given`,
      );
    }
    return table;
  }

  /** Each distinct text of a column that is not NULL. */
  async distinctTexts(relation: Sql, column: Sql): Promise<readonly string[]> {
    // The driver takes a byte order mark off the beginning of a text: something else stands there.
    const rows = await this.session.rows(sql`SELECT DISTINCT '.' || ${column} FROM ${relation} AS given WHERE ${column} IS NOT NULL`);
    return rows.map(([text]) => String(text).slice(1));
  }

  /** Takes a table out of what is dropped: whoever asks drops it. */
  keep(table: Sql): void {
    this.#tables.splice(this.#tables.indexOf(table), 1);
  }

  /** Drops what was stored. */
  async drop(): Promise<void> {
    for (const table of this.#tables.splice(0)) await this.session.run(sql`DROP TABLE IF EXISTS ${table}`);
  }
}
