/** Texts with wildcards: `*` any number of characters, `?` one; `\*`, `\?` and `\\` mean the character itself. */
import type { PatternPart } from './rule.ts';

/** Reads a text with wildcards. A backslash before any other character is a plain backslash. */
export function parsePattern(text: string): readonly PatternPart[] {
  const parts: PatternPart[] = [];
  let plain = '';
  const endPlain = (): void => {
    if (plain !== '') parts.push({ kind: 'plain', text: plain });
    plain = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const next = text.charAt(at + 1);
    if (character === '\\' && next !== '' && '*?\\'.includes(next)) {
      plain += next;
      at += 1;
    } else if (character === '*' || character === '?') {
      endPlain();
      if (character === '?') parts.push({ kind: 'one' });
      else if (parts.at(-1)?.kind !== 'any') parts.push({ kind: 'any' });
    } else {
      plain += character;
    }
  }
  endPlain();
  return parts;
}

/**
 * A text in lower case, each character for itself and each one character again: so folds every engine that a rule may run in,
 * where JavaScript also looks at a character's neighbours.
 */
export function foldCase(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text.toLowerCase() : Array.from(text, foldCharacter).join('');
}

function foldCharacter(character: string): string {
  return Array.from(character.toLowerCase())[0] ?? character;
}

/** Whether the whole text fits. Takes time in proportion to the product of both lengths at worst, never more. */
export function matchesPattern(pattern: readonly PatternPart[], text: string, cased: boolean): boolean {
  const fold = (value: string): readonly string[] => Array.from(cased ? value : foldCase(value));
  const tokens = pattern.flatMap((part): readonly (string | null | undefined)[] =>
    part.kind === 'plain' ? fold(part.text) : [part.kind === 'any' ? undefined : null],
  );
  const characters = fold(text);
  let token = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < characters.length) {
    const wanted = tokens[token];
    if (token < tokens.length && wanted === undefined) {
      star = token;
      starAt = at;
      token += 1;
    } else if (token < tokens.length && (wanted === null || wanted === characters[at])) {
      token += 1;
      at += 1;
    } else if (star >= 0) {
      starAt += 1;
      at = starAt;
      token = star + 1;
    } else {
      return false;
    }
  }
  return tokens.slice(token).every((rest) => rest === undefined);
}
