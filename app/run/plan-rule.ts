/** The rule of a plan: which one, and which sources of the run each of its detections is about. */
import type { Configuration } from '../model/database.ts';
import { CamError, failure } from '../model/failure.ts';
import type { Instant } from '../model/instant.ts';
import type { PlannedRule } from '../model/rule.ts';
import type { PlannedSource } from '../model/plan.ts';
import { sourcesOfLogsource } from '../rules/logsource.ts';

/** @throws CamError `request.invalid` when there is no such rule */
export function planRule({ rules }: Configuration, key: string, sources: readonly PlannedSource[]): PlannedRule {
  const rule = rules.rules.find((candidate) => candidate.key === key);
  if (rule === undefined) {
    const known = rules.rules.map((candidate) => candidate.key).join(', ');
    throw new CamError(failure('request.invalid', { message: `There is no rule ${key}.`, action: `Use one of: ${known}.`, field: 'rule' }));
  }
  const candidates = sources.map(({ id, database, changeType }) => ({ source: id, database, changeType }));
  return {
    ...rule,
    sources: rule.detections.map((detection) => ({
      detection: detection.key,
      sources: sourcesOfLogsource(detection.logsource, candidates),
    })),
  };
}

/** The change types that a rule looks at, in its order. One that no source tells about is among them where the rule names it. */
export function changeTypesOf(rule: PlannedRule, sources: readonly PlannedSource[]): readonly string[] {
  const own = rule.detections.flatMap(({ key, logsource }) => {
    if (logsource.category !== undefined) return [logsource.category.toLowerCase()];
    const ids = rule.sources.find(({ detection }) => detection === key)?.sources ?? [];
    return sources.flatMap(({ id, changeType }) => (changeType !== null && ids.includes(id) ? [changeType] : []));
  });
  return [...new Set(rule.changes?.types ?? own)];
}

/** What stands in the way of the rule, one sentence each. */
export function notesOfRule(rule: PlannedRule, now: Instant): readonly string[] {
  const unasked = rule.detections.filter(({ key }) =>
    rule.sources.every(({ detection, sources }) => detection !== key || sources.length === 0),
  );
  const about = [...new Set(unasked.map((detection) => detection.about))];
  const expired = rule.filters.filter(({ expires }) => expires !== undefined && expires < now.slice(0, 10));
  const { changes } = rule;
  const enough = changes !== undefined && changes.types.length - about.length >= changes.atLeast;
  return [
    ...(about.length === 0
      ? []
      : [
          changes === undefined
            ? `No query tells about ${about.join(', ')}, so what the rule “${rule.title}” needs of it stays unknown.`
            : `No query gives ${about.join(', ')} changes, so ${enough ? 'what depends on them stays unknown' : 'no client can be confirmed'}.`,
        ]),
    ...expired.map(({ title, expires }) => `The filter “${title}” ended on ${expires ?? ''} and hides nothing any more.`),
  ];
}
