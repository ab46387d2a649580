/** Where a bind variable that is a list of values may stand. */
import { lex } from './lexer.ts';
import { type ParsedStatement, positionOf, type StatementProblem } from './statement.ts';

/**
 * What is wrong with the uses of a bind that is a list: it may only stand alone in the brackets of an `IN`.
 *
 * A long list is asked for in several statements whose answers are united. That is the whole answer for `IN`; for `NOT IN`
 * it would be wrong, because a row that one part excludes comes in with another.
 * @param name lower case, without the colon
 */
export function listBindProblems(statement: ParsedStatement, name: string): readonly StatementProblem[] {
  const { sql, occurrences } = statement;
  const lexed = lex(sql);
  if (!lexed.ok) return [];
  const tokens = lexed.value.filter((token) => token.kind !== 'comment');
  return occurrences
    .filter((occurrence) => occurrence.name === name)
    .flatMap(({ start }) => {
      const at = tokens.findIndex((token) => token.start === start);
      const textAt = (offset: number): string => {
        const token = tokens[at + offset];
        return token === undefined ? '' : sql.slice(token.start, token.end).toUpperCase();
      };
      const isAlone = textAt(-2) === 'IN' && textAt(-1) === '(' && textAt(1) === ')';
      if (isAlone && textAt(-3) !== 'NOT') return [];
      const [message, action] = isAlone
        ? [`:${name} is a list that may come in parts, and NOT IN is not right for a part of a list.`, 'Exclude the values in another way.']
        : [
            `:${name} is a list of values and stands where one value is expected.`,
            `Write IN (:${name}), with nothing else in the brackets.`,
          ];
      return [{ kind: 'bind' as const, offset: start, message, action, ...positionOf(sql, start) }];
    });
}
