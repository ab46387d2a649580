/**
 * Cuts the text of a query into tokens, so that nobody looks for binds or keywords inside a literal, a comment or a
 * quoted name.
 *
 * One lexer reads Oracle, PostgreSQL and DuckDB. Where they read the same text differently (a comment inside a comment,
 * blanks that are not ASCII) it is refused instead of guessed, because a wrong guess could hide a statement.
 */
import type { Result } from '../base/result.ts';

/** `quoted` is a quoted identifier; `bind` is `:name`; `symbol` is everything else, one character but for `::` and `:=`. */
export type TokenKind = 'word' | 'number' | 'string' | 'quoted' | 'bind' | 'symbol' | 'comment';

/** A piece of the text, from `start` (0-based) up to but without `end`. `depth` counts the brackets open around it. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
}

/** What keeps a text from being run. */
export type SqlProblemKind =
  | 'empty'
  | 'unterminated'
  | 'nested-comment'
  | 'character'
  | 'bracket'
  | 'bind'
  | 'several-statements'
  | 'not-a-query'
  | 'writes'
  | 'locks';

/** A problem at a place of the text (0-based offset in UTF-16 units), with a sentence about it and one about what to do. */
export interface SqlProblem {
  readonly kind: SqlProblemKind;
  readonly offset: number;
  readonly message: string;
  readonly action: string;
}

interface Scan {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Closing brackets that are still to come, innermost last, with the offsets of their opening ones. */
  readonly open: { readonly closer: string; readonly offset: number }[];
}

type Scanned = { readonly kind: TokenKind; readonly end: number } | SqlProblem;

const blanks = /[ \t\r\n\f\v]*/y;
const lineComment = /--[^\r\n]*/y;
const oracleQuoteStart = /n?q'/iy;
const escapeStringStart = /e'/iy;
const escapeStringBody = /[^'\\]*(?:(?:\\[^]|'')[^'\\]*)*'/y;
const dollarQuoteStart = /\$(?:[\p{L}_][\p{L}\p{N}\p{M}_]*)?\$/uy;
const number = /\d+(?:\.\d*)?(?:e[+-]?\d+)?/iy;
const word = /[\p{L}_][\p{L}\p{N}\p{M}_$#]*/uy;
const bindName = /:[A-Za-z_][A-Za-z0-9_$#]*(?![\p{L}\p{N}\p{M}])/uy;
const closerOf: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The tokens of a text in order, comments included, blanks left out; or the first problem. */
export function lex(text: string): Result<readonly Token[], SqlProblem> {
  const tokens: Token[] = [];
  const scan: Scan = { text, tokens, open: [] };
  for (let start = endOf(blanks, text, 0) ?? 0; start < text.length;) {
    const depthBefore = scan.open.length;
    const scanned = scanToken(scan, start);
    if ('message' in scanned) return { ok: false, error: scanned };
    tokens.push({ kind: scanned.kind, start, end: scanned.end, depth: Math.min(depthBefore, scan.open.length) });
    start = endOf(blanks, text, scanned.end) ?? scanned.end;
  }
  const unclosed = scan.open[0];
  if (unclosed === undefined) return { ok: true, value: tokens };
  return { ok: false, error: bracketProblem(unclosed.offset, `The ${text.charAt(unclosed.offset)} is never closed.`) };
}

function scanToken(scan: Scan, start: number): Scanned {
  const { text } = scan;
  const two = text.slice(start, start + 2);
  if (two === '--') return { kind: 'comment', end: endOf(lineComment, text, start) ?? start };
  if (two === '/*') return scanBlockComment(text, start);
  const afterQ = endOf(oracleQuoteStart, text, start);
  if (afterQ !== undefined) return scanOracleQuote(text, start, afterQ);
  const afterE = endOf(escapeStringStart, text, start);
  if (afterE !== undefined) return closed('string', start, endOf(escapeStringBody, text, afterE));
  const [first] = two;
  if (first === "'") return closed('string', start, endOfDoubled(text, start, "'"));
  if (first === '"') return closed('quoted', start, endOfDoubled(text, start, '"'));
  if (first === '$') return scanDollar(text, start);
  if (first === ':') return scanColon(scan, start);
  const afterNumber = endOf(number, text, start);
  if (afterNumber !== undefined) return { kind: 'number', end: afterNumber };
  const afterWord = endOf(word, text, start);
  if (afterWord !== undefined) return { kind: 'word', end: afterWord };
  return scanSymbol(scan, start);
}

/** PostgreSQL and DuckDB nest block comments, Oracle does not: what such a text means depends on who reads it. */
function scanBlockComment(text: string, start: number): Scanned {
  const close = text.indexOf('*/', start + 2);
  if (close === -1) return unterminated('comment', start);
  const inner = text.slice(start + 2, close).indexOf('/*');
  if (inner === -1) return { kind: 'comment', end: close + 2 };
  return {
    kind: 'nested-comment',
    offset: start + 2 + inner,
    message: 'There is a /* inside a comment, which databases read in different ways.',
    action: 'Take the inner /* out of the comment.',
  };
}

/** `q'[…]'`: between the delimiter after the quote and its partner followed by a quote, nothing has a meaning. */
function scanOracleQuote(text: string, start: number, afterQuote: number): Scanned {
  const opener = String.fromCodePoint(text.codePointAt(afterQuote) ?? 0x20);
  if (/\s/.test(opener)) return unterminated('string', start);
  const closer = opener === '<' ? '>' : (closerOf[opener] ?? opener);
  const close = text.indexOf(`${closer}'`, afterQuote + opener.length);
  return close === -1 ? unterminated('string', start) : { kind: 'string', end: close + closer.length + 1 };
}

function scanDollar(text: string, start: number): Scanned {
  const afterTag = endOf(dollarQuoteStart, text, start);
  if (afterTag === undefined) return bindProblem(start, 'A parameter written with $ is not understood.');
  const tag = text.slice(start, afterTag);
  const close = text.indexOf(tag, afterTag);
  return close === -1 ? unterminated('string', start) : { kind: 'string', end: close + tag.length };
}

function scanColon(scan: Scan, start: number): Scanned {
  const { text, open } = scan;
  const next = text.charAt(start + 1);
  if (next === ':' || next === '=') return { kind: 'symbol', end: start + 2 };
  const separator: Scanned = { kind: 'symbol', end: start + 1 };
  if (isSeparator(scan, start)) return separator;
  const afterName = endOf(bindName, text, start);
  if (afterName !== undefined) return { kind: 'bind', end: afterName };
  const isInside = open.at(-1)?.closer === ']' || open.at(-1)?.closer === '}';
  if (!isInside && /["\w]|\P{ASCII}/u.test(next)) return bindProblem(start, 'This bind variable has no plain name.');
  return separator;
}

/**
 * Whether the colon separates two operands (`[1:n]`, `{'a':b}`, `JSON_OBJECT('a':b)`) and so begins no bind. After a
 * literal or a closing `]` a bind can never stand; after a name it can where the name is a keyword (`THEN :x`), so there
 * only a colon set tight inside `[…]` or `{…}` counts.
 */
function isSeparator({ text, tokens, open }: Scan, start: number): boolean {
  const previous = tokens.findLast((token) => token.kind !== 'comment');
  if (previous === undefined) return false;
  const last = text.charAt(previous.end - 1);
  if (previous.kind === 'string' || previous.kind === 'number' || previous.kind === 'quoted') return true;
  if (previous.kind === 'symbol' && (last === ']' || last === '}')) return true;
  const closer = open.at(-1)?.closer;
  const isTight = previous.end === start && (closer === ']' || closer === '}');
  return isTight && (previous.kind === 'word' || previous.kind === 'bind' || last === ')');
}

function scanSymbol({ text, open }: Scan, start: number): Scanned {
  const character = text.charAt(start);
  const closer = closerOf[character];
  if (closer !== undefined) open.push({ closer, offset: start });
  else if (character === ')' || character === ']' || character === '}') {
    if (open.pop()?.closer !== character) return bracketProblem(start, `The ${character} closes nothing that is open.`);
  }
  if (character > ' ' && character <= '~') return { kind: 'symbol', end: start + 1 };
  const code = text.codePointAt(start) ?? 0;
  return {
    kind: 'character',
    offset: start,
    message: `The character U+${code.toString(16).toUpperCase().padStart(4, '0')} stands outside of any literal.`,
    action: 'Write it anew with the keyboard: word processors put special blanks and quotes in.',
  };
}

function endOfDoubled(text: string, start: number, quote: string): number | undefined {
  for (let at = text.indexOf(quote, start + 1); at !== -1; at = text.indexOf(quote, at + 2)) {
    if (text.charAt(at + 1) !== quote) return at + 1;
  }
  return undefined;
}

function closed(kind: 'string' | 'quoted', start: number, end: number | undefined): Scanned {
  return end === undefined ? unterminated(kind, start) : { kind, end };
}

function unterminated(kind: 'string' | 'quoted' | 'comment', offset: number): SqlProblem {
  const what = { string: 'text literal', quoted: 'quoted name', comment: 'comment' }[kind];
  return { kind: 'unterminated', offset, message: `The ${what} that begins here never ends.`, action: `Close the ${what}.` };
}

function bracketProblem(offset: number, message: string): SqlProblem {
  return { kind: 'bracket', offset, message, action: 'Check the brackets of the statement.' };
}

function bindProblem(offset: number, message: string): SqlProblem {
  return { kind: 'bind', offset, message, action: 'Write bind variables as :name, with ASCII letters, digits and underscores.' };
}

/** Where a sticky pattern that begins at `start` ends, or `undefined` where it does not match there. */
function endOf(pattern: RegExp, text: string, start: number): number | undefined {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
