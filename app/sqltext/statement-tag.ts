/** A comment in the statement that tells a DBA which run and source it belongs to. */
import { lex, type Token } from './lexer.ts';

/**
 * Puts the comment `cam:<tag>` behind the first keyword, where databases keep it in their lists of running statements
 * (comments before the statement are cut off by some). An optimiser hint stays the first comment, else Oracle would not see it.
 * Characters that could end the comment, or that a tool between might act on, are percent-encoded. A text that cannot
 * be read is returned as it is: the database will say what is wrong with it.
 */
export function withTag(sql: string, tag: string): string {
  const lexed = lex(sql);
  if (!lexed.ok) return sql;
  const first = lexed.value.findIndex((token) => token.kind !== 'comment');
  const keyword = lexed.value[first];
  if (keyword?.kind !== 'word') return sql;
  const hint = lexed.value[first + 1];
  const after = hint !== undefined && isHint(sql, hint) ? hint : keyword;
  // A comment that runs to the end of its line must keep its line end.
  const separator = sql.startsWith('--', after.start) ? '\n' : ' ';
  return `${sql.slice(0, after.end)}${separator}/* cam:${encodeTag(tag)} */${sql.slice(after.end)}`;
}

function isHint(sql: string, token: Token): boolean {
  return token.kind === 'comment' && sql.charAt(token.start + 2) === '+';
}

function encodeTag(tag: string): string {
  return tag.toWellFormed().replace(/[^A-Za-z0-9 _.:/@-]/gu, (character) => {
    const encoded = encodeURIComponent(character);
    return encoded.startsWith('%') ? encoded : `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}
