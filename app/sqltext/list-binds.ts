/** Where a bind variable that is a list of values may stand. */
import { lex, type Token } from './lexer.ts';
import { type ParsedStatement, positionOf, type StatementProblem } from './statement.ts';

/**
 * What is wrong with the uses of a bind that is a list: it may only stand alone in the brackets of an `IN`, and there it may only
 * choose rows.
 *
 * A long list is asked for in several statements whose answers are united. That is the whole answer where more values can
 * only bring more rows. Under a `NOT` or after `EXCEPT` it would be wrong, because a row that one part excludes comes in
 * with another; so it would where rows are made of whether a value is in the list (a `CASE`, an outer join), because each part
 * gives its own rows.
 * @param name lower case, without the colon
 */
export function listBindProblems(statement: ParsedStatement, name: string): readonly StatementProblem[] {
  const words = wordsOf(statement);
  return usesOf(statement, words, name).flatMap(({ start, at }) => {
    const [message, action] = problemOf(words, at, name) ?? [];
    if (message === undefined || action === undefined) return [];
    return [{ kind: 'bind' as const, offset: start, message, action, ...positionOf(statement.sql, start) }];
  });
}

/**
 * Whether a row of the answer is there because of one value of the list and of no other: the list is a condition of the whole
 * statement that stands beside others with AND. Then parts of a list of different values give different rows, and an empty
 * list gives none.
 * @param name lower case, without the colon
 */
export function isFilter(statement: ParsedStatement, name: string): boolean {
  const words = wordsOf(statement);
  const uses = usesOf(statement, words, name);
  const [use] = uses;
  if (use === undefined || uses.length > 1 || words[use.at]?.depth !== 1) return false;
  const outer = words.filter(({ depth }) => depth === 0);
  if (outer.some(({ text }) => unitesRows.has(text))) return false;
  return clauseOf(words, use.at - 1, 0)?.text === 'WHERE';
}

/** A token that is no comment, in upper case. */
interface Word {
  readonly text: string;
  readonly start: number;
  readonly depth: number;
}

/** Where these stand, one row may be there because of several values. */
const unitesRows: ReadonlySet<string> = new Set([
  ...['OR', 'UNION', 'INTERSECT', 'EXCEPT', 'MINUS', 'DISTINCT', 'UNIQUE', 'GROUP', 'HAVING', 'CONNECT'],
]);
/** Words before which another condition begins: what is denied there does not concern this one. */
const borders: ReadonlySet<string> = new Set(['AND', 'OR', 'WHERE', 'ON', 'HAVING', 'WHEN', 'THEN', 'ELSE', 'SELECT', ',']);
const differences: ReadonlySet<string> = new Set(['EXCEPT', 'MINUS']);
/** Words with which a part of a statement begins. */
const clauses: ReadonlySet<string> = new Set(['SELECT', 'FROM', 'JOIN', 'ON', 'WHERE', 'HAVING', 'BY', 'WITH', 'CASE', 'USING']);
const outerJoins: ReadonlySet<string> = new Set(['LEFT', 'RIGHT', 'FULL', 'OUTER']);

function wordsOf({ sql }: ParsedStatement): readonly Word[] {
  const lexed = lex(sql);
  const tokens: readonly Token[] = lexed.ok ? lexed.value.filter((token) => token.kind !== 'comment') : [];
  return tokens.map(({ start, end, depth }) => ({ text: sql.slice(start, end).toUpperCase(), start, depth }));
}

function usesOf({ occurrences }: ParsedStatement, words: readonly Word[], name: string): readonly { start: number; at: number }[] {
  return occurrences
    .filter((occurrence) => occurrence.name === name)
    .map(({ start }) => ({ start, at: words.findIndex((word) => word.start === start) }));
}

function problemOf(words: readonly Word[], at: number, name: string): readonly [message: string, action: string] | undefined {
  const textAt = (index: number): string => words[index]?.text ?? '';
  if (textAt(at - 2) !== 'IN' || textAt(at - 1) !== '(' || textAt(at + 1) !== ')') {
    const message = `:${name} is a list of values and stands where one value is expected.`;
    return [message, `Write IN (:${name}), with nothing else in the brackets.`];
  }
  const inParts = `:${name} is a list that may come in parts, and`;
  if (isDenied(words, at - 2)) return [`${inParts} a part of it cannot exclude.`, 'Ask without NOT, EXCEPT and MINUS around it.'];
  if (choosesRows(words, at - 2)) return undefined;
  return [`${inParts} here each part would give rows of its own.`, 'Ask with it in a WHERE, outside of CASE and of outer joins.'];
}

/** Goes from a condition to the left and out of its brackets, and looks for what turns its meaning round. */
function isDenied(words: readonly Word[], from: number): boolean {
  let depth = words[from]?.depth ?? 0;
  let isOfCondition = true;
  for (const word of words.slice(0, from).reverse()) {
    if (word.depth > depth) continue;
    if (word.depth < depth) {
      depth = word.depth;
      isOfCondition = true;
      continue;
    }
    if (differences.has(word.text) || (isOfCondition && word.text === 'NOT')) return true;
    if (borders.has(word.text)) isOfCondition = false;
  }
  return false;
}

/** Whether the condition, and every bracket around it, stands where rows are chosen. */
function choosesRows(words: readonly Word[], from: number): boolean {
  let at = from;
  for (let depth = words[from]?.depth ?? 0; depth >= 0; depth--) {
    const clause = clauseOf(words, at, depth);
    if (clause !== undefined && !isChoosing(words, clause, depth)) return false;
    at = words.findLastIndex((word, index) => index < at && word.depth < depth);
    if (at < 0) break;
  }
  return true;
}

/** The word with which the part begins that a place is in, among those of a depth within the same brackets. */
function clauseOf(words: readonly Word[], from: number, depth: number): (Word & { readonly at: number }) | undefined {
  let ended = 0;
  for (let at = from - 1; at >= 0; at--) {
    const word = words[at];
    if (word === undefined || word.depth < depth) return undefined;
    if (word.depth > depth) continue;
    if (word.text === 'END') ended++;
    else if (word.text === 'CASE' && ended > 0) ended--;
    else if (ended === 0 && clauses.has(word.text)) return { ...word, at };
  }
  return undefined;
}

function isChoosing(words: readonly Word[], clause: Word & { readonly at: number }, depth: number): boolean {
  const joinOf = (at: number): number => words.findLastIndex((word, index) => index <= at && word.depth === depth && word.text === 'JOIN');
  switch (clause.text) {
    case 'WHERE':
    case 'HAVING':
    case 'WITH':
      return true;
    case 'FROM':
      return !isOuterJoined(words, clause.at, depth);
    case 'JOIN':
    case 'ON':
    case 'USING':
      return !outerJoins.has(words[joinOf(clause.at) - 1]?.text ?? '') && !isOuterJoined(words, clause.at, depth);
    default:
      return false;
  }
}

/** Whether what stands before is joined to the rows of something that comes after. */
function isOuterJoined(words: readonly Word[], from: number, depth: number): boolean {
  for (const { text, depth: own } of words.slice(from + 1)) {
    if (own < depth || (own === depth && text === 'WHERE')) return false;
    if (own === depth && (text === 'RIGHT' || text === 'FULL')) return true;
  }
  return false;
}
