/**
 * Logic with three values. A statement over what is known *holds* or *fails* for good, whatever rows may still come, or it
 * is *open*: rows of a missing source can decide it either way.
 */
import { compareDecimals, type Decimal, decimalOf } from './decimal.ts';
import { satisfies } from './match.ts';
import type { Limit, RuleExpression } from './rule.ts';

/** What can be said of a statement about a window. */
export type Judgement = 'holds' | 'fails' | 'open';

/** Verdict on one group. `sources`: those that can decide, sorted; never empty. */
export type RuleVerdict =
  { readonly kind: 'confirmed' } | { readonly kind: 'not found' } | { readonly kind: 'undetermined'; readonly sources: readonly string[] };

/** All must hold. */
export function every(judgements: readonly Judgement[]): Judgement {
  if (judgements.includes('fails')) return 'fails';
  return judgements.includes('open') ? 'open' : 'holds';
}

/** One must hold. */
export function some(judgements: readonly Judgement[]): Judgement {
  if (judgements.includes('holds')) return 'holds';
  return judgements.includes('open') ? 'open' : 'fails';
}

/** What is open stays open. */
export function negation(judgement: Judgement): Judgement {
  return judgement === 'open' ? 'open' : judgement === 'holds' ? 'fails' : 'holds';
}

/** What is known for good. */
export function decided(isTrue: boolean): Judgement {
  return isTrue ? 'holds' : 'fails';
}

/** Whether an exact number satisfies all limits. */
export function judgeExact(limits: readonly Limit[], value: Decimal): Judgement {
  return decided(limits.every((limit) => satisfies(limit.comparison, compareDecimals(value, decimalOf(limit.value)))));
}

/**
 * Whether a count of at least `least` and at most `most` satisfies all limits. "At least" stays true once it is; every other
 * comparison is open as long as the count can change.
 */
export function judgeCount(limits: readonly Limit[], least: number, most: number): Judgement {
  if (least === most) return judgeExact(limits, { digits: BigInt(least), scale: 0 });
  return every(
    limits.map(({ comparison, value }): Judgement => {
      if (comparison !== 'gt' && comparison !== 'gte') return 'open';
      const needed = BigInt(value) + (comparison === 'gt' ? 1n : 0n);
      if (BigInt(least) >= needed) return 'holds';
      return most === Infinity || BigInt(most) >= needed ? 'open' : 'fails';
    }),
  );
}

/**
 * Judges names joined by words.
 * @param wanted a name that must be there
 * @param unwanted a name that stands behind an odd number of `not`
 */
export function judgeExpression(
  expression: RuleExpression,
  wanted: (rule: string) => Judgement,
  unwanted: (rule: string) => Judgement,
): Judgement {
  switch (expression.kind) {
    case 'rule':
      return wanted(expression.rule);
    case 'not':
      return negation(judgeExpression(expression.of, unwanted, wanted));
    case 'and':
      return every(expression.of.map((part) => judgeExpression(part, wanted, unwanted)));
    case 'or':
      return some(expression.of.map((part) => judgeExpression(part, wanted, unwanted)));
  }
}
