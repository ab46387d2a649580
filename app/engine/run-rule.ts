/** The rule of a run as the engine evaluates it: read from the plan's own text, so that it stays what it was when the run began. */
import { microsOfInstant } from '../model/instant.ts';
import type { RunPlan, SourceId } from '../model/plan.ts';
import { formatInZone } from '../model/zoned-time.ts';
import { isGroupedByClient, leastOf, takesAll } from '../rules/describe-rule.ts';
import { logsourceLabel, sourcesOfLogsource } from '../rules/logsource.ts';
import { parseRules } from '../rules/parse-rules.ts';
import type { CorrelationRule, DetectionRule, FilterRule, Logsource, RuleSet } from '../rules/rule.ts';

/** A rule over the sources of a run. */
export interface RunRule {
  readonly set: RuleSet;
  /** The outermost correlation; its time span is the length of the run's window. */
  readonly rule: CorrelationRule;
  /** Ids of the sources of the run that a log source means. */
  readonly sourcesOf: (logsource: Logsource) => readonly SourceId[];
  /** The day, `YYYY-MM-DD`, by which filters expire: the day of the run in the analyst's zone. */
  readonly today: string;
}

/** @throws Error when the plan's text is no rule: a mistake in the program */
export function runRuleOf(plan: RunPlan): RunRule {
  const { rules, problems } = parseRules([{ file: plan.rule.file, text: plan.rule.text }], plan.rule.placeholders);
  const found = rules?.correlations.find(({ key }) => key === plan.rule.key);
  if (rules === undefined || found === undefined) throw new Error(`the plan's rule cannot be read: ${JSON.stringify(problems)}`);
  const length = microsOfInstant(plan.window.to) - microsOfInstant(plan.window.from);
  const span = plan.range === undefined ? length : BigInt(Math.round(plan.windowHours * 3_600_000_000));
  const rule = { ...found, timespanMicros: span };
  const candidates = plan.sources.map(({ id, database, changeType }) => ({ source: id, database, changeType }));
  return {
    set: { ...rules, correlations: rules.correlations.map((other) => (other === found ? rule : other)) },
    rule,
    sourcesOf: (logsource) => sourcesOfLogsource(logsource, candidates),
    today: formatInZone(plan.createdAt, plan.zone).slice(0, 10),
  };
}

/** Detections that a correlation picks events with, directly or over others, each once. */
export function detectionsOf({ set }: Pick<RunRule, 'set'>, rule: CorrelationRule): readonly DetectionRule[] {
  const found = rule.rules.flatMap((key) => {
    const inner = set.correlations.find((other) => other.key === key);
    return inner === undefined ? set.detections.filter((other) => other.key === key) : detectionsOf({ set }, inner);
  });
  return [...new Set(found)];
}

/** Filters for the detections of a rule. */
export function filtersOf(run: RunRule): readonly FilterRule[] {
  const keys = detectionsOf(run, run.rule).map(({ key }) => key);
  return run.set.filters.filter((filter) => filter.rules.some((key) => keys.includes(key)));
}

/** Whether a filter works no more. */
export function isExpired({ expires }: FilterRule, today: string): boolean {
  return expires !== undefined && expires < today;
}

/** What a report calls the changes that a rule of a correlation picks: the change type where that is clear, else the rule's key. */
export function columnPrefixOf({ set }: Pick<RunRule, 'set'>, rule: CorrelationRule, key: string): string {
  const categoryOf = (name: string): string | undefined => {
    const detection = set.detections.find((other) => other.key === name);
    return detection?.logsource.service === undefined ? detection?.logsource.category?.toLowerCase() : undefined;
  };
  const own = categoryOf(key);
  return own !== undefined && rule.rules.filter((name) => categoryOf(name) === own).length === 1 ? own : key;
}

/** A correlation that the whole events of its sources answer: at least `atLeast` of several detections, by client. */
export interface PlainRule {
  readonly atLeast: number;
  readonly detections: readonly DetectionRule[];
}

/** The rule as a plain one; `undefined` where rows have to be looked into, a filter works, or two detections share a source. */
export function plainRuleOf(run: RunRule): PlainRule | undefined {
  const { rule, set, today } = run;
  const atLeast = leastOf(rule);
  const detections = rule.rules.flatMap((key) => set.detections.filter((other) => other.key === key && takesAll(other.test)));
  const isFiltered = filtersOf(run).some((filter) => !isExpired(filter, today));
  if (atLeast === undefined || !isGroupedByClient(rule) || isFiltered || detections.length < rule.rules.length) return undefined;
  const sources = detections.flatMap(({ logsource }) => run.sourcesOf(logsource));
  return new Set(sources).size === sources.length ? { atLeast, detections } : undefined;
}

/** What stands for the sources of a log source for which the run has none: nothing is known of them, which is not the same as no events. */
export function sourceless(logsource: Logsource): string {
  return `${logsourceLabel(logsource)} (no source in this run)`;
}
