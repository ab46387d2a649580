/** What a correlation states: its type and its condition. */
import { parseWords, type Words, WordsError } from './condition-words.ts';
import { compareDecimals, decimalOf } from './decimal.ts';
import { numberText } from './parse-field-test.ts';
import type { RuleNode } from './rule-node.ts';
import type { Limit, RuleExpression, Statement } from './rule.ts';

/** Every type of correlation that is supported. */
export const correlationTypes = [
  ...['event_count', 'value_count', 'temporal', 'temporal_ordered', 'value_sum', 'value_avg', 'value_percentile'],
] as const;

const comparisons = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;
const zero = decimalOf('0');

/** Names in an ordered text condition; each more doubles the orders to be looked at. */
const maxOrderedNames = 10;

/**
 * Reads type and condition.
 * @param rules keys of the rules it refers to, in the order of the file
 * @param keyOf the key of a rule by its name
 */
export function parseStatement(
  node: RuleNode,
  rules: readonly string[],
  keyOf: (name: string) => string | undefined,
): Statement | undefined {
  const type = node.get('type')?.value;
  const condition = node.get('condition');
  if (type === 'temporal' || type === 'temporal_ordered') {
    const ordered = type === 'temporal_ordered';
    if (condition === undefined) return { kind: 'temporal', ordered, limits: [{ comparison: 'gte', value: String(rules.length) }] };
    if (typeof condition.value === 'string') return parseTextCondition(condition, ordered, rules, keyOf);
    const limits = parseLimits(condition, [], true);
    return limits && checkReachable(condition, limits, rules.length) ? { kind: 'temporal', ordered, limits } : undefined;
  }
  if (condition === undefined) return node.report('The correlation has no condition.', 'Write condition: {gte: …}.');
  if (!condition.isMap) return condition.report('Only temporal correlations have a condition of words.', 'Write condition: {gte: …}.');
  switch (type) {
    case 'event_count': {
      const limits = parseLimits(condition, [], true);
      return limits && { kind: 'event_count', limits };
    }
    case 'value_count': {
      const limits = parseLimits(condition, ['field'], true);
      const fields = fieldNode(condition)?.texts(true);
      return limits && fields && { kind: 'value_count', fields, limits };
    }
    case 'value_sum':
    case 'value_avg': {
      const limits = parseLimits(condition, ['field'], false);
      const field = fieldNode(condition)?.text();
      return limits && field ? { kind: type, field, limits } : undefined;
    }
    case 'value_percentile': {
      const limits = parseLimits(condition, ['field', 'percentile'], false);
      const field = fieldNode(condition)?.text();
      const percentile = parsePercentile(condition.get('percentile'));
      return limits && field && percentile ? { kind: 'value_percentile', field, percentile, limits } : undefined;
    }
    default:
      // The caller has reported it.
      return undefined;
  }
}

function fieldNode(condition: RuleNode): RuleNode | undefined {
  const node = condition.get('field');
  if (node === undefined) condition.report('It is not said which field is counted or measured.', 'Write field: and its name.');
  return node;
}

function parseLimits(condition: RuleNode, others: readonly string[], isCount: boolean): readonly Limit[] | undefined {
  condition.refuseUnknownKeys([...comparisons, ...others]);
  const limits: Limit[] = [];
  for (const comparison of comparisons) {
    const node = condition.get(comparison);
    if (node === undefined) continue;
    const value = numberText(node);
    if (value === undefined) return undefined;
    if (isCount && !/^\d+$/.test(value)) return node.report('A count is a whole number from 0.', 'Write a whole number.');
    limits.push({ comparison, value });
  }
  return limits.length > 0 ? limits : condition.report('The condition compares with nothing.', `Write one of ${comparisons.join(', ')}.`);
}

function checkReachable(condition: RuleNode, limits: readonly Limit[], rules: number): boolean {
  const unreachable = limits.find(({ comparison, value }) => {
    const least = BigInt(value) + (comparison === 'gt' ? 1n : 0n);
    return (comparison === 'gt' || comparison === 'gte' || comparison === 'eq') && least > BigInt(rules);
  });
  if (unreachable === undefined) return true;
  condition.report(`Only ${String(rules)} rules are listed, so this can never hold.`, 'Lower the number or list more rules.');
  return false;
}

function parsePercentile(node: RuleNode | undefined): string | undefined {
  if (node === undefined) return '50';
  const value = numberText(node);
  if (value === undefined) return undefined;
  const isInside = compareDecimals(decimalOf(value), zero) >= 0 && compareDecimals(decimalOf(value), decimalOf('100')) <= 0;
  return isInside ? value : node.report('A percentile lies between 0 and 100.', 'Write a number from 0 to 100.');
}

function parseTextCondition(
  node: RuleNode,
  ordered: boolean,
  rules: readonly string[],
  keyOf: (name: string) => string | undefined,
): Statement | undefined {
  try {
    const expression = toExpression(parseWords(String(node.value)), keyOf);
    const used = new Set(rulesOf(expression));
    const unused = rules.find((rule) => !used.has(rule));
    if (unused !== undefined) return node.report(`The rule "${unused}" is listed but not used.`, 'Use it, or take it out of rules.');
    if (ordered && used.size > maxOrderedNames) {
      return node.report(`An ordered condition has at most ${String(maxOrderedNames)} names.`, 'Split it into several correlations.');
    }
    return { kind: 'temporal_text', ordered, expression };
  } catch (error) {
    if (error instanceof WordsError) return node.report(error.message, 'Correct the condition.');
    throw error;
  }
}

function toExpression(words: Words, keyOf: (name: string) => string | undefined): RuleExpression {
  switch (words.kind) {
    case 'name': {
      const rule = keyOf(words.name);
      if (rule === undefined) throw new WordsError(`The rule "${words.name}" does not exist or is not among the rules listed.`);
      return { kind: 'rule', rule };
    }
    case 'some':
      throw new WordsError('"1 of" and "all of" are not used in the condition of a correlation; write gte: and a number.');
    case 'not':
      return { kind: 'not', of: toExpression(words.of, keyOf) };
    case 'and':
    case 'or':
      return { kind: words.kind, of: words.of.map((part) => toExpression(part, keyOf)) };
  }
}

/** Names in the order of their first appearance; empty where the text cannot be read. */
export function namesInCondition(text: string): readonly string[] {
  try {
    const names = (words: Words): readonly string[] =>
      words.kind === 'name' ? [words.name] : words.kind === 'some' ? [] : words.kind === 'not' ? names(words.of) : words.of.flatMap(names);
    return [...new Set(names(parseWords(text)))];
  } catch (error) {
    if (error instanceof WordsError) return [];
    throw error;
  }
}

/** Keys of the rules in an expression. */
export function rulesOf(expression: RuleExpression): readonly string[] {
  if (expression.kind === 'rule') return [expression.rule];
  return expression.kind === 'not' ? rulesOf(expression.of) : expression.of.flatMap(rulesOf);
}
