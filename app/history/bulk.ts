/**
 * Many rows by few statements. The query builder takes longer to make the text of a statement with thousands of parameters than
 * SQLite takes to carry it out, so each text is made once for its shape, with the rows counted in powers of two, and kept.
 */
import { type Compilable, CompiledQuery, type Transaction } from 'kysely';
import type { HistorySchema } from './schema.ts';

type Trx = Transaction<HistorySchema>;

/** Rows of a statement at most: few enough for every store's limit of parameters, and a power of two. */
const rowsAtATime = 64;

/** The statements of one open store. */
export class BulkStatements {
  readonly #texts = new Map<string, string>();

  /**
   * Inserts rows that all have the same columns. `build` makes the statement for some of them; all values have to be parameters,
   * row by row. `name` stands for what `build` does, and differs where it does something else.
   */
  async insert<R extends object>(trx: Trx, name: string, rows: readonly R[], build: (rows: readonly R[]) => Compilable): Promise<void> {
    const [first] = rows;
    if (first === undefined) return;
    const columns = Object.keys(first) as (keyof R & string)[];
    const key = `${name} ${columns.join(' ')}`;
    for (const some of inPowersOfTwo(rows)) {
      const parameters: unknown[] = [];
      for (const row of some) for (const column of columns) parameters.push(row[column]);
      await trx.executeQuery(
        CompiledQuery.raw(
          this.#text(`${key} ${String(some.length)}`, () => build(some)),
          parameters,
        ),
      );
    }
  }

  /** Asks about some values at a time; `build` makes the question for some of them, which are its first parameters. */
  async ask<T>(
    trx: Trx,
    name: string,
    values: readonly string[],
    build: (values: readonly string[]) => Compilable<T>,
  ): Promise<readonly T[]> {
    const answers: (readonly T[])[] = [];
    for (const some of inPowersOfTwo(values)) {
      const text = this.#text(`${name} ${String(some.length)}`, () => build(some));
      const { rows } = await trx.executeQuery<T>(CompiledQuery.raw(text, [...some]));
      answers.push(rows);
    }
    return answers.flat();
  }

  #text(key: string, build: () => Compilable): string {
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const { sql } = build().compile();
    this.#texts.set(key, sql);
    return sql;
  }
}

/** The items in lists of 64, and what is left in lists of 32, 16, 8, 4, 2 and 1: few lengths, and so few texts. */
function* inPowersOfTwo<T>(items: readonly T[]): Generator<readonly T[]> {
  let size = rowsAtATime;
  for (let start = 0; start < items.length; start += size) {
    while (size > items.length - start) size /= 2;
    yield items.slice(start, start + size);
  }
}
