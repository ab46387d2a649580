/** A checked rule in words, for lists, plans and reports. */
import type { RuleDetection, RuleSummary } from '../model/rule.ts';
import { logsourceLabel } from './logsource.ts';
import type { Comparison, CorrelationRule, DetectionRule, EventTest, Limit, RuleExpression, RuleSet } from './rule.ts';
import { partsOf } from './write-rule.ts';

const microsPerHour = 3_600_000_000;

/**
 * What a rule is called, made of and looks for.
 * @param key of a correlation of the set
 */
export function describeRule(rules: RuleSet, key: string): RuleSummary {
  const parts = partsOf(rules, key);
  const rule = rules.correlations.find((candidate) => candidate.key === key);
  if (rule === undefined) throw new Error(`no correlation ${key}`);
  const { description } = rule.written;
  const changes = changesOf(rules, rule);
  return {
    key,
    title: rule.title,
    ...(typeof description === 'string' && { description }),
    ...(rule.level !== undefined && { level: rule.level }),
    file: rule.file,
    line: rule.line,
    words: changes === undefined ? statementInWords(rules, rule) : changesInWords(changes),
    ...(changes !== undefined && { changes }),
    timespanHours: Number(rule.timespanMicros) / microsPerHour,
    groupBy: rule.groupBy.map(({ name }) => name),
    detections: parts.flatMap((part) => (part.kind === 'detection' ? [describeDetection(part)] : [])),
    filters: parts.flatMap((part) =>
      part.kind === 'filter' ? [{ key: part.key, title: part.title, ...(part.expires !== undefined && { expires: part.expires }) }] : [],
    ),
    tests: rule.tests.length,
  };
}

/** Whether a detection takes every row of its sources that has a client id. */
export function takesAll(test: EventTest): boolean {
  if (test.kind === 'all') return test.of.every(takesAll);
  return test.kind === 'field' && test.field.toLowerCase() === 'user_id' && test.test.kind === 'exists';
}

/** How many of its rules a correlation asks for, where it asks for nothing else: in any order, at least so many. */
export function leastOf({ statement, rules }: CorrelationRule): number | undefined {
  if (statement.kind !== 'temporal' || statement.ordered) return undefined;
  const [limit] = statement.limits;
  if (limit === undefined || statement.limits.length > 1 || !['gt', 'gte'].includes(limit.comparison)) return undefined;
  const least = Number(limit.value) + (limit.comparison === 'gt' ? 1 : 0);
  return Number.isInteger(least) && least >= 1 && least <= rules.length ? least : undefined;
}

/** Whether all rules of a correlation see the client as the only field of the group. */
export function isGroupedByClient({ groupBy, rules }: CorrelationRule): boolean {
  const [only] = groupBy;
  if (only === undefined || groupBy.length > 1) return false;
  return rules.every((key) => (only.fieldOf[key] ?? only.name).toLowerCase() === 'user_id');
}

/** A rule about kinds of change: at least so many of several detections, each of which takes one whole change type. */
function changesOf(rules: RuleSet, rule: CorrelationRule): RuleSummary['changes'] {
  const atLeast = leastOf(rule);
  if (atLeast === undefined || !isGroupedByClient(rule)) return undefined;
  const types = rule.rules.map((key) => {
    const detection = rules.detections.find((candidate) => candidate.key === key);
    const isWhole = detection !== undefined && takesAll(detection.test) && detection.logsource.service === undefined;
    return isWhole ? detection.logsource.category : undefined;
  });
  const known = types.flatMap((type) => type ?? []);
  return known.length === rule.rules.length && new Set(known).size === known.length ? { types: known, atLeast } : undefined;
}

function changesInWords({ types, atLeast }: NonNullable<RuleSummary['changes']>): string {
  return atLeast === types.length ? inWords(types, 'and') : `at least ${String(atLeast)} of ${inWords(types, 'and')}`;
}

function describeDetection({ key, title, logsource }: DetectionRule): RuleDetection {
  return { key, title, about: logsourceLabel(logsource), logsource };
}

function statementInWords(rules: RuleSet, rule: CorrelationRule): string {
  const { statement } = rule;
  const titles = rule.rules.map((key) => titleOf(rules, key));
  const events = `events of ${inWords(titles, 'and')}`;
  switch (statement.kind) {
    case 'event_count':
      return `${limitsInWords(statement.limits)} ${events}`;
    case 'value_count':
      return `${limitsInWords(statement.limits)} different values of ${inWords(statement.fields, 'and')} in ${events}`;
    case 'value_sum':
      return `the sum of ${statement.field} in ${events} is ${limitsInWords(statement.limits)}`;
    case 'value_avg':
      return `the mean of ${statement.field} in ${events} is ${limitsInWords(statement.limits)}`;
    case 'value_percentile':
      return `percentile ${statement.percentile} of ${statement.field} in ${events} is ${limitsInWords(statement.limits)}`;
    case 'temporal':
      return `${temporalInWords(titles, statement.limits)}${statement.ordered ? ', in this order' : ''}`;
    case 'temporal_text':
      return `${expressionInWords(statement.expression, (key) => titleOf(rules, key))}${statement.ordered ? ', in this order' : ''}`;
  }
}

function temporalInWords(titles: readonly string[], limits: readonly Limit[]): string {
  const [only] = limits;
  if (limits.length === 1 && only?.comparison === 'gte' && Number(only.value) === titles.length) return inWords(titles, 'and');
  return `${limitsInWords(limits)} of ${inWords(titles, 'and')}`;
}

function titleOf(rules: RuleSet, key: string): string {
  return [...rules.detections, ...rules.correlations].find((rule) => rule.key === key)?.title ?? key;
}

function limitsInWords(limits: readonly Limit[]): string {
  const words: Readonly<Record<Comparison, string>> = {
    gt: 'more than',
    gte: 'at least',
    lt: 'fewer than',
    lte: 'at most',
    eq: 'exactly',
    neq: 'other than',
  };
  return limits.map(({ comparison, value }) => `${words[comparison]} ${value}`).join(' and ');
}

function expressionInWords(expression: RuleExpression, name: (key: string) => string): string {
  const inner = (part: RuleExpression): string => {
    const text = expressionInWords(part, name);
    return part.kind === 'and' || part.kind === 'or' ? `(${text})` : text;
  };
  switch (expression.kind) {
    case 'rule':
      return name(expression.rule);
    case 'not':
      return `not ${inner(expression.of)}`;
    case 'and':
    case 'or':
      return expression.of.map(inner).join(` ${expression.kind} `);
  }
}

function inWords(names: readonly string[], word: string): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} ${word} ${last}`;
}
