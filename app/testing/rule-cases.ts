/** What random histories are judged by: rules, missing sources and ranges of time, drawn the same way for the same seed. */
import type { CorrelationRule, RuleSet } from '../rules/rule.ts';
import { differentialSources, type Random } from './rule-histories.ts';

const hour = 3_600_000_000n;

/** Microseconds from the beginning of the histories. */
type Range = { readonly kind: 'anchored'; readonly at: bigint } | { readonly kind: 'sliding'; readonly from: bigint; readonly to: bigint };

/** A rule, what is missing of its sources, and the time over which it is judged. */
export interface DrawnCase {
  readonly rule: CorrelationRule;
  readonly missing: readonly string[];
  readonly partial: readonly string[];
  readonly range: Range;
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function generator(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Draws cases; without a number, a sixth of the kinds of rules with every subset of missing sources. */
export function casesOf(rules: RuleSet, random: Random, draws: number | undefined, firstRule = 0): readonly DrawnCase[] {
  const all = 2 ** differentialSources.length;
  const subset = (number: number): readonly string[] => differentialSources.flatMap(({ id }, at) => ((number >> at) % 2 === 1 ? [id] : []));
  const range = (): Range => {
    if (random() < 0.5) return { kind: 'anchored', at: BigInt(20 + Math.floor(random() * 41)) * hour };
    const from = BigInt(Math.floor(random() * 30)) * hour;
    return { kind: 'sliding', from, to: from + BigInt(20 + Math.floor(random() * 41)) * hour };
  };
  const drawn = (rule: CorrelationRule, number: number): DrawnCase => {
    const missing = subset(number);
    return { rule, missing, partial: missing.filter(() => random() < 0.2), range: range() };
  };
  if (draws === undefined) {
    const some = rules.correlations.filter(({ key }, at) => key.startsWith('c') && at % 6 === 0);
    return some.flatMap((rule) => Array.from({ length: all }, (_, number) => drawn(rule, number)));
  }
  return Array.from({ length: draws }, (_, place) =>
    drawn(rules.correlations[(firstRule + place) % rules.correlations.length]!, random() < 0.3 ? 0 : Math.floor(random() * all)),
  );
}
