/** The lines of a text that comes in pieces. */

/**
 * Gives each line without its `\n`; a last one without an end counts where it is not empty. Only `\n` ends a line: Node's own `readline`
 * also takes U+2028 and U+2029 for ends, which JSON may have within a text, and so tears a line of JSON in two.
 */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const [first = '', ...others] = piece.split('\n');
    rest += first;
    for (const line of others) {
      yield rest;
      rest = line;
    }
  }
  if (rest !== '') yield rest;
}
