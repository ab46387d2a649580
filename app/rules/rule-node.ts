/** A rule file as documents whose every value knows its place, so that a problem can say where it is. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Pair, parseAllDocuments, type Scalar } from 'yaml';
import { errorMessage } from '../base/error-text.ts';
import type { ConfigProblem } from '../model/database.ts';

/** Problems make a file unusable; warnings do not. */
export interface Findings {
  readonly problems: ConfigProblem[];
  readonly warnings: ConfigProblem[];
}

interface File {
  readonly name: string;
  readonly text: string;
  readonly lines: LineCounter;
  readonly findings: Findings;
}

/** A value of a rule file. */
export class RuleNode {
  /** Keys from the top of the document, such as `correlation.rules[1]`. */
  readonly key: string;
  readonly #file: File;
  readonly #node: unknown;
  readonly #offset: number;

  constructor(file: File, node: unknown, key: string, offset: number) {
    this.key = key;
    this.#file = file;
    this.#node = node;
    this.#offset = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? (node.range?.[0] ?? offset) : offset;
  }

  get fileName(): string {
    return this.#file.name;
  }

  /** Line, counted from 1. */
  get line(): number {
    return this.#file.lines.linePos(this.#offset).line;
  }

  /** The value's own lines, as they are written; whoever stands alone on them (a document) can be read from them again. */
  get source(): string {
    const node = this.#node;
    if (!(isMap(node) || isSeq(node) || isScalar(node)) || !node.range) return '';
    const { text } = this.#file;
    const [start, , end] = node.range;
    const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
    return `${indent.trim() === '' ? indent : ''}${text.slice(start, end).trimEnd()}\n`;
  }

  /** As plain data. */
  get value(): unknown {
    const node = this.#node;
    if (isMap(node)) return Object.fromEntries(this.entries().map(([key, child]) => [key, child.value]));
    if (isSeq(node)) return this.items()?.map((item) => item.value);
    return isScalar(node) ? scalarValue(node) : null;
  }

  /** The text of a scalar as it is written, so that no digit of a number is lost. */
  get written(): string {
    return isScalar(this.#node) ? (this.#node.source ?? String(this.#node.value)) : '';
  }

  get isMap(): boolean {
    return isMap(this.#node);
  }

  get isList(): boolean {
    return isSeq(this.#node);
  }

  /** Members of a map in the order of the file; none where this is no map. */
  entries(): readonly (readonly [key: string, value: RuleNode])[] {
    if (!isMap(this.#node)) return [];
    return this.#node.items.map((pair) => {
      const name = nameOf(pair);
      const offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? this.#offset) : this.#offset;
      return [name, new RuleNode(this.#file, pair.value, this.key === '' ? name : `${this.key}.${name}`, offset)];
    });
  }

  /** A member of a map. */
  get(name: string): RuleNode | undefined {
    return this.entries().find(([key]) => key === name)?.[1];
  }

  /** Items of a list; `undefined` where this is no list. */
  items(): readonly RuleNode[] | undefined {
    if (!isSeq(this.#node)) return undefined;
    return this.#node.items.map((item, at) => new RuleNode(this.#file, item, `${this.key}[${String(at)}]`, this.#offset));
  }

  /** The file cannot be used as it is. */
  report(message: string, action: string): undefined {
    this.#file.findings.problems.push(this.#problem(message, action));
    return undefined;
  }

  /** It can, but whoever wrote it should know. */
  warn(message: string, action: string): void {
    this.#file.findings.warnings.push(this.#problem(message, action));
  }

  /** Reports every key that is not among the known ones. */
  refuseUnknownKeys(known: readonly string[]): void {
    for (const [name, node] of this.entries()) {
      if (!known.includes(name)) {
        node.report(`The key "${name}" is not known here.`, `Take it out, or write one of ${known.join(', ')}.`);
      }
    }
  }

  /** The text of a scalar that is not empty; numbers and the like are refused. */
  text(): string | undefined {
    const { value } = this;
    if (typeof value === 'string' && value.trim() !== '') return value;
    return this.report('A text is needed here.', 'Write a text; put it in quotes where it looks like a number or a word such as true.');
  }

  /** A list of texts that is not empty and holds none twice; a single text stands for a list of one where allowed. */
  texts(allowSingle = false): readonly string[] | undefined {
    const items = this.items() ?? (allowSingle && typeof this.value === 'string' ? [this] : undefined);
    if (items === undefined || items.length === 0) {
      return this.report('A list with at least one text is needed here.', 'Write it as [one, two].');
    }
    const texts = items.map((item) => item.text());
    if (!texts.every((text) => text !== undefined)) return undefined;
    for (const [at, text] of texts.entries()) {
      if (texts.indexOf(text) !== at) return items[at]?.report(`"${text}" stands twice in the list.`, 'Keep one of them.');
    }
    return texts;
  }

  #problem(message: string, action: string): ConfigProblem {
    const { line, col } = this.#file.lines.linePos(this.#offset);
    return { file: this.#file.name, line: Math.max(line, 1), column: Math.max(col, 1), key: this.key, message, action };
  }
}

/** The documents of a file; those that are not readable are reported and left out. */
export function readDocuments(file: string, text: string, findings: Findings): readonly RuleNode[] {
  const lines = new LineCounter();
  const place: File = { name: file, text, lines, findings };
  try {
    const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, stringKeys: true, logLevel: 'error' });
    if (lines.lineStarts.length === 0) lines.addNewLine(0);
    const list = Array.isArray(documents) ? documents : [];
    const nodes = list.flatMap((document) => {
      for (const { pos, message } of [...document.errors, ...document.warnings]) {
        new RuleNode(place, undefined, '', pos[0]).report(`This is not valid YAML: ${message}.`, 'Correct the line.');
      }
      const node = new RuleNode(place, document.contents, '', document.range[0]);
      return document.errors.length === 0 && isPlain(place, document.contents) ? [node] : [];
    });
    if (list.length === 0) new RuleNode(place, undefined, '', 0).report('The file holds no rule.', 'Write a rule, or remove the file.');
    return nodes;
  } catch (error) {
    // The library throws where it runs out of stack on absurd nesting.
    if (lines.lineStarts.length === 0) lines.addNewLine(0);
    new RuleNode(place, undefined, '', 0).report(
      `The file cannot be read as YAML (${errorMessage(error)}).`,
      'Check that this is the file you meant.',
    );
    return [];
  }
}

/** Anchors and aliases are refused: a problem in a value used in many places could not be told where it stands. */
function isPlain(file: File, node: unknown): boolean {
  if (isAlias(node) || ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined)) {
    new RuleNode(file, node, '', node.range?.[0] ?? 0).report(
      'Anchors (&name) and aliases (*name) are not used in rules.',
      'Write the value itself.',
    );
    return false;
  }
  if (isSeq(node)) return node.items.map((item) => isPlain(file, item)).every(Boolean);
  if (isMap(node)) return node.items.map((pair) => isPlain(file, pair.value)).every(Boolean);
  return true;
}

function nameOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '?';
}

/** A whole number beyond what a double can tell apart comes as a bigint. */
function scalarValue({ value, source }: Scalar): unknown {
  const isLong = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isLong && source !== undefined && /^[+-]?\d+$/.test(source) ? BigInt(source) : value;
}
