/** `field|modifier|modifier: value` as a test. */
import type { PlaceholderValues } from '../model/rule.ts';
import { parseDecimal } from './decimal.ts';
import { parseNetwork } from './network.ts';
import type { RuleNode } from './rule-node.ts';
import type { Comparison, EventTest, TimePart, ValueTest } from './rule.ts';
import { parsePattern } from './text-pattern.ts';

const textPlaces = ['contains', 'startswith', 'endswith'] as const;
const comparisons = ['lt', 'lte', 'gt', 'gte'] as const;
const timeParts: readonly TimePart[] = ['minute', 'hour', 'day', 'week', 'month', 'year'];
const regexFlags = ['i', 'm', 's'];
const known: readonly string[] = [
  ...textPlaces,
  ...comparisons,
  ...timeParts,
  ...regexFlags,
  ...['all', 'exists', 'cased', 'neq', 're', 'cidr', 'expand', 'fieldref'],
];

/** What may stand beside each modifier that says what is compared; `all`, `neq` and `expand` may stand beside most. */
const companions: Readonly<Record<string, readonly string[]>> = {
  text: [...textPlaces, 'cased', 'all', 'neq', 'expand'],
  re: ['re', ...regexFlags, 'all', 'neq'],
  cidr: ['cidr', 'all', 'neq', 'expand'],
  fieldref: ['fieldref', ...textPlaces, 'cased', 'all', 'neq'],
  exists: ['exists'],
  compare: [...comparisons, 'neq'],
  time: [...timeParts, ...comparisons, 'neq'],
};

/** Reads one test; problems are reported at the value. `undefined` where there are some. */
export function parseFieldTest(written: string, node: RuleNode, placeholders: PlaceholderValues): EventTest | undefined {
  const [field = '', ...modifiers] = written.split('|');
  if (field === '') return node.report('A value without a field is not supported.', 'Write field: value.');
  const kind = kindOf(modifiers, node);
  if (kind === undefined) return undefined;
  const items = node.items() ?? [node];
  if (items.length === 0) return node.report('The list is empty.', 'Write at least one value.');
  if (modifiers.includes('all') && items.length < 2) {
    return node.report('"all" needs a list of values.', 'Write two or more values, or take "all" out.');
  }
  if (kind === 'exists' && node.isList) return node.report('"exists" takes one value.', 'Write true or false.');
  const tests = items.map((item) => parseItem(kind, modifiers, item, placeholders));
  if (!tests.every((test) => test !== undefined)) return undefined;
  if (kind === 'exists') return existence(field, node);
  const leaves = tests.map((alternatives): EventTest =>
    joined(
      'any',
      alternatives.map((test) => ({ kind: 'field', field, test })),
    ),
  );
  const whole = joined(modifiers.includes('all') ? 'all' : 'any', leaves);
  return modifiers.includes('neq') ? { kind: 'not', of: whole } : whole;
}

function existence(field: string, node: RuleNode): EventTest {
  const leaf: EventTest = { kind: 'field', field, test: { kind: 'exists' } };
  return node.value === true ? leaf : { kind: 'not', of: leaf };
}

function joined(kind: 'all' | 'any', of: readonly EventTest[]): EventTest {
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind, of };
}

function kindOf(modifiers: readonly string[], node: RuleNode): string | undefined {
  for (const [at, modifier] of modifiers.entries()) {
    if (!known.includes(modifier)) return node.report(`The modifier "${modifier}" is not supported.`, `Write one of ${known.join(', ')}.`);
    if (modifiers.indexOf(modifier) !== at) return node.report(`The modifier "${modifier}" stands twice.`, 'Keep one of them.');
  }
  const main = ['re', 'cidr', 'fieldref', 'exists'].find((name) => modifiers.includes(name));
  const isTime = timeParts.some((part) => modifiers.includes(part));
  const isComparison = comparisons.some((name) => modifiers.includes(name));
  const kind = main ?? (isTime ? 'time' : isComparison ? 'compare' : 'text');
  const stranger = modifiers.find((modifier) => !companions[kind]?.includes(modifier));
  if (stranger !== undefined) {
    return node.report(`The modifier "${stranger}" does not go with the others here.`, 'Take one of them out.');
  }
  for (const group of [textPlaces, comparisons, timeParts]) {
    const used = group.filter((name: string) => modifiers.includes(name));
    if (used.length > 1) return node.report(`The modifiers ${used.join(' and ')} contradict each other.`, 'Keep one of them.');
  }
  return kind;
}

/** Alternatives that one written value stands for: one, or as many as a placeholder has values. */
function parseItem(
  kind: string,
  modifiers: readonly string[],
  node: RuleNode,
  placeholders: PlaceholderValues,
): readonly ValueTest[] | undefined {
  if (node.isMap || node.isList) return node.report('A single value is needed here.', 'Write a text, a number, true, false or null.');
  const { value } = node;
  if (kind === 'exists') {
    return typeof value === 'boolean' ? [{ kind: 'exists' }] : node.report('"exists" takes true or false.', 'Write true or false.');
  }
  if (kind === 'compare' || kind === 'time') return single(parseComparison(modifiers, node));
  if (typeof value === 'string') {
    const texts = modifiers.includes('expand') ? expand(value, node, placeholders) : [value];
    return texts === undefined ? undefined : all(texts.map((text) => parseText(kind, modifiers, text, node)));
  }
  if (kind !== 'text' || modifiers.some((modifier) => (textPlaces as readonly string[]).includes(modifier))) {
    return typeof value === 'number' || typeof value === 'bigint'
      ? single(parseText(kind, modifiers, node.written, node))
      : node.report('A text is needed here.', 'Put the value in quotes.');
  }
  if (value === null || value === undefined) return [{ kind: 'null' }];
  if (typeof value === 'boolean') return [{ kind: 'boolean', value }];
  const number = numberText(node);
  return number === undefined ? undefined : [{ kind: 'number', comparison: 'eq', value: number }];
}

function single(test: ValueTest | undefined): readonly ValueTest[] | undefined {
  return test === undefined ? undefined : [test];
}

function all(tests: readonly (ValueTest | undefined)[]): readonly ValueTest[] | undefined {
  return tests.every((test) => test !== undefined) ? tests : undefined;
}

function parseComparison(modifiers: readonly string[], node: RuleNode): ValueTest | undefined {
  const value = numberText(node);
  if (value === undefined) return undefined;
  const comparison: Comparison = comparisons.find((name) => modifiers.includes(name)) ?? 'eq';
  const part = timeParts.find((name) => modifiers.includes(name));
  return part === undefined ? { kind: 'number', comparison, value } : { kind: 'time-part', part, comparison, value };
}

/** A number as decimal text; reported where it is none. */
export function numberText(node: RuleNode): string | undefined {
  const { value } = node;
  const isNumber = (typeof value === 'number' && Number.isFinite(value)) || typeof value === 'bigint';
  const text = parseDecimal(node.written) === undefined ? String(value) : node.written;
  return isNumber && parseDecimal(text) !== undefined ? text : node.report('A number is needed here.', 'Write a number without quotes.');
}

function parseText(kind: string, modifiers: readonly string[], text: string, node: RuleNode): ValueTest | undefined {
  const place = textPlaces.find((name) => modifiers.includes(name));
  const cased = modifiers.includes('cased');
  if (kind === 'fieldref') return { kind: 'field', other: text, how: place ?? 'equals', cased };
  if (kind === 're') return parseRegex(modifiers, text, node);
  if (kind === 'cidr') {
    const network = parseNetwork(text);
    if (network === undefined) return node.report(`"${text}" is not a network.`, 'Write one such as 10.0.0.0/8 or 2001:db8::/32.');
    return { kind: 'network', ...network };
  }
  const parts = parsePattern(text);
  const before = place === 'contains' || place === 'endswith' ? ([{ kind: 'any' }] as const) : [];
  const after = place === 'contains' || place === 'startswith' ? ([{ kind: 'any' }] as const) : [];
  return { kind: 'text', pattern: [...before, ...parts, ...after], cased };
}

function parseRegex(modifiers: readonly string[], source: string, node: RuleNode): ValueTest | undefined {
  // Escaped signs are taken out first, so that `\(?=` is what it is: a bracket that may be missing, and an equals sign.
  const bare = source.replace(/\\[^1-9k]/gu, '');
  if (/\(\?(?:[=!]|<[=!])|\\[1-9k]/.test(bare)) {
    return node.report('Look-around and back references are not supported in a pattern.', 'Write the pattern without them.');
  }
  const flags = regexFlags.filter((flag) => modifiers.includes(flag)).join('');
  try {
    new RegExp(source, `${flags}u`);
  } catch {
    return node.report(
      'This is not a regular expression.',
      'Correct the pattern; outside of brackets escape only signs that have a meaning.',
    );
  }
  return { kind: 'regex', source, flags: `${flags}u` };
}

function expand(text: string, node: RuleNode, placeholders: PlaceholderValues): readonly string[] | undefined {
  let texts = [''];
  for (const [index, part] of text.split(/%([^%\s]+)%/).entries()) {
    if (index % 2 === 0) {
      texts = texts.map((start) => start + part);
      continue;
    }
    const values = Object.hasOwn(placeholders, part) ? (placeholders[part] ?? []) : [];
    if (values.length === 0)
      return node.report(
        `The placeholder %${part}% has no value.`,
        `Give it values in the settings, app_settings.placeholders, or write them here.`,
      );
    texts = texts.flatMap((start) => values.map((value) => start + String(value)));
  }
  return texts;
}
