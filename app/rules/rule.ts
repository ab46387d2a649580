/**
 * Rules as checked values. Everything a file left open is settled here: names are resolved, modifiers are turned into
 * tests, time spans are microseconds. Whoever evaluates a rule, here or in a database, needs nothing of the YAML.
 */

/** A value of an event. Exact decimals come as text; instants as `YYYY-MM-DDTHH:MM:SS.ffffffZ`. */
export type RuleValue = string | number | bigint | boolean | null;

/** One row that is evidence of something. Rows that a retry or a standby brought twice are taken out before. */
export interface RuleEvent {
  /** Microseconds since 1970-01-01 UTC. */
  readonly time: bigint;
  /** Id of the source that the row came from. */
  readonly source: string;
  /** Values by name; a name is found in any case, the exact one first. */
  readonly fields: Readonly<Record<string, RuleValue>>;
}

/** Which events a detection or a filter is about; only the keys that are there restrict. */
export interface Logsource {
  readonly product?: string;
  readonly category?: string;
  readonly service?: string;
}

/** One piece of a text with wildcards. `any`: `*`, any number of characters; `one`: `?`, exactly one. */
export type PatternPart = { readonly kind: 'plain'; readonly text: string } | { readonly kind: 'any' } | { readonly kind: 'one' };

/** A comparison of numbers. */
export type Comparison = 'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'neq';

/** A part of a time. `week` is the ISO week. */
export type TimePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/** What one field must be. Numbers are decimal text, so that nothing is rounded. */
export type ValueTest =
  /** NULL, or not there. */
  | { readonly kind: 'null' }
  /** There and not NULL. */
  | { readonly kind: 'exists' }
  /** The whole text, in any case unless `cased`. */
  | { readonly kind: 'text'; readonly pattern: readonly PatternPart[]; readonly cased: boolean }
  | { readonly kind: 'number'; readonly comparison: Comparison; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** Found anywhere in the text; without look-around and back references, so that any engine can run it. */
  | { readonly kind: 'regex'; readonly source: string; readonly flags: string }
  /** An address inside a network: bits of the address, how many of them count, 32 or 128 in all. */
  | { readonly kind: 'network'; readonly address: bigint; readonly prefix: number; readonly bits: 32 | 128 }
  | { readonly kind: 'time-part'; readonly part: TimePart; readonly comparison: Comparison; readonly value: string }
  /** Compared with the text of another field of the same event. */
  | {
      readonly kind: 'field';
      readonly other: string;
      readonly how: 'equals' | 'contains' | 'startswith' | 'endswith';
      readonly cased: boolean;
    };

/** Whether an event is meant. `all` of nothing holds, `any` of nothing does not. */
export type EventTest =
  | { readonly kind: 'all'; readonly of: readonly EventTest[] }
  | { readonly kind: 'any'; readonly of: readonly EventTest[] }
  | { readonly kind: 'not'; readonly of: EventTest }
  | { readonly kind: 'field'; readonly field: string; readonly test: ValueTest };

/** What all three kinds of documents have. */
export interface RuleHead {
  /** What other rules and tests call it by: its name, else its id, else its title. Unique among all rules. */
  readonly key: string;
  readonly title: string;
  readonly id?: string;
  readonly name?: string;
  readonly level?: string;
  readonly file: string;
  /** Line of the document's first key, counted from 1. */
  readonly line: number;
  /** The document as it was written, as plain data. */
  readonly written: Readonly<Record<string, unknown>>;
  /** The document's own text, letter by letter, without the lines `---` around it. */
  readonly text: string;
}

/** Picks single events. */
export interface DetectionRule extends RuleHead {
  readonly kind: 'detection';
  readonly logsource: Logsource;
  readonly test: EventTest;
}

/** A bound for a count, a sum, a mean or a percentile; `value` is decimal text. */
export interface Limit {
  readonly comparison: Comparison;
  readonly value: string;
}

/** Names of rules joined by words. */
export type RuleExpression =
  | { readonly kind: 'rule'; readonly rule: string }
  | { readonly kind: 'and' | 'or'; readonly of: readonly RuleExpression[] }
  | { readonly kind: 'not'; readonly of: RuleExpression };

/** What must hold inside a window. All limits must hold. */
export type Statement =
  | { readonly kind: 'event_count'; readonly limits: readonly Limit[] }
  /** Distinct values of one field, or distinct combinations of several. */
  | { readonly kind: 'value_count'; readonly fields: readonly string[]; readonly limits: readonly Limit[] }
  | { readonly kind: 'value_sum' | 'value_avg'; readonly field: string; readonly limits: readonly Limit[] }
  /** Nearest rank: the smallest value that at least `percentile` per cent of the values do not exceed. */
  | { readonly kind: 'value_percentile'; readonly field: string; readonly percentile: string; readonly limits: readonly Limit[] }
  /** How many of the rules matched; where ordered, how many in the listed order. */
  | { readonly kind: 'temporal'; readonly ordered: boolean; readonly limits: readonly Limit[] }
  | { readonly kind: 'temporal_text'; readonly ordered: boolean; readonly expression: RuleExpression };

/** One field by which events are grouped; what it is called in the events of each rule. */
export interface GroupField {
  readonly name: string;
  readonly fieldOf: Readonly<Record<string, string>>;
}

/** A statement over the events that other rules pick, per group, inside a window. */
export interface CorrelationRule extends RuleHead {
  readonly kind: 'correlation';
  readonly statement: Statement;
  /** Keys of detections or of other correlations, in the order of the file. */
  readonly rules: readonly string[];
  /** Empty: all events are one group. */
  readonly groupBy: readonly GroupField[];
  /** Longest distance of the first and the last event, both included. */
  readonly timespanMicros: bigint;
  /** Whether the rules it refers to are reported on their own too. */
  readonly generate: boolean;
  readonly tests: readonly RuleTest[];
}

/** Takes events of the listed detections out. */
export interface FilterRule extends RuleHead {
  readonly kind: 'filter';
  readonly logsource: Logsource;
  /** Keys of detections. */
  readonly rules: readonly string[];
  readonly test: EventTest;
  /** Last day on which it works, `YYYY-MM-DD`. */
  readonly expires?: string;
}

/** All rules of a folder, with every reference resolved. */
export interface RuleSet {
  readonly detections: readonly DetectionRule[];
  readonly correlations: readonly CorrelationRule[];
  readonly filters: readonly FilterRule[];
}

/** The three verdicts. */
export type VerdictKind = 'confirmed' | 'not found' | 'undetermined';

/** What a test expects of one group. */
export interface ExpectedGroup {
  /** Values of the group's fields, in the order of `group-by`. */
  readonly group: readonly string[];
  readonly verdict: VerdictKind;
  /** Sources that decide, sorted; absent: not looked at. */
  readonly sources?: readonly string[];
}

/** A named history and what the rule must say about it. */
export interface RuleTest {
  readonly name: string;
  /** T; absent: windows slide over the whole history. */
  readonly at?: bigint;
  readonly events: readonly RuleEvent[];
  /** Sources without an answer. In a test a source is called by the key of a detection. */
  readonly missing: readonly string[];
  readonly expect: readonly ExpectedGroup[];
  /** Of every group that is not listed. */
  readonly others: VerdictKind;
  readonly line: number;
}
