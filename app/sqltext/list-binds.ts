/** Where a bind variable that is a list of values may stand. */
import { lex, type Token } from './lexer.ts';
import { type ParsedStatement, positionOf, type StatementProblem } from './statement.ts';

/**
 * What is wrong with the uses of a bind that is a list: it may only stand alone in the brackets of an `IN`, and that may
 * not be denied.
 *
 * A long list is asked for in several statements whose answers are united. That is the whole answer where more values can
 * only bring more rows; under a `NOT` or after `EXCEPT` it would be wrong, because a row that one part excludes comes in
 * with another.
 * @param name lower case, without the colon
 */
export function listBindProblems(statement: ParsedStatement, name: string): readonly StatementProblem[] {
  const { sql, occurrences } = statement;
  const lexed = lex(sql);
  if (!lexed.ok) return [];
  const tokens = lexed.value.filter((token) => token.kind !== 'comment');
  const wordAt = (index: number): string => wordOf(sql, tokens[index]);
  return occurrences
    .filter((occurrence) => occurrence.name === name)
    .flatMap(({ start }) => {
      const at = tokens.findIndex((token) => token.start === start);
      const isAlone = wordAt(at - 2) === 'IN' && wordAt(at - 1) === '(' && wordAt(at + 1) === ')';
      if (isAlone && !isDenied(sql, tokens, at - 2)) return [];
      const [message, action] = isAlone
        ? [`:${name} is a list that may come in parts, and a part of it cannot exclude.`, 'Ask without NOT, EXCEPT and MINUS around it.']
        : [
            `:${name} is a list of values and stands where one value is expected.`,
            `Write IN (:${name}), with nothing else in the brackets.`,
          ];
      return [{ kind: 'bind' as const, offset: start, message, action, ...positionOf(sql, start) }];
    });
}

/** Words before which another condition begins: what is denied there does not concern this one. */
const borders: ReadonlySet<string> = new Set(['AND', 'OR', 'WHERE', 'ON', 'HAVING', 'WHEN', 'THEN', 'ELSE', 'SELECT', ',']);
const differences: ReadonlySet<string> = new Set(['EXCEPT', 'MINUS']);

/** Goes from a condition to the left and out of its brackets, and looks for what turns its meaning round. */
function isDenied(sql: string, tokens: readonly Token[], from: number): boolean {
  let depth = tokens[from]?.depth ?? 0;
  let isOfCondition = true;
  for (const token of tokens.slice(0, from).reverse()) {
    if (token.depth > depth) continue;
    if (token.depth < depth) {
      depth = token.depth;
      isOfCondition = true;
      continue;
    }
    const word = wordOf(sql, token);
    if (differences.has(word) || (isOfCondition && word === 'NOT')) return true;
    if (borders.has(word)) isOfCondition = false;
  }
  return false;
}

function wordOf(sql: string, token: Token | undefined): string {
  return token === undefined ? '' : sql.slice(token.start, token.end).toUpperCase();
}
