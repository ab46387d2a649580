/** Whether an event is one that a detection means. */
import { compareDecimals, type Decimal, decimalOf, parseDecimal } from './decimal.ts';
import { isInNetwork } from './network.ts';
import type { Comparison, EventTest, RuleEvent, RuleValue, ValueTest } from './rule.ts';
import { foldCase, matchesPattern } from './text-pattern.ts';
import { timePartOf } from './time-part.ts';

type Fields = RuleEvent['fields'];

/** Whether the values of an event satisfy a test. */
export function matches(test: EventTest, fields: Fields): boolean {
  switch (test.kind) {
    case 'all':
      return test.of.every((part) => matches(part, fields));
    case 'any':
      return test.of.some((part) => matches(part, fields));
    case 'not':
      return !matches(test.of, fields);
    case 'field':
      return matchesValue(test.test, fieldOf(fields, test.field), fields);
  }
}

/** The value of a field, NULL where there is none. A name is found in any case; the exact one comes first. */
export function fieldOf(fields: Fields, name: string): RuleValue {
  if (Object.hasOwn(fields, name)) return fields[name] ?? null;
  const wanted = name.toLowerCase();
  const found = Object.keys(fields).find((key) => key.toLowerCase() === wanted);
  return found === undefined ? null : (fields[found] ?? null);
}

/** A value as text, the form in which values are compared with each other. */
export function textOf(value: Exclude<RuleValue, null>): string {
  return String(value);
}

/** A value as a number; `undefined` where it is none. */
export function numberOf(value: RuleValue): Decimal | undefined {
  return value === null || typeof value === 'boolean' ? undefined : parseDecimal(textOf(value));
}

/** Whether a comparison's outcome (negative, 0, positive) is the one that is asked for. */
export function satisfies(comparison: Comparison, outcome: number): boolean {
  switch (comparison) {
    case 'gt':
      return outcome > 0;
    case 'gte':
      return outcome >= 0;
    case 'lt':
      return outcome < 0;
    case 'lte':
      return outcome <= 0;
    case 'eq':
      return outcome === 0;
    case 'neq':
      return outcome !== 0;
  }
}

/** Whether a value satisfies a test; `fields` are those of its event. NULL satisfies nothing but the test for NULL. */
export function matchesValue(test: ValueTest, value: RuleValue, fields: Fields): boolean {
  if (test.kind === 'null') return value === null;
  if (value === null) return false;
  switch (test.kind) {
    case 'exists':
      return true;
    case 'text':
      return matchesPattern(test.pattern, textOf(value), test.cased);
    case 'number': {
      const number = numberOf(value);
      return number !== undefined && satisfies(test.comparison, compareDecimals(number, decimalOf(test.value)));
    }
    case 'boolean':
      return textOf(value).toLowerCase() === String(test.value);
    case 'regex':
      return new RegExp(test.source, test.flags).test(textOf(value));
    case 'network':
      return isInNetwork(textOf(value), test);
    case 'time-part': {
      const part = timePartOf(textOf(value), test.part);
      return part !== undefined && satisfies(test.comparison, compareDecimals(decimalOf(String(part)), decimalOf(test.value)));
    }
    case 'field':
      return matchesOther(test, textOf(value), fieldOf(fields, test.other));
  }
}

function matchesOther(test: ValueTest & { kind: 'field' }, value: string, other: RuleValue): boolean {
  if (other === null) return false;
  const fold = (text: string): string => (test.cased ? text : foldCase(text));
  const [left, right] = [fold(value), fold(textOf(other))];
  switch (test.how) {
    case 'equals':
      return left === right;
    case 'contains':
      return left.includes(right);
    case 'startswith':
      return left.startsWith(right);
    case 'endswith':
      return left.endsWith(right);
  }
}
