/** A YAML file with the place of every key, so that a problem can say where it is. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Document, type Node, parseDocument } from 'yaml';
import type { ConfigProblem } from '../model/database.ts';
import { errorMessage } from '../base/error-text.ts';

/** Keys and list positions from the top of the file. */
export type KeyPath = readonly (string | number)[];

/** Names under which somebody might write a password; none of them is a key of any file. */
const secretKey = /^(?:pass(?:word|wd|phrase)?|pwd|secret)$/i;

/** What to say about YAML's own errors, by the library's codes. */
const syntaxAdvice: Readonly<Record<string, readonly [message: string, action: string]>> = {
  DUPLICATE_KEY: ['This key stands twice in the same section.', 'Keep one of the two.'],
  TAB_AS_INDENT: ['A tab indents this line.', 'Indent with blanks.'],
  BAD_DQ_ESCAPE: [
    'In double quotes a backslash begins an escape, and this one is none.',
    "Write the value without quotes or in single quotes, such as 'C:\\oracle\\client'.",
  ],
  BAD_INDENT: ['The indentation does not fit the lines above.', 'Begin all keys of a section in the same column.'],
  BLOCK_AS_IMPLICIT_KEY: ['There is a second colon on this line.', 'Put the value in quotes, or begin a new line for the inner key.'],
  MISSING_CHAR: [
    'A quote, bracket or colon is missing.',
    'Close what was opened before this place, and write a colon and a blank after each key.',
  ],
  BAD_SCALAR_START: ['A value cannot begin with this character.', 'Put the value in quotes.'],
  MULTIPLE_DOCS: ['A second document begins here.', 'Take the line with --- out.'],
  NON_STRING_KEY: ['This key is not a text.', 'Put the key in quotes.'],
};

/** One file and the problems found in it so far. */
export class YamlSource {
  readonly file: string;
  /** The content as plain data; `undefined` where it cannot be read at all (the problems then say why). `null`: empty. */
  readonly value: unknown;
  readonly #document: Document | undefined;
  readonly #lines = new LineCounter();
  readonly #problems: ConfigProblem[] = [];

  constructor(file: string, text: string) {
    this.file = file;
    try {
      this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, stringKeys: true, logLevel: 'error' });
      if (this.#isReadable(this.#document, text)) this.value = this.#document.toJS() as unknown;
    } catch (error) {
      // The library throws where it runs out of stack on absurd nesting.
      this.#add(0, [], `The file cannot be read as YAML (${errorMessage(error)}).`, 'Check that this is the file you meant.');
    }
  }

  /** All problems reported so far. */
  get problems(): readonly ConfigProblem[] {
    return this.#problems;
  }

  /** Reports a problem with the value at `path`; where there is none, with the section it is missing in. */
  report(path: KeyPath, message: string, action: string): void {
    this.#add(this.#nodeAt(path)?.range?.[0] ?? 0, path, message, action);
  }

  /** Reports a problem with the key itself, such as one that nobody knows. Keys of passwords have been reported already. */
  reportKey(path: KeyPath, message: string, action: string): void {
    const key = path.at(-1);
    if (typeof key === 'string' && secretKey.test(key)) return;
    const section = this.#nodeAt(path.slice(0, -1));
    const pair = isMap(section) ? section.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
    this.#add((isScalar(pair?.key) ? pair.key.range?.[0] : undefined) ?? 0, path, message, action);
  }

  /** Reports a problem in another file that this one names. */
  reportElsewhere(problem: ConfigProblem): void {
    this.#problems.push(problem);
  }

  /** Line of the value at `path`, counted from 1. */
  lineOf(path: KeyPath): number {
    return this.#lines.linePos(this.#nodeAt(path)?.range?.[0] ?? 0).line;
  }

  /** The value's text as it stands in the file, such as `0123` or `yes`; `undefined` for lists and sections. */
  writtenAs(path: KeyPath): string | undefined {
    const node = this.#nodeAt(path);
    return isScalar(node) ? node.source : undefined;
  }

  #add(offset: number, path: KeyPath, message: string, action: string): void {
    const { line, col } = this.#lines.lineStarts.length === 0 ? { line: 1, col: 1 } : this.#lines.linePos(offset);
    this.#problems.push({ file: this.file, line: Math.max(line, 1), column: Math.max(col, 1), key: formatKey(path), message, action });
  }

  /** Reports everything wrong with the YAML itself; true where its content can be looked at all the same. */
  #isReadable(document: Document, text: string): boolean {
    let isReadable = true;
    for (const error of document.errors) {
      const [message, action] = syntaxAdvice[error.code] ?? [`This is not valid YAML: ${error.message}.`, 'Correct the line.'];
      const key = error.code === 'DUPLICATE_KEY' ? (/^[^\s:]+/.exec(text.slice(error.pos[0]))?.[0] ?? '') : '';
      this.#add(error.pos[0], key === '' ? [] : [key], message, action);
      if (error.code !== 'DUPLICATE_KEY') isReadable = false;
    }
    for (const warning of document.warnings) {
      this.#add(warning.pos[0], [], 'A value has a tag (!name).', 'Write the value without it.');
    }
    return this.#walk(document.contents, []) && isReadable;
  }

  /** Anchors are refused because a problem in a value used in many places could not be told where it stands. */
  #walk(node: unknown, path: KeyPath): boolean {
    if (isAlias(node)) {
      this.#add(node.range?.[0] ?? 0, path, 'Aliases (*name) are not used in this file.', 'Write the value itself here.');
      return false;
    }
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) {
      this.#add(node.range?.[0] ?? 0, path, 'Anchors (&name) are not used in this file.', `Take &${node.anchor} out.`);
    }
    if (isSeq(node)) return node.items.map((item, index) => this.#walk(item, [...path, index])).every(Boolean);
    if (isMap(node)) return node.items.map((pair) => this.#walkPair(pair, path)).every(Boolean);
    if (isScalar(node) && typeof node.value === 'string' && hasControl(node.value)) {
      this.report(path, 'The value holds a line break, a tab or another control character.', oneLineAdvice);
    }
    return true;
  }

  #walkPair(pair: { key: unknown; value: unknown }, path: KeyPath): boolean {
    const key = isScalar(pair.key) ? String(pair.key.value) : '?';
    if (secretKey.test(key)) {
      this.#add((isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? 0, [...path, key], secretMessage, secretAction);
    }
    return this.#walk(pair.value, [...path, key]);
  }

  #nodeAt(path: KeyPath): Node | undefined {
    let node: unknown = this.#document?.contents;
    for (const step of path) {
      if (!isMap(node) && !isSeq(node)) break;
      const next: unknown = node.get(step, true);
      if (next === undefined || next === null) break;
      node = next;
    }
    return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
  }
}

const oneLineAdvice = 'Write it on one line, without quotes or in single quotes; in double quotes \\n and \\t are escapes.';
const secretMessage = 'A password never stands in this file.';
const secretAction = 'Take it out and name an environment variable that holds it: password_env: NAME.';

/** A path as people read it: `databases[0].sql_queries[1].name`. */
export function formatKey(path: KeyPath): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}

function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
