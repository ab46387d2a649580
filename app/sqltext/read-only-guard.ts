/**
 * Refuses every text that is not one reading statement. It guards against mistakes (the wrong file, a forgotten
 * `FOR UPDATE`); against malice stand the account's rights and the read-only session.
 */
import type { SqlProblem, Token } from './lexer.ts';

const writingWords: ReadonlySet<string> = new Set(
  'INSERT UPDATE DELETE MERGE REPLACE TRUNCATE CREATE ALTER DROP CALL EXECUTE COPY'.split(' '),
);

/** The statement's tokens as the guard looks at them. */
interface Words {
  readonly tokens: readonly Token[];
  /** The token in upper case where it is a bare word or symbol, else ''. A word after a dot is a name and never a keyword. */
  at(index: number): string;
}

/** The first reason why this is not one reading statement. `tokens` come without comments and trailing terminators. */
export function findWriting(text: string, tokens: readonly Token[]): SqlProblem | undefined {
  const words: Words = { tokens, at: (index) => keywordAt(text, tokens, index) };
  return notAQuery(words) ?? functionInWith(words) ?? secondStatement(text, words) ?? writingInWith(words) ?? intoOrLock(words);
}

/** Whether the token ends a statement: a semicolon, or a slash alone on its line as in SQL*Plus. */
export function isTerminator(text: string, token: Token): boolean {
  if (token.kind !== 'symbol') return false;
  const symbol = text.slice(token.start, token.end);
  if (symbol === ';') return true;
  if (symbol !== '/') return false;
  const lineEnd = text.indexOf('\n', token.end);
  const line = text.slice(text.lastIndexOf('\n', token.start) + 1, lineEnd === -1 ? text.length : lineEnd);
  return line.trim() === '/';
}

function notAQuery(words: Words): SqlProblem | undefined {
  const first = words.at(0);
  if (first === 'SELECT' || first === 'WITH') return undefined;
  return problem(
    'not-a-query',
    words,
    0,
    first === '' ? 'The statement does not begin with SELECT or WITH.' : `The statement begins with ${first}.`,
    'Reduce the file to one statement that begins with SELECT or WITH.',
  );
}

/** Oracle takes procedural code in a WITH clause; it could do anything, and its semicolons would look like statement ends. */
function functionInWith(words: Words): SqlProblem | undefined {
  return find(words, (index) => {
    const next = words.at(index + 1);
    if (words.at(index) !== 'WITH' || (next !== 'FUNCTION' && next !== 'PROCEDURE')) return undefined;
    return problem('writes', words, index, `WITH ${next} declares procedural code.`, 'Write the statement without it.');
  });
}

function secondStatement(text: string, words: Words): SqlProblem | undefined {
  return find(words, (index) => {
    const token = words.tokens[index];
    if (token === undefined || !isTerminator(text, token)) return undefined;
    return problem('several-statements', words, index, 'A statement ends here and more follows.', 'Keep one statement in the file.');
  });
}

/** In a WITH, be it within another one, a statement stands behind `AS [[NOT] MATERIALIZED] (` and behind the last of the named parts. */
function writingInWith(words: Words): SqlProblem | undefined {
  return find(words, (index) => {
    if (words.at(index) === 'AS') return writingInPart(words, index + 1);
    const isFirst = index === 0 || words.at(index - 1) === '(';
    return isFirst && words.at(index) === 'WITH' ? writingBehindParts(words, index) : undefined;
  });
}

function writingInPart(words: Words, start: number): SqlProblem | undefined {
  let at = start;
  while (words.at(at) === 'NOT' || words.at(at) === 'MATERIALIZED') at++;
  if (words.at(at) !== '(') return undefined;
  while (words.at(at) === '(') at++;
  return writingWords.has(words.at(at)) ? writing(words, at) : undefined;
}

/** The statement to which the WITH belongs is the first one that stands as deep as it, before its bracket is closed. */
function writingBehindParts(words: Words, start: number): SqlProblem | undefined {
  const { tokens } = words;
  const depth = tokens[start]?.depth ?? 0;
  for (let at = start; (tokens[at]?.depth ?? -1) >= depth; at++) {
    if (tokens[at]?.depth !== depth) continue;
    if (writingWords.has(words.at(at))) return writing(words, at);
    if (words.at(at) === 'SELECT') return undefined;
  }
  return undefined;
}

function intoOrLock(words: Words): SqlProblem | undefined {
  return find(words, (index) => {
    const keyword = words.at(index);
    if (keyword === 'INTO') return problem('writes', words, index, 'SELECT … INTO makes a table.', 'Take the INTO clause out.');
    if (keyword !== 'FOR') return undefined;
    const rest = [1, 2, 3].map((step) => words.at(index + step)).join(' ');
    if (!/^(?:UPDATE|SHARE|NO KEY UPDATE|KEY SHARE)\b/.test(rest)) return undefined;
    return problem('locks', words, index, 'The statement locks rows.', 'Take the FOR UPDATE or FOR SHARE clause out.');
  });
}

function find(words: Words, test: (index: number) => SqlProblem | undefined): SqlProblem | undefined {
  for (let index = 0; index < words.tokens.length; index++) {
    const found = test(index);
    if (found !== undefined) return found;
  }
  return undefined;
}

function writing(words: Words, index: number): SqlProblem {
  return problem(
    'writes',
    words,
    index,
    `The statement changes data: ${words.at(index)}.`,
    'Reduce the file to a statement that only reads.',
  );
}

function problem(kind: SqlProblem['kind'], words: Words, index: number, message: string, action: string): SqlProblem {
  return { kind, offset: words.tokens[index]?.start ?? 0, message, action };
}

function keywordAt(text: string, tokens: readonly Token[], index: number): string {
  const token = tokens[index];
  if (token === undefined || (token.kind !== 'word' && token.kind !== 'symbol')) return '';
  const before = tokens[index - 1];
  if (token.kind === 'word' && before?.kind === 'symbol' && text.charAt(before.start) === '.') return '';
  // Only ASCII letters are raised: the databases do not take "ſelect" for SELECT.
  return text.slice(token.start, token.end).replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}
