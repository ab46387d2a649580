/** A filter document: events that are not to count. */
import { headKeys, isDay } from './parse-head.ts';
import { parseLogsource, parseSelections } from './parse-detection.ts';
import type { PlaceholderValues } from '../model/rule.ts';
import type { IndexedRule, RuleIndex } from './rule-index.ts';
import type { RuleNode } from './rule-node.ts';
import type { FilterRule } from './rule.ts';

/** Reads a filter; problems are reported. */
export function parseFilter({ head, node }: IndexedRule, index: RuleIndex, placeholders: PlaceholderValues): FilterRule | undefined {
  node.refuseUnknownKeys([...headKeys, 'logsource', 'filter', 'cam_expires']);
  const logsource = parseLogsource(node);
  const section = node.get('filter');
  if (!section?.isMap) return (section ?? node).report('The filter is empty.', 'Write rules, selection and condition.');
  const test = parseSelections(section, ['rules'], placeholders);
  const rules = parseRules(section, index);
  const expires = parseExpiry(node.get('cam_expires'));
  if (logsource === undefined || test === undefined || rules === undefined || expires === null) return undefined;
  return { ...head, kind: 'filter', logsource, rules, test, ...(expires !== undefined && { expires }) };
}

function parseRules(section: RuleNode, index: RuleIndex): readonly string[] | undefined {
  const node = section.get('rules');
  if (node === undefined) return section.report('The filter does not say which rules it is for.', 'Write rules: [name, name].');
  if (node.value === 'any') return node.report('A filter for any rule is not supported.', 'List the detections it is for.');
  const found = node.texts()?.map((name, at) => index.find(name, ['detection'], node.items()?.[at] ?? node));
  return found?.every((rule) => rule !== undefined) ? found.map(({ head }) => head.key) : undefined;
}

/** `undefined`: it never expires; `null`: reported. */
function parseExpiry(node: RuleNode | undefined): string | null | undefined {
  if (node === undefined) return undefined;
  const text = String(node.value);
  if (isDay(text)) return text;
  node.report('This is not a day.', 'Write the last day on which the filter works as YYYY-MM-DD.');
  return null;
}
