/** Where a rule means something here that other tools refuse or read otherwise. */
import type { RuleNode } from './rule-node.ts';
import type { Statement } from './rule.ts';

/** One difference: what, and what to do about it. */
export interface Difference {
  /** Key of the correlation's section it is about. */
  readonly key: string;
  readonly message: string;
  readonly action: string;
}

/** Differences of a correlation. */
export function differencesOf(statement: Statement, hasGroupBy: boolean): readonly Difference[] {
  const found: Difference[] = [];
  const add = (key: string, message: string, action: string): void => void found.push({ key, message, action });
  const limits = statement.kind === 'temporal_text' ? [] : statement.limits;
  if (!hasGroupBy) {
    add('group-by', 'Not portable: without group-by the official schema refuses the rule; here all events are one group.', 'Add group-by.');
  }
  if (limits.length > 1) {
    add('condition', 'Not portable: pySigma takes one comparison in a condition.', 'Write two correlations where others load the rule.');
  }
  if (statement.kind === 'temporal_text') {
    add(
      'condition',
      'Not portable: a condition of words is not in specification 2.1.0.',
      'Use gte: and a number where others load the rule.',
    );
  }
  if (limits.some(({ value }) => !/^-?\d+$/.test(value))) {
    add('condition', 'Not portable: pySigma cuts the fraction of a number off.', 'Use whole numbers where others load the rule.');
  }
  if (statement.kind === 'value_percentile') {
    add('condition', 'Not portable: the specification does not say how a percentile is taken.', 'Compare the results of both tools.');
  }
  return found;
}

/** Puts the differences beside the lines they are about. */
export function warnWhereNotPortable(section: RuleNode, statement: Statement): void {
  for (const { key, message, action } of differencesOf(statement, section.get('group-by') !== undefined)) {
    (section.get(key) ?? section).warn(message, action);
  }
}
