/**
 * Just enough of SQL's spelling to find what the wire does not carry: bind names (binds are sent by occurrence, without
 * a name), and words outside literals, comments and quoted identifiers.
 */

/** A piece of a statement. Pieces follow each other without gaps. */
export interface SqlPiece {
  readonly kind: 'text' | 'word' | 'bind' | 'literal' | 'quoted' | 'comment';
  readonly start: number;
  readonly end: number;
}

const closers: Readonly<Record<string, string>> = { '[': ']', '{': '}', '(': ')', '<': '>' };
const wordStart = /[\p{L}]/u;
const wordPart = /[\p{L}\p{N}_$#]/u;
const bindStart = /[\p{L}\p{N}"]/u;

/** Cuts a statement into pieces. Unclosed literals and comments run to the end. */
export function sqlPieces(sql: string): SqlPiece[] {
  const pieces: SqlPiece[] = [];
  let textStart = 0;
  let at = 0;
  let afterLiteral = false;
  while (at < sql.length) {
    const piece = pieceAt(sql, at, afterLiteral);
    if (piece === undefined) {
      if (!/\s/.test(sql.charAt(at))) afterLiteral = false;
      at += 1;
      continue;
    }
    if (textStart < at) pieces.push({ kind: 'text', start: textStart, end: at });
    pieces.push(piece);
    // A colon straight after a string literal belongs to JSON syntax, never to a bind.
    afterLiteral = piece.kind === 'literal' || (piece.kind === 'comment' && afterLiteral);
    at = piece.end;
    textStart = at;
  }
  if (textStart < sql.length) pieces.push({ kind: 'text', start: textStart, end: sql.length });
  return pieces;
}

/** One bind occurrence: its name in upper case (exactly as written where quoted) and where it stands. */
export interface BindOccurrence {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** All bind occurrences in order, repeats included. */
export function bindOccurrences(sql: string): BindOccurrence[] {
  return sqlPieces(sql)
    .filter((piece) => piece.kind === 'bind')
    .map(({ start, end }) => {
      const written = sql.slice(start + 1, end).trim();
      return { start, end, name: written.startsWith('"') ? written.slice(1, -1) : written.toUpperCase() };
    });
}

/** The first word of a statement in upper case, such as `SELECT`; empty where there is none. */
export function firstWord(sql: string): string {
  const piece = sqlPieces(sql).find(({ kind }) => kind === 'word');
  return piece === undefined ? '' : sql.slice(piece.start, piece.end).toUpperCase();
}

function pieceAt(sql: string, at: number, afterLiteral: boolean): SqlPiece | undefined {
  const char = sql.charAt(at);
  const next = sql.charAt(at + 1);
  if (char === "'") return { kind: 'literal', start: at, end: closing(sql, at + 1, "'") };
  if (char === '"') return { kind: 'quoted', start: at, end: closing(sql, at + 1, '"') };
  if (char === '-' && next === '-') return { kind: 'comment', start: at, end: closing(sql, at + 2, '\n') };
  if (char === '/' && next === '*') return { kind: 'comment', start: at, end: closing(sql, at + 2, '*/') };
  if (char === ':' && !afterLiteral) return bindAt(sql, at);
  return wordStart.test(char) ? wordAt(sql, at) : undefined;
}

function wordAt(sql: string, at: number): SqlPiece {
  const end = runEnd(sql, at + 1, wordPart);
  if (!/^n?q$/i.test(sql.slice(at, end)) || sql.charAt(end) !== "'") return { kind: 'word', start: at, end };
  const opener = sql.charAt(end + 1);
  return { kind: 'literal', start: at, end: closing(sql, end + 2, `${closers[opener] ?? opener}'`) };
}

function bindAt(sql: string, at: number): SqlPiece | undefined {
  let start = at + 1;
  while (/\s/.test(sql.charAt(start))) start += 1;
  const first = sql.charAt(start);
  if (first === '' || !bindStart.test(first)) return undefined;
  if (first === '"') return { kind: 'bind', start: at, end: closing(sql, start + 1, '"') };
  const part = /\p{N}/u.test(first) ? /\p{N}/u : wordPart;
  return { kind: 'bind', start: at, end: runEnd(sql, start + 1, part) };
}

function closing(sql: string, from: number, closer: string): number {
  const found = sql.indexOf(closer, from);
  return found < 0 ? sql.length : found + closer.length;
}

function runEnd(sql: string, from: number, part: RegExp): number {
  let end = from;
  while (end < sql.length && part.test(sql.charAt(end))) end += 1;
  return end;
}
