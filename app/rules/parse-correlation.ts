/** A correlation document. */
import { headKeys } from './parse-head.ts';
import { parseRuleTests } from './parse-rule-tests.ts';
import { correlationTypes, namesInCondition, parseStatement } from './parse-statement.ts';
import { warnWhereNotPortable } from './portability.ts';
import type { IndexedRule, RuleIndex } from './rule-index.ts';
import type { RuleNode } from './rule-node.ts';
import type { CorrelationRule, GroupField } from './rule.ts';
import { parseTimespan } from './timespan.ts';

const keys = ['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate'];

/** Reads a correlation; problems are reported. */
export function parseCorrelation({ head, node }: IndexedRule, index: RuleIndex): CorrelationRule | undefined {
  node.refuseUnknownKeys([...headKeys, 'correlation', 'generate', 'cam_tests']);
  const section = node.get('correlation');
  if (!section?.isMap) return (section ?? node).report('The correlation is empty.', 'Write type, rules, group-by and timespan.');
  section.refuseUnknownKeys(keys);
  const type = section.get('type')?.value;
  if (typeof type !== 'string' || !(correlationTypes as readonly string[]).includes(type)) {
    const shown = typeof type === 'string' ? `The type "${type}" is not supported.` : 'The type is missing.';
    return (section.get('type') ?? section).report(shown, `Write one of ${correlationTypes.join(', ')}.`);
  }
  const rules = parseReferences(section, index);
  const generate = parseGenerate(node, section);
  const timespanMicros = parseSpan(section);
  if (rules === undefined) return undefined;
  const ruleKeys = rules.map(({ head: { key } }) => key);
  const keyOf = (name: string): string | undefined => rules.find((rule) => rule.head.name === name)?.head.key;
  const statement = parseStatement(section, ruleKeys, keyOf);
  const groupBy = parseGroups(section, rules);
  const tests = parseRuleTests(node.get('cam_tests'), index, groupBy?.length ?? 0);
  if (statement === undefined || groupBy === undefined || timespanMicros === undefined || tests === undefined) return undefined;
  warnWhereNotPortable(section, statement);
  return { ...head, kind: 'correlation', statement, rules: ruleKeys, groupBy, timespanMicros, generate, tests };
}

function parseReferences(section: RuleNode, index: RuleIndex): readonly IndexedRule[] | undefined {
  const listed = section.get('rules');
  const condition = section.get('condition');
  const fromText = listed === undefined && condition !== undefined && typeof condition.value === 'string' ? condition : undefined;
  const node = listed ?? fromText;
  if (node === undefined) return section.report('The correlation lists no rules.', 'Write rules: [name, name].');
  const names = fromText === undefined ? node.texts() : namesInCondition(String(fromText.value));
  if (names === undefined) return undefined;
  if (names.length === 0) return node.report('The condition names no rules.', 'Write names of rules, joined by and, or, not.');
  const found = names.map((name, at) => index.find(name, ['detection', 'correlation'], listed?.items()?.[at] ?? node));
  if (!found.every((rule) => rule !== undefined)) return undefined;
  if (new Set(found).size < found.length) return node.report('A rule is listed twice, by its name and by its id.', 'Keep one of them.');
  return found;
}

/** The specification has the key at the top, other tools inside the section: either is read, and both must agree. */
function parseGenerate(node: RuleNode, section: RuleNode): boolean {
  const values = [node.get('generate'), section.get('generate')].filter((value) => value !== undefined);
  for (const value of values) {
    if (typeof value.value !== 'boolean') value.report('"generate" is true or false.', 'Write true or false.');
  }
  const [first, second] = values;
  if (first !== undefined && second !== undefined && first.value !== second.value) {
    second.report('"generate" stands here twice with different values.', 'Write the same in both places, or in one only.');
  }
  return first?.value === true;
}

function parseSpan(section: RuleNode): bigint | undefined {
  const node = section.get('timespan');
  if (node === undefined) return section.report('The correlation has no timespan.', 'Write timespan: 24h.');
  const micros = parseTimespan(node.written);
  return typeof micros === 'bigint' ? micros : node.report(micros, 'Write a whole number and s, m, h, d or w, such as 24h.');
}

function parseGroups(section: RuleNode, rules: readonly IndexedRule[]): readonly GroupField[] | undefined {
  const aliases = parseAliases(section.get('aliases'), rules);
  const node = section.get('group-by');
  if (aliases === undefined) return undefined;
  if (node === undefined) return [];
  const names = node.texts(true);
  for (const [alias] of aliases) {
    if (names !== undefined && !names.includes(alias)) {
      section.get('aliases')?.get(alias)?.warn(`The alias "${alias}" is not used in group-by.`, 'Use it, or take it out.');
    }
  }
  return names?.map((name) => ({
    name,
    fieldOf: aliases.get(name) ?? Object.fromEntries(rules.map(({ head }) => [head.key, name])),
  }));
}

function parseAliases(
  node: RuleNode | undefined,
  rules: readonly IndexedRule[],
): ReadonlyMap<string, Readonly<Record<string, string>>> | undefined {
  const aliases = new Map<string, Readonly<Record<string, string>>>();
  if (node === undefined) return aliases;
  if (!node.isMap) return node.report('Aliases are a map.', 'Write alias: {rule name: field}.');
  for (const [alias, child] of node.entries()) {
    const fields = new Map<string, string>();
    if (!child.isMap) return child.report('An alias says for each rule which field it means.', 'Write alias: {rule name: field}.');
    for (const [name, fieldNode] of child.entries()) {
      const rule = rules.find(({ head }) => head.name === name || head.id === name);
      if (rule === undefined) return fieldNode.report(`"${name}" is not among the rules listed.`, 'Write a name from rules.');
      const field = fieldNode.text();
      if (field === undefined) return undefined;
      fields.set(rule.head.key, field);
    }
    const without = rules.find(({ head }) => !fields.has(head.key));
    if (without !== undefined) {
      return child.report(`The alias "${alias}" names no field of "${without.head.key}".`, 'Name the field of every rule listed.');
    }
    aliases.set(alias, Object.fromEntries(fields));
  }
  return aliases;
}
