/** Tests inside a rule file: named histories with the verdicts that are expected. */
import { numberText } from './parse-field-test.ts';
import { isDay } from './parse-head.ts';
import type { RuleIndex } from './rule-index.ts';
import type { RuleNode } from './rule-node.ts';
import type { ExpectedGroup, RuleEvent, RuleTest, RuleValue, VerdictKind } from './rule.ts';

const verdicts: readonly VerdictKind[] = ['confirmed', 'not found', 'undetermined'];
const timePattern = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:\d\d)$/;

/** Microseconds of a time with an offset or `Z`; `undefined` where the text is none. */
export function parseMoment(text: string): bigint | undefined {
  const [, day, clockText, offset] = timePattern.exec(text) ?? [];
  const [clock, fraction = ''] = clockText?.split('.') ?? [];
  if (day === undefined || clock === undefined || offset === undefined || !isDay(day)) return undefined;
  const ms = Date.parse(`${day}T${clock}${offset}`);
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1000n + BigInt(fraction.padEnd(6, '0'));
}

/** Reads `cam_tests`; `undefined` where there are problems, an empty list where there are no tests. */
export function parseRuleTests(node: RuleNode | undefined, index: RuleIndex, groupFields: number): readonly RuleTest[] | undefined {
  if (node === undefined) return [];
  const items = node.items();
  if (items === undefined) return node.report('Tests are a list.', 'Write - name: … for each test.');
  return complete(items.map((item) => parseTest(item, index, groupFields)));
}

function parseTest(node: RuleNode, index: RuleIndex, groupFields: number): RuleTest | undefined {
  if (!node.isMap) return node.report('A test is a map.', 'Write name, events and expect.');
  node.refuseUnknownKeys(['name', 'at', 'events', 'missing', 'expect', 'others']);
  const name = (node.get('name') ?? node).text();
  const at = node.get('at') === undefined ? undefined : parseTime(node.get('at') ?? node);
  const events = parseList(node, 'events', (item) => parseEvent(item, index));
  const missing = node.get('missing') === undefined ? [] : parseList(node, 'missing', (item) => sourceOf(item, index));
  const expect = node.get('expect') === undefined ? [] : parseList(node, 'expect', (item) => parseGroup(item, index, groupFields));
  const others = parseVerdict(node.get('others'), 'not found');
  if (node.get('at') !== undefined && at === undefined) return undefined;
  if (name === undefined || events === undefined || missing === undefined || expect === undefined || others === undefined) return undefined;
  return { name, ...(at !== undefined && { at }), events, missing, expect, others, line: node.line };
}

function parseEvent(node: RuleNode, index: RuleIndex): RuleEvent | undefined {
  node.refuseUnknownKeys(['time', 'source', 'fields']);
  const timeNode = node.get('time');
  const time = timeNode === undefined ? node.report('The event has no time.', 'Write time: 2026-03-01T12:00:00Z.') : parseTime(timeNode);
  const sourceNode = node.get('source');
  const source =
    sourceNode === undefined ? node.report('The event has no source.', 'Write source: and a name.') : sourceOf(sourceNode, index);
  const fieldsNode = node.get('fields');
  if (!fieldsNode?.isMap) return (fieldsNode ?? node).report('The event has no fields.', 'Write fields: {name: value}.');
  const fields = fieldsNode.entries().map(([name, child]) => [name, valueOf(child)] as const);
  if (time === undefined || source === undefined) return undefined;
  const known = fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return known.length === fields.length ? { time, source, fields: Object.fromEntries(known) } : undefined;
}

function valueOf(node: RuleNode): RuleValue | undefined {
  const { value } = node;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return numberText(node);
  return node.report('A single value is needed here.', 'Write a text, a number, true, false or null.');
}

function parseTime(node: RuleNode): bigint | undefined {
  return parseMoment(String(node.value)) ?? node.report('This is not a time with an offset.', 'Write one such as 2026-03-01T12:00:00Z.');
}

function sourceOf(node: RuleNode, index: RuleIndex): string | undefined {
  const text = node.text();
  return text === undefined ? undefined : index.find(text, ['detection'], node)?.head.key;
}

function parseGroup(node: RuleNode, index: RuleIndex, groupFields: number): ExpectedGroup | undefined {
  node.refuseUnknownKeys(['group', 'verdict', 'sources']);
  const groupNode = node.get('group');
  const group =
    groupNode === undefined
      ? []
      : (groupNode.items() ?? [groupNode]).map((item) => (item.isMap || item.isList ? undefined : String(item.value)));
  const values = complete(group);
  if (values?.length !== groupFields) {
    return (groupNode ?? node).report(`The rule groups by ${String(groupFields)} fields.`, 'Write one value for each field of group-by.');
  }
  const verdict = parseVerdict(node.get('verdict'), undefined);
  if (node.get('verdict') === undefined) return node.report('The verdict is missing.', `Write one of ${verdicts.join(', ')}.`);
  const sources = node.get('sources') === undefined ? undefined : parseList(node, 'sources', (item) => sourceOf(item, index));
  if (verdict === undefined || (node.get('sources') !== undefined && sources === undefined)) return undefined;
  return { group: values, verdict, ...(sources !== undefined && { sources: [...sources].sort() }) };
}

function parseVerdict(node: RuleNode | undefined, fallback: VerdictKind | undefined): VerdictKind | undefined {
  if (node === undefined) return fallback;
  const verdict = verdicts.find((known) => known === node.value);
  return verdict ?? node.report('This is not a verdict.', `Write one of ${verdicts.join(', ')}.`);
}

function parseList<T>(node: RuleNode, key: string, parse: (item: RuleNode) => T | undefined): readonly T[] | undefined {
  const list = node.get(key);
  const items = list?.items();
  if (items === undefined) return (list ?? node).report(`"${key}" is a list.`, `Write ${key}: and a list.`);
  return complete(items.map(parse));
}

function complete<T>(list: readonly (T | undefined)[]): readonly T[] | undefined {
  const known = list.flatMap((item) => (item === undefined ? [] : [item]));
  return known.length === list.length ? known : undefined;
}
