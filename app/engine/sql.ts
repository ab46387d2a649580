/**
 * Statements put together from pieces. Whatever is not itself a piece is bound as a value, so no name, text or path that
 * comes from a database, a configuration or a person ever becomes part of a statement's text.
 */
import { type DuckDBValue, listValue } from '@duckdb/node-api';

/** A piece of SQL with the values that its `?` places stand for. */
export class Sql {
  readonly texts: readonly string[];
  readonly values: readonly DuckDBValue[];

  /** `texts` has one element more than `values`: the values stand between them. */
  constructor(texts: readonly string[], values: readonly DuckDBValue[]) {
    this.texts = texts;
    this.values = values;
  }

  /** The text with numbered places, as the driver takes it. */
  get text(): string {
    return this.texts.reduce((text, part, place) => `${text}$${String(place)}${part}`);
  }
}

/** What may stand in `${…}`: another piece, which is inserted, or a value, which is bound. Lists of text bind as one list value. */
type SqlPart = Sql | string | number | bigint | boolean | null | readonly string[] | readonly bigint[];

/** A statement or a piece of one: sql`SELECT ${column} FROM ${table} WHERE x = ${value}`. */
export function sql(strings: TemplateStringsArray, ...parts: readonly SqlPart[]): Sql {
  const texts: string[] = [strings[0] ?? ''];
  const values: DuckDBValue[] = [];
  const addText = (text: string): void => {
    texts[texts.length - 1] = `${texts.at(-1) ?? ''}${text}`;
  };
  parts.forEach((part, place) => {
    if (part instanceof Sql) {
      part.texts.forEach((text, position) => {
        if (position > 0) texts.push('');
        addText(text);
      });
      values.push(...part.values);
    } else {
      values.push(typeof part === 'object' && part !== null ? listValue([...part]) : part);
      texts.push('');
    }
    addText(strings[place + 1] ?? '');
  });
  return new Sql(texts, values);
}

/** Pieces with a separator between them; `empty` where there are none. */
export function joinSql(pieces: readonly Sql[], separator: Sql, empty: Sql = sql``): Sql {
  const [first, ...rest] = pieces;
  return first === undefined ? empty : rest.reduce((joined, piece) => sql`${joined}${separator}${piece}`, first);
}

/** A name that the engine itself has made up (`c3`, `events_7`). @throws Error for anything else: a mistake in the program. */
export function ownName(name: string): Sql {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`not a name of the engine's own: ${name}`);
  return new Sql([name], []);
}

/** A constant of the program's own as part of the text, where a bound value would hide it from the optimiser. */
export function constant(value: bigint | number): Sql {
  return new Sql([`(${value.toString()})`], []);
}
