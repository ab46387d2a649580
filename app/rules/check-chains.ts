/** Correlations that refer to correlations: no circle, and every field that is asked for is there. */
import type { RuleNode } from './rule-node.ts';
import type { CorrelationRule } from './rule.ts';

/** Longest chain; each level multiplies the work. */
const maxDepth = 8;

/** Reports circles and fields that an inner correlation does not have. A correlation's matches carry its group's fields only. */
export function checkChains(correlations: readonly CorrelationRule[], nodeOf: (rule: CorrelationRule) => RuleNode | undefined): void {
  const byKey = new Map(correlations.map((rule) => [rule.key, rule]));
  const depthOf = createDepths(byKey);
  for (const rule of correlations) {
    const node = nodeOf(rule)?.get('correlation');
    if (depthOf(rule) > maxDepth) {
      node
        ?.get('rules')
        ?.report('The correlation refers to itself, directly or over others, or the chain is too long.', 'Break the chain.');
    }
    for (const inner of rule.rules.flatMap((key) => byKey.get(key) ?? [])) checkFields(rule, inner, node);
  }
}

/** Depths of chains; a rule in a circle, or above one, is infinitely deep. Each rule is looked at once. */
function createDepths(byKey: ReadonlyMap<string, CorrelationRule>): (rule: CorrelationRule) => number {
  const depths = new Map<string, number>();
  const depthOf = (rule: CorrelationRule): number => {
    const known = depths.get(rule.key);
    if (known !== undefined) return known;
    depths.set(rule.key, Infinity);
    const depth = 1 + Math.max(0, ...rule.rules.flatMap((key) => byKey.get(key) ?? []).map(depthOf));
    depths.set(rule.key, depth);
    return depth;
  };
  return depthOf;
}

function checkFields(rule: CorrelationRule, inner: CorrelationRule, node: RuleNode | undefined): void {
  const has = (field: string): boolean => inner.groupBy.some(({ name }) => name.toLowerCase() === field.toLowerCase());
  const refuse = (key: string, field: string): void => {
    (node?.get(key) ?? node)?.report(
      `The matches of "${inner.key}" have no field "${field}".`,
      `Add it to group-by of "${inner.key}", or use one of its fields.`,
    );
  };
  for (const { fieldOf } of rule.groupBy) {
    const field = fieldOf[inner.key];
    if (field !== undefined && !has(field)) refuse('group-by', field);
  }
  const { statement } = rule;
  const measured = statement.kind === 'value_count' ? statement.fields : 'field' in statement ? [statement.field] : [];
  for (const field of measured) if (!has(field)) refuse('condition', field);
}
