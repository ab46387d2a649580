/** A correlation with everything it refers to, as one Sigma file for other tools. */
import { stringify } from 'yaml';
import { differencesOf } from './portability.ts';
import type { CorrelationRule, DetectionRule, FilterRule, RuleSet } from './rule.ts';

/** The file, and where another tool will read it otherwise: one sentence each. */
export interface WrittenRule {
  readonly text: string;
  readonly warnings: readonly string[];
}

/**
 * Writes a correlation, the rules it refers to (each before the one that needs it) and the filters for them. Keys of our own
 * (`cam_…`) are left out; `generate` stands in both places where tools look for it.
 * @param key of a correlation of the set
 */
export function writeRule(rules: RuleSet, key: string): WrittenRule {
  const documents = partsOf(rules, key);
  const warnings = documents.flatMap((rule) => warningsFor(rule).map((message) => `${rule.key}: ${message}`));
  return { text: documents.map(writeDocument).join('---\n'), warnings };
}

/** A correlation and all it is made of as one file, letter by letter as its documents are written: read again, it is the same rule. */
export function textOfRule(rules: RuleSet, key: string): string {
  const parts = partsOf(rules, key);
  // Filters and tests may name further detections; without them the file could not be read.
  const named = parts.flatMap((part) => {
    if (part.kind === 'filter') return part.rules;
    return part.kind === 'correlation'
      ? part.tests.flatMap(({ events, missing }) => [...missing, ...events.map(({ source }) => source)])
      : [];
  });
  const others = rules.detections.filter((detection) => named.includes(detection.key) && !parts.includes(detection));
  return [...parts, ...others].map((rule) => rule.text).join('---\n');
}

/** What a correlation is made of: each rule before the one that needs it, then the filters for them. */
export function partsOf(rules: RuleSet, key: string): readonly (DetectionRule | CorrelationRule | FilterRule)[] {
  const outermost = rules.correlations.find((rule) => rule.key === key);
  if (outermost === undefined) throw new Error(`no correlation ${key}`);
  const needed = collect(rules, outermost);
  return [...needed, ...rules.filters.filter((filter) => needed.some((rule) => filter.rules.includes(rule.key)))];
}

function collect(rules: RuleSet, rule: CorrelationRule): readonly (DetectionRule | CorrelationRule)[] {
  const inner = rule.rules.flatMap((key) => {
    const correlation = rules.correlations.find((other) => other.key === key);
    return correlation === undefined ? rules.detections.filter((other) => other.key === key) : collect(rules, correlation);
  });
  return [...new Set([...inner, rule])];
}

/** Many tools read YAML 1.1, where a bare `yes` or `22:30` is no text: such values are put in quotes. */
function writeDocument(rule: DetectionRule | CorrelationRule | FilterRule): string {
  const document = Object.fromEntries(Object.entries(rule.written).filter(([name]) => !name.startsWith('cam_')));
  if (rule.kind === 'correlation') {
    document.generate = rule.generate;
    document.correlation = { ...(document.correlation as Readonly<Record<string, unknown>>), generate: rule.generate };
  }
  return stringify(document, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}

function warningsFor(rule: DetectionRule | CorrelationRule | FilterRule): readonly string[] {
  const warnings: string[] = [];
  if (rule.kind === 'correlation') {
    warnings.push(...differencesOf(rule.statement, rule.groupBy.length > 0).map(({ message, action }) => `${message} ${action}`));
  } else if (usesPlaceholders(rule.written)) {
    warnings.push('The values of placeholders are not part of the file; the other tool needs them too.');
  }
  if (rule.kind === 'filter') {
    warnings.push('Here a filter takes out what its condition meets, as the specification shows; some tools keep just that.');
    if (rule.expires !== undefined) warnings.push(`Other tools know no expiry; this filter ends here after ${rule.expires}.`);
  }
  return warnings;
}

function usesPlaceholders(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, child]) => /\|expand\b/.test(key) || usesPlaceholders(child));
}
