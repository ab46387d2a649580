/** One window of one group: does a correlation's statement hold in it? */
import { addDecimals, compareDecimals, type Decimal, decimalOf, multiplyDecimal } from './decimal.ts';
import type { Hit } from './hits.ts';
import { fieldOf, numberOf, satisfies, textOf } from './match.ts';
import type { CorrelationRule, Limit, RuleExpression } from './rule.ts';
import { decided, every, type Judgement, judgeCount, judgeExact, judgeExpression, some } from './three-valued.ts';

/**
 * Judges the events of a window.
 * @param hits in the order of time
 * @param isOpen whether rows that are still missing could bring further hits of a rule
 */
export function judgeWindow(rule: CorrelationRule, hits: readonly Hit[], isOpen: (rule: string) => boolean): Judgement {
  const { statement } = rule;
  const isAnyOpen = rule.rules.some(isOpen);
  switch (statement.kind) {
    case 'event_count': {
      const count = distinctEvents(hits).length;
      return judgeCount(statement.limits, count, isAnyOpen ? Infinity : count);
    }
    case 'value_count': {
      const count = countValues(hits, statement.fields);
      return judgeCount(statement.limits, count, isAnyOpen ? Infinity : count);
    }
    case 'value_sum':
      return isAnyOpen ? 'open' : judgeSum(statement.limits, numbersIn(hits, statement.field));
    case 'value_avg':
      return isAnyOpen ? 'open' : judgeMean(statement.limits, numbersIn(hits, statement.field));
    case 'value_percentile':
      return isAnyOpen ? 'open' : judgePercentile(statement.limits, statement.percentile, numbersIn(hits, statement.field));
    case 'temporal': {
      const times = timesByRule(hits);
      const count = (isFree: (rule: string) => boolean): number =>
        statement.ordered ? longestChain(rule.rules, times, isFree) : rule.rules.filter((key) => times.has(key) || isFree(key)).length;
      return judgeCount(
        statement.limits,
        count(() => false),
        count(isOpen),
      );
    }
    case 'temporal_text':
      return statement.ordered
        ? judgeInOrder(rule.rules, statement.expression, timesByRule(hits), isOpen)
        : judgePresence(statement.expression, timesByRule(hits), isOpen);
  }
}

/** One event that two rules picked is one event. */
function distinctEvents(hits: readonly Hit[]): readonly Hit[] {
  const seen = new Set<object>();
  return hits.filter(({ event }) => !seen.has(event) && seen.add(event));
}

/** Combinations with a NULL in them are not values. */
function countValues(hits: readonly Hit[], fields: readonly string[]): number {
  const values = new Set<string>();
  for (const hit of hits) {
    const combination = fields.map((field) => fieldOf(hit.fields, field)).filter((value) => value !== null);
    if (combination.length === fields.length) values.add(JSON.stringify(combination.map(textOf)));
  }
  return values.size;
}

/** What is NULL or no number is left out. */
function numbersIn(hits: readonly Hit[], field: string): readonly Decimal[] {
  return distinctEvents(hits).flatMap((hit) => numberOf(fieldOf(hit.fields, field)) ?? []);
}

/** Without any number there is no sum, no mean and no percentile: no comparison holds, `neq` neither. */
function judgeSum(limits: readonly Limit[], numbers: readonly Decimal[]): Judgement {
  return numbers.length === 0 ? 'fails' : judgeExact(limits, numbers.reduce(addDecimals));
}

/** The sum is compared with the limit times the count, so nothing is divided and nothing rounded. */
function judgeMean(limits: readonly Limit[], numbers: readonly Decimal[]): Judgement {
  if (numbers.length === 0) return 'fails';
  const sum = numbers.reduce(addDecimals);
  const count = BigInt(numbers.length);
  return every(
    limits.map(({ comparison, value }) => decided(satisfies(comparison, compareDecimals(sum, multiplyDecimal(decimalOf(value), count))))),
  );
}

/** Nearest rank: position ⌈p / 100 × n⌉ of the sorted values, counted from 1, at least 1. */
function judgePercentile(limits: readonly Limit[], percentile: string, numbers: readonly Decimal[]): Judgement {
  const { digits, scale } = decimalOf(percentile);
  const whole = 100n * 10n ** BigInt(scale);
  const rank = Number((digits * BigInt(numbers.length) + whole - 1n) / whole);
  const value = numbers.toSorted(compareDecimals)[Math.max(rank, 1) - 1];
  return value === undefined ? 'fails' : judgeExact(limits, value);
}

type Times = ReadonlyMap<string, readonly bigint[]>;

function timesByRule(hits: readonly Hit[]): Times {
  return new Map([...Map.groupBy(hits, (hit) => hit.rule)].map(([rule, own]) => [rule, own.map((hit) => hit.time)]));
}

const beforeAll = -(2n ** 80n);

/** First time of a rule that is not before `after`. */
function firstFrom(times: Times, rule: string, after: bigint): bigint | undefined {
  return times.get(rule)?.find((time) => time >= after);
}

/**
 * How many of the rules can be picked, in their order, with an event each at or after the one before. A free rule is there
 * whenever it is needed. `ends[n]` is the earliest end of n rules.
 */
function longestChain(rules: readonly string[], times: Times, isFree: (rule: string) => boolean): number {
  const ends: bigint[] = [beforeAll];
  for (const rule of rules) {
    // The longest first: what this rule makes longer must not be made longer by it again.
    for (const [length, end] of [...ends.entries()].toReversed()) {
      const next = isFree(rule) ? end : firstFrom(times, rule, end);
      const known = ends[length + 1];
      if (next !== undefined && (known === undefined || next < known)) ends[length + 1] = next;
    }
  }
  return ends.length - 1;
}

function judgePresence(expression: RuleExpression, times: Times, isOpen: (rule: string) => boolean): Judgement {
  const presence = (rule: string): Judgement => (times.has(rule) ? 'holds' : isOpen(rule) ? 'open' : 'fails');
  return judgeExpression(expression, presence, presence);
}

/**
 * In order: some of the rules, with an event each in the listed order, make the words true; a rule behind `not` must be
 * absent from the whole window.
 */
function judgeInOrder(rules: readonly string[], expression: RuleExpression, times: Times, isOpen: (rule: string) => boolean): Judgement {
  const presence = (rule: string): Judgement => (times.has(rule) ? 'holds' : isOpen(rule) ? 'open' : 'fails');
  const choices = subsetsOf(rules).map((chosen): Judgement => {
    const judge = (): Judgement => judgeExpression(expression, (rule) => decided(chosen.includes(rule)), presence);
    if (longestChain(chosen, times, () => false) === chosen.length) return judge();
    if (longestChain(chosen, times, isOpen) < chosen.length) return 'fails';
    return judge() === 'fails' ? 'fails' : 'open';
  });
  return some(choices);
}

function subsetsOf(rules: readonly string[]): readonly (readonly string[])[] {
  return rules.reduce<readonly (readonly string[])[]>((subsets, rule) => [...subsets, ...subsets.map((subset) => [...subset, rule])], [[]]);
}
