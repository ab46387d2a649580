/** The parts that detections and filters share: where the events come from, and which of them are meant. */
import { parseWords, type Words, WordsError } from './condition-words.ts';
import { parseFieldTest } from './parse-field-test.ts';
import type { PlaceholderValues } from '../model/rule.ts';
import type { RuleNode } from './rule-node.ts';
import type { EventTest, Logsource } from './rule.ts';

/** Reads a `logsource`. */
export function parseLogsource(document: RuleNode): Logsource | undefined {
  const node = document.get('logsource');
  if (!node?.isMap || node.entries().length === 0) {
    return (node ?? document).report(
      'It is not said where the events come from.',
      'Write logsource: {product: …, category: …, service: …}.',
    );
  }
  node.refuseUnknownKeys(['product', 'category', 'service', 'definition']);
  const text = (key: string): string | undefined => node.get(key)?.text();
  const [product, category, service] = [text('product'), text('category'), text('service')];
  if (product === undefined && category === undefined && service === undefined) {
    return node.report('The log source names nothing.', 'Write at least one of product, category and service.');
  }
  return { ...(product && { product }), ...(category && { category }), ...(service && { service }) };
}

/** Reads named selections and the condition that joins them; `others` are keys of the same section with another meaning. */
export function parseSelections(node: RuleNode, others: readonly string[], placeholders: PlaceholderValues): EventTest | undefined {
  const selections = new Map<string, EventTest | undefined>();
  for (const [name, child] of node.entries()) {
    if (name === 'condition' || others.includes(name)) continue;
    if (name === 'timeframe') {
      child.report('"timeframe" is not part of this format any more.', 'Write a correlation with a timespan.');
    } else if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      child.report(`"${name}" is not a name of a selection.`, 'Names have letters, digits and _, and do not begin with a digit.');
    } else {
      selections.set(name, parseSelection(child, placeholders));
    }
  }
  if (selections.size === 0) return node.report('There is no selection.', 'Write selection: {field: value}.');
  const condition = node.get('condition');
  if (condition === undefined) return node.report('There is no condition.', 'Write condition: selection.');
  const used = new Set<string>();
  const parts = (condition.items() ?? [condition]).map((item) => parseCondition(item, selections, used));
  for (const name of selections.keys()) {
    if (!used.has(name)) node.get(name)?.warn(`The selection "${name}" is not used.`, 'Use it in the condition, or take it out.');
  }
  if (parts.length === 0) return condition.report('The condition is empty.', 'Write condition: selection.');
  return parts.every((part) => part !== undefined) ? join('any', parts) : undefined;
}

/** A map: all must hold. A list of maps: any. */
function parseSelection(node: RuleNode, placeholders: PlaceholderValues): EventTest | undefined {
  const items = node.items();
  if (items !== undefined) {
    if (items.length === 0) return node.report('The list is empty.', 'Write at least one map of fields.');
    const parts = items.map((item) => parseSelection(item, placeholders));
    return parts.every((part) => part !== undefined) ? join('any', parts) : undefined;
  }
  if (!node.isMap) return node.report('Words without a field (keyword search) are not supported.', 'Write field: value.');
  const fields = node.entries().map(([field, value]) => parseFieldTest(field, value, placeholders));
  if (fields.length === 0) return node.report('The selection is empty.', 'Write at least one field: value.');
  return fields.every((field) => field !== undefined) ? join('all', fields) : undefined;
}

function parseCondition(node: RuleNode, selections: ReadonlyMap<string, EventTest | undefined>, used: Set<string>): EventTest | undefined {
  const text = node.text();
  if (text === undefined) return undefined;
  try {
    return resolve(parseWords(text), selections, used);
  } catch (error) {
    if (error instanceof WordsError) return node.report(error.message, 'Correct the condition.');
    throw error;
  }
}

function resolve(words: Words, selections: ReadonlyMap<string, EventTest | undefined>, used: Set<string>): EventTest | undefined {
  const named = (names: readonly string[]): readonly (EventTest | undefined)[] =>
    names.map((name) => {
      used.add(name);
      return selections.get(name);
    });
  switch (words.kind) {
    case 'name':
      if (!selections.has(words.name)) throw new WordsError(`There is no selection "${words.name}".`);
      return named([words.name])[0];
    case 'some': {
      const names = [...selections.keys()].filter((name) => isMeant(words.pattern, name));
      if (names.length === 0) throw new WordsError(`No selection is called "${words.pattern}".`);
      return joinComplete(words.every ? 'all' : 'any', named(names));
    }
    case 'not': {
      const of = resolve(words.of, selections, used);
      return of === undefined ? undefined : { kind: 'not', of };
    }
    case 'and':
    case 'or':
      return joinComplete(
        words.kind === 'and' ? 'all' : 'any',
        words.of.map((part) => resolve(part, selections, used)),
      );
  }
}

/** `them` leaves out names that begin with `_`. */
function isMeant(pattern: string, name: string): boolean {
  if (pattern === 'them') return !name.startsWith('_');
  return new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name);
}

function joinComplete(kind: 'all' | 'any', parts: readonly (EventTest | undefined)[]): EventTest | undefined {
  return parts.every((part) => part !== undefined) ? join(kind, parts) : undefined;
}

function join(kind: 'all' | 'any', of: readonly EventTest[]): EventTest {
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind, of };
}
