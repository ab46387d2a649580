/** Changes values in the text of a YAML file and leaves every other character as it is. */
import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, type Pair, parseDocument, stringify, type YAMLMap } from 'yaml';

/** A new value for `section.key`; `undefined` leaves the key empty, which means its default. */
export interface YamlChange {
  readonly section: string;
  readonly key: string;
  readonly value: string | readonly string[] | undefined;
}

/** The text with all changes made. The text must be free of syntax errors. */
export function changeYaml(text: string, changes: readonly YamlChange[]): string {
  return changes.reduce(changeOne, text);
}

/**
 * Edits the text where the value stands. Text of an unusual form (sections in braces, say) could come out wrong; so the
 * result is read again, and where it does not say what it should, the YAML library writes the file instead, which keeps
 * comments but not all blanks.
 */
function changeOne(text: string, change: YamlChange): string {
  const document = parseDocument(text);
  const edited = splice(text, document.contents, change);
  const value = change.value ?? null;
  document.contents ??= document.createNode({}) as never;
  if (!isMap(document.get(change.section))) document.set(change.section, document.createNode({}));
  document.setIn([change.section, change.key], value);
  const expected: unknown = document.toJS();
  const read = parseDocument(edited);
  if (read.errors.length === 0 && isDeepStrictEqual(read.toJS(), expected)) return edited;
  return document.toString({ lineWidth: 0 });
}

function splice(text: string, contents: unknown, change: YamlChange): string {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const sectionPair = findPair(contents, change.section);
  if (sectionPair === undefined) {
    const start = text === '' || text.endsWith('\n') ? text : text + lineEnd;
    return `${start}${change.section}:${lineEnd}  ${change.key}:${written(change.value)}${lineEnd}`;
  }
  const pair = findPair(sectionPair.value, change.key);
  if (pair !== undefined) return replaceValue(text, pair, change);
  const indent = isMap(sectionPair.value) ? columnOfFirstKey(text, sectionPair.value) : 2;
  const keyEnd = rangeOf(sectionPair.key)[1];
  const lineBreak = text.indexOf('\n', keyEnd);
  const at = lineBreak === -1 ? text.length : lineBreak + 1;
  const head = lineBreak === -1 ? text + lineEnd : text.slice(0, at);
  return `${head}${' '.repeat(indent)}${change.key}:${written(change.value)}${lineEnd}${text.slice(at)}`;
}

function replaceValue(text: string, pair: Pair, change: YamlChange): string {
  const colon = text.indexOf(':', rangeOf(pair.key)[1]);
  const [nodeStart, nodeEnd] = rangeOf(pair.value);
  // An empty value lies right before the comment that follows it.
  const [start, end] = nodeStart === nodeEnd ? [colon + 1, colon + 1] : [nodeStart, nodeEnd];
  // A comment between key and value (above a list, say) stays on the key's line.
  const comment = /#[^\r\n]*/.exec(text.slice(colon + 1, start))?.[0];
  const rest = text.slice(start + text.slice(start, end).trimEnd().length);
  return `${text.slice(0, colon + 1)}${written(change.value)}${comment === undefined ? '' : ` ${comment}`}${rest}`;
}

/** The value on one line with a blank before it; nothing for no value. */
function written(value: YamlChange['value']): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return ` [${value.map((item) => (/^[\w.@+-]+$/.test(item) ? item : JSON.stringify(item))).join(', ')}]`;
  return ` ${stringify(value, { lineWidth: 0, singleQuote: true }).trimEnd()}`;
}

function findPair(map: unknown, key: string): Pair | undefined {
  return isMap(map) ? map.items.find((pair) => isScalar(pair.key) && pair.key.value === key) : undefined;
}

function columnOfFirstKey(text: string, map: YAMLMap): number {
  const start = rangeOf(map.items[0]?.key)[0];
  return start - (text.lastIndexOf('\n', start - 1) + 1);
}

function rangeOf(node: unknown): readonly [start: number, end: number] {
  const range =
    typeof node === 'object' && node !== null && 'range' in node ? (node.range as readonly number[] | null | undefined) : undefined;
  return [range?.[0] ?? 0, range?.[1] ?? 0];
}
