/** Rules for tests that need a checked one. */
import type { ConfiguredRule, PlannedRule } from '../model/rule.ts';
import type { RunPlan } from '../model/plan.ts';
import { describeRule } from '../rules/describe-rule.ts';
import { sourcesOfLogsource } from '../rules/logsource.ts';
import { parseRules } from '../rules/parse-rules.ts';
import { textOfRule } from '../rules/write-rule.ts';

/** A rule of a text, ready to be planned. @throws Error when the text has a problem */
export function configuredRule(text: string, key?: string): ConfiguredRule {
  const { rules, problems } = parseRules([{ file: '/rules/test.yml', text }]);
  if (rules === undefined) throw new Error(JSON.stringify(problems));
  const wanted = key ?? rules.correlations[0]?.key ?? '';
  return { ...describeRule(rules, wanted), text: textOfRule(rules, wanted) };
}

/** A rule as the plan of these sources has it. */
export function plannedRule(rule: ConfiguredRule, sources: Pick<RunPlan, 'sources'>['sources']): PlannedRule {
  const candidates = sources.map(({ id, database, changeType }) => ({ source: id, database, changeType }));
  return {
    ...rule,
    sources: rule.detections.map(({ key, logsource }) => ({ detection: key, sources: sourcesOfLogsource(logsource, candidates) })),
  };
}

/** At least so many (default: all) of these change types by one client inside a day. */
export function changesRule(types: readonly string[], atLeast = types.length): ConfiguredRule {
  const names = types.map((type) => `${type}_change`);
  const correlation = `type: temporal, rules: [${names.join(', ')}], group-by: [user_id], timespan: 24h, condition: { gte: ${String(atLeast)} }`;
  const detections = types.map(
    (type) => `---
title: Change of ${type}
name: ${type}_change
logsource: { product: client_activity, category: ${type} }
detection: { selection: { user_id|exists: true }, condition: selection }
`,
  );
  return configuredRule(
    `title: Changes by one client inside a day\nname: changes\ncorrelation: { ${correlation} }\n${detections.join('')}`,
  );
}
