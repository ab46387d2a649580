/** Rules as people, plans and reports need them: names, words and the text; what they mean is in `app/rules`. */
import type { ChangeType } from './change-type.ts';

/** One detection that a rule is made of. */
export interface RuleDetection {
  readonly key: string;
  readonly title: string;
  /** The sources it is about, in words: a change type, `email on account_db`. */
  readonly about: string;
  readonly logsource: { readonly product?: string; readonly category?: string; readonly service?: string };
}

/** A filter that hides events from a rule. */
export interface RuleFilter {
  readonly key: string;
  readonly title: string;
  /** Last day on which it works, `YYYY-MM-DD`. */
  readonly expires?: string;
}

/** A rule in a list. */
export interface RuleSummary {
  /** What it is called by: its name, else its id, else its title. */
  readonly key: string;
  readonly title: string;
  readonly description?: string;
  readonly level?: string;
  /** Absolute path of its file. */
  readonly file: string;
  /** Line of its first key, counted from 1. */
  readonly line: number;
  /** What must be there inside a window, in words: `password, email, phone and token`, `at least 3 events of Failed logon`. */
  readonly words: string;
  /**
   * Present where the rule counts kinds of change: at least so many of these change types. Reports then speak of changes of
   * clients, and near misses can be looked for.
   */
  readonly changes?: { readonly types: readonly ChangeType[]; readonly atLeast: number };
  /** Longest distance of the first and the last event in hours. */
  readonly timespanHours: number;
  /** Names of the fields by which events are grouped; `user_id` is the client. None: all events are one group. */
  readonly groupBy: readonly string[];
  readonly detections: readonly RuleDetection[];
  readonly filters: readonly RuleFilter[];
  /** How many tests stand in its file. */
  readonly tests: number;
}

/** Values by name that stand for `%name%` in a rule's values with the modifier `expand`. */
export type PlaceholderValues = Readonly<Record<string, readonly (string | number)[]>>;

/** A rule that can be run. */
export interface ConfiguredRule extends RuleSummary {
  /** All documents that the rule is made of, as they are written. */
  readonly text: string;
  /** Values of the placeholders in the text; absent where there are none. */
  readonly placeholders?: PlaceholderValues;
}

/** The rule of a run: it stays what it is even when the file changes. */
export interface PlannedRule extends ConfiguredRule {
  /** Ids of the sources of the run that each detection is about; none: nothing is known of what it looks for. */
  readonly sources: readonly { readonly detection: string; readonly sources: readonly string[] }[];
}
