/** A query file as one reading statement with named binds. */
import type { Result } from '../base/result.ts';
import { lex, type SqlProblem, type Token } from './lexer.ts';
import { findWriting, isTerminator } from './read-only-guard.ts';

/** One use of a bind: `sql.slice(start, end)` is `:name` as written. */
export interface BindOccurrence {
  /** Lower case. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** One SELECT or WITH. */
export interface ParsedStatement {
  /**
   * The text without byte order mark, with `\n` as line ends, and without terminators and comments at its end. What comes
   * before is untouched, so that a database's line numbers are those of the file.
   */
  readonly sql: string;
  /** Names of the binds, lower case, in order of first appearance. */
  readonly bindNames: readonly string[];
  /** All uses in order of appearance. */
  readonly occurrences: readonly BindOccurrence[];
}

/** A problem with its place in the file; line and column count from 1. */
export interface StatementProblem extends SqlProblem {
  readonly line: number;
  readonly column: number;
}

/** Reads the text of a query file. Never throws. */
export function parseStatement(text: string): Result<ParsedStatement, StatementProblem> {
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const parsed = parseNormalised(source);
  return parsed.ok ? parsed : { ok: false, error: { ...parsed.error, ...positionOf(source, parsed.error.offset) } };
}

/**
 * The statement's text with every `:name` replaced. `index` is the position of the name in `bindNames`, so the same name
 * gets the same number wherever it is used.
 */
export function rewriteBinds(statement: ParsedStatement, replace: (name: string, index: number) => string): string {
  const { sql, bindNames, occurrences } = statement;
  let rewritten = '';
  let from = 0;
  for (const { name, start, end } of occurrences) {
    rewritten += sql.slice(from, start);
    // `THEN:x` must not become the one word `THEN$1`.
    if (/[\p{L}\p{N}_$#]$/u.test(rewritten)) rewritten += ' ';
    rewritten += replace(name, bindNames.indexOf(name));
    from = end;
  }
  return rewritten + sql.slice(from);
}

function parseNormalised(source: string): Result<ParsedStatement, SqlProblem> {
  const lexed = lex(source);
  if (!lexed.ok) return lexed;
  const tokens = lexed.value.filter((token) => token.kind !== 'comment');
  const lastIndex = tokens.findLastIndex((token) => !isTerminator(source, token));
  const last = tokens[lastIndex];
  if (last === undefined) {
    const message = 'The file holds no statement.';
    return { ok: false, error: { kind: 'empty', offset: 0, message, action: 'Write one SELECT or WITH statement into it.' } };
  }
  const body = tokens.slice(0, lastIndex + 1);
  const problem = findWriting(source, body);
  if (problem !== undefined) return { ok: false, error: problem };
  const occurrences = body.filter((token) => token.kind === 'bind').map((token) => occurrenceOf(source, token));
  const bindNames = [...new Set(occurrences.map(({ name }) => name))];
  return { ok: true, value: { sql: source.slice(0, last.end), bindNames, occurrences } };
}

function occurrenceOf(source: string, { start, end }: Token): BindOccurrence {
  return { name: source.slice(start + 1, end).toLowerCase(), start, end };
}

/** Line and column of an offset, both counted from 1. */
export function positionOf(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
