/** Conditions as people write them: names, `and`, `or`, `not`, brackets, and `1 of x*`. `not` binds before `and`, `and` before `or`. */

/** A condition as it was read. */
export type Words =
  | { readonly kind: 'name'; readonly name: string }
  /** `1 of …` or `all of …`; `pattern` may hold `*`, or is `them`. */
  | { readonly kind: 'some'; readonly every: boolean; readonly pattern: string }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Words[] }
  | { readonly kind: 'not'; readonly of: Words };

/** Why a condition cannot be read: one sentence. */
export class WordsError extends Error {}

const reserved = ['and', 'or', 'not', 'of', '1', 'all', '(', ')'];
const maxLength = 2000;

/**
 * Reads a condition.
 * @throws WordsError when it is not one
 */
export function parseWords(text: string): Words {
  if (text.length > maxLength) throw new WordsError(`A condition has at most ${String(maxLength)} characters.`);
  const reader = new WordsReader(tokensOf(text));
  return reader.readAll();
}

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  const pattern = /\s+|([A-Za-z0-9_*?-]+|[()])|(.)/gsu;
  for (const [, token, foreign] of text.matchAll(pattern)) {
    if (foreign === '|') throw new WordsError('Counting after "|" is not part of this format any more; a correlation counts.');
    if (foreign !== undefined) throw new WordsError(`The character "${foreign}" has no meaning in a condition.`);
    if (token !== undefined) tokens.push(token);
  }
  return tokens;
}

class WordsReader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  readAll(): Words {
    const words = this.#readJoined('or');
    const rest = this.#tokens[this.#at];
    if (rest === undefined) return words;
    throw new WordsError(
      rest === ')' ? 'A bracket is closed that was not opened.' : `"${rest}" stands where and, or, or the end of the condition is needed.`,
    );
  }

  #readJoined(kind: 'and' | 'or'): Words {
    const read = (): Words => (kind === 'or' ? this.#readJoined('and') : this.#readNot());
    const parts = [read()];
    while (this.#takes(kind)) parts.push(read());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind, of: parts };
  }

  #readNot(): Words {
    if (this.#takes('not')) return { kind: 'not', of: this.#readNot() };
    if (this.#takes('(')) {
      const inner = this.#readJoined('or');
      if (!this.#takes(')')) throw new WordsError('A bracket is not closed.');
      return inner;
    }
    const token = this.#tokens[this.#at];
    if (this.#tokens[this.#at + 1] === 'of') return this.#readSome();
    if (token === undefined || reserved.includes(token)) {
      throw new WordsError(
        token === undefined ? 'A name is missing at the end of the condition.' : `"${token}" stands where a name is needed.`,
      );
    }
    if (/^(?:and|or|not|of|all)$/i.test(token)) throw new WordsError(`"${token}" is written in lower case in a condition.`);
    this.#at += 1;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(token)) throw new WordsError(`"${token}" is not a name; names have letters, digits and _.`);
    return { kind: 'name', name: token };
  }

  #readSome(): Words {
    const quantity = this.#tokens[this.#at] ?? '';
    const pattern = this.#tokens[this.#at + 2] ?? '';
    if (quantity !== '1' && quantity !== 'all') throw new WordsError(`"${quantity} of" is not supported; write "1 of" or "all of".`);
    if (!/^[A-Za-z0-9_*]+$/.test(pattern)) throw new WordsError(`After "${quantity} of" a name with * is needed, or "them".`);
    this.#at += 3;
    return { kind: 'some', every: quantity === 'all', pattern };
  }

  #takes(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at += 1;
    return true;
  }
}
