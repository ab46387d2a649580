/** A rough measure of how much a statement asks of a database, for the history: to group by, not to plan by. */
import { lex } from './lexer.ts';

const weights: Readonly<Record<string, number>> = {
  JOIN: 1,
  SELECT: 1,
  UNION: 1,
  INTERSECT: 1,
  EXCEPT: 1,
  MINUS: 1,
  DISTINCT: 1,
  GROUP: 1,
  HAVING: 1,
  ORDER: 1,
  OVER: 2,
  RECURSIVE: 3,
  CONNECT: 3,
};

/**
 * 1 for a plain `SELECT … FROM … WHERE …`, and more for each further SELECT, JOIN, set operation, DISTINCT, GROUP BY, HAVING
 * and ORDER BY (1 each), window function (2) and recursion (3: WITH RECURSIVE, CONNECT BY). Words inside of literals, comments
 * and quoted names do not count. `null` for a text that cannot be read.
 */
export function queryComplexity(sql: string): number | null {
  const lexed = lex(sql);
  if (!lexed.ok) return null;
  const words = lexed.value.filter((token) => token.kind === 'word').map((token) => sql.slice(token.start, token.end).toUpperCase());
  if (words.length === 0) return null;
  const sum = words.reduce((total, word) => total + (Object.hasOwn(weights, word) ? (weights[word] ?? 0) : 0), 0);
  return Math.max(1, sum);
}
