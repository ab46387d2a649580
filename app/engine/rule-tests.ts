/**
 * Whether an event is one that a detection means, as SQL over the rows of a source.
 *
 * Texts are compared by SQL. Numbers, patterns, networks and parts of times are not: every database has an idea of its own of
 * them. Each distinct text of such a column is judged once by the rules' own `matchesValue`, and SQL only looks the answer up.
 */
import { matchesValue } from '../rules/match.ts';
import type { EventTest, PatternPart, ValueTest } from '../rules/rule.ts';
import type { AttachedSource } from './attached-source.ts';
import { columnAt } from './row-source.ts';
import type { RuleScratch } from './rule-scratch.ts';
import { joinSql, type Sql, sql } from './sql.ts';
import { cellText } from './values.ts';

/** The text of a field of a source's events; NULL where it has no such field. `user_id`, in any case, is the client. */
export function fieldText(source: AttachedSource, name: string): Sql {
  const folded = name.toLowerCase();
  if (folded === 'user_id') return sql`user_id`;
  const { columns } = source.input;
  const exact = columns.findIndex((column) => column.name === name);
  const place = exact >= 0 ? exact : columns.findIndex((column) => column.name.toLowerCase() === folded);
  const column = columns[place];
  return column === undefined ? sql`CAST(NULL AS VARCHAR)` : cellText(columnAt(place), column.kind);
}

/** Turns tests into conditions over `events`, a relation of {@link AttachedSource.eventsIn}; they are never NULL. */
export class TestCompiler {
  readonly #scratch: RuleScratch;
  readonly #source: AttachedSource;
  readonly #events: Sql;
  readonly #texts = new Map<string, Promise<readonly string[]>>();

  constructor(scratch: RuleScratch, source: AttachedSource, events: Sql) {
    this.#scratch = scratch;
    this.#source = source;
    this.#events = events;
  }

  async compile(test: EventTest): Promise<Sql> {
    switch (test.kind) {
      case 'all':
        return sql`(${joinSql(await this.#each(test.of), sql` AND `, sql`TRUE`)})`;
      case 'any':
        return sql`(${joinSql(await this.#each(test.of), sql` OR `, sql`FALSE`)})`;
      case 'not':
        return sql`(NOT ${await this.compile(test.of)})`;
      case 'field':
        return this.#value(test.test, test.field);
    }
  }

  async #each(tests: readonly EventTest[]): Promise<readonly Sql[]> {
    const pieces: Sql[] = [];
    for (const test of tests) pieces.push(await this.compile(test));
    return pieces;
  }

  async #value(test: ValueTest, field: string): Promise<Sql> {
    const text = fieldText(this.#source, field);
    switch (test.kind) {
      case 'null':
        return sql`(${text} IS NULL)`;
      case 'exists':
        return sql`(${text} IS NOT NULL)`;
      case 'text':
        return sql`coalesce(${textTest(text, test)}, FALSE)`;
      case 'boolean':
        return sql`coalesce(lower(${text}) = ${String(test.value)}, FALSE)`;
      case 'field':
        return sql`coalesce(${otherTest(text, fieldText(this.#source, test.other), test)}, FALSE)`;
      case 'number':
      case 'regex':
      case 'network':
      case 'time-part':
        return this.#judged(test, field, text);
    }
  }

  /** A look-up of texts that have been judged one by one. */
  async #judged(test: ValueTest, field: string, text: Sql): Promise<Sql> {
    const key = field.toLowerCase();
    const texts = this.#texts.get(key) ?? this.#scratch.distinctTexts(this.#events, text);
    this.#texts.set(key, texts);
    const fitting = (await texts).filter((value) => matchesValue(test, value, {}));
    if (fitting.length === 0) return sql`FALSE`;
    const table = await this.#scratch.storeTexts(
      'fitting',
      1,
      fitting.map((value) => [value]),
    );
    return sql`coalesce(${text} IN (SELECT v0 FROM ${table}), FALSE)`;
  }
}

function textTest(text: Sql, { pattern, cased }: ValueTest & { kind: 'text' }): Sql {
  const [only, ...more] = pattern;
  const left = cased ? text : sql`lower(${text})`;
  const fold = (right: string): Sql => (cased ? sql`${right}` : sql`lower(${right})`);
  if (only === undefined) return sql`${left} = ''`;
  if (only.kind === 'plain' && more.length === 0) return sql`${left} = ${fold(only.text)}`;
  return sql`${left} LIKE ${fold(likeOf(pattern))} ESCAPE '\\'`;
}

function likeOf(pattern: readonly PatternPart[]): string {
  return pattern.map((part) => (part.kind === 'any' ? '%' : part.kind === 'one' ? '_' : part.text.replace(/[\\%_]/g, '\\$&'))).join('');
}

function otherTest(text: Sql, other: Sql, { how, cased }: ValueTest & { kind: 'field' }): Sql {
  const [left, right] = cased ? [text, other] : [sql`lower(${text})`, sql`lower(${other})`];
  switch (how) {
    case 'equals':
      return sql`${left} = ${right}`;
    case 'contains':
      return sql`contains(${left}, ${right})`;
    case 'startswith':
      return sql`starts_with(${left}, ${right})`;
    case 'endswith':
      return sql`ends_with(${left}, ${right})`;
  }
}
