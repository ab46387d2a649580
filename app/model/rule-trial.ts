/** A rule tried on the rows of a run that is over, before the rule is saved: nothing is asked of a database. */
import type { Instant } from './instant.ts';
import type { SourceId, Window } from './plan.ts';
import type { MissingSource } from './run.ts';

/** What the rule says of the rows. */
export interface RuleTrial {
  /** Names of the fields by which events are grouped; none: all events are one group. */
  readonly groupBy: readonly string[];
  readonly confirmed: TrialGroups;
  readonly undetermined: TrialGroups;
  /** Sources of the run that the rule looks at and that have no complete answer: what they hold is not in the figures. */
  readonly missing: readonly MissingSource[];
  /** How many sources of the run the rule looks at. */
  readonly expected: number;
  /** Log sources of the rule for which the run has no source, in words: nothing is known of them. */
  readonly withoutSource: readonly string[];
  /** Fields that the rule looks at and that rows of a source do not have. Where the name is misspelt, it finds nobody who is there. */
  readonly unknownFields: readonly UnknownFields[];
}

/** Fields that the rows of a source do not have. */
export interface UnknownFields {
  readonly source: SourceId;
  readonly fields: readonly string[];
}

/** Clients, or whatever the rule groups by. */
export interface TrialGroups {
  readonly count: number;
  /** The first of them, each once, in the order of the report; none where all events are one group. */
  readonly first: readonly string[];
}

/** A trial, and on which run and which rule. */
export interface RuleTrialView extends RuleTrial {
  /** Rows of the run's answers without an id or a time: they could not take part. */
  readonly leftOut: number;
  readonly rule: { readonly key: string; readonly title: string; readonly timespanHours: number };
  readonly run: {
    readonly runId: string;
    readonly startedAt: Instant;
    /** What the rule was judged over; its own length stands in place of the rule's time span. */
    readonly window: Window;
    readonly windowHours: number;
    /** Every window of `windowHours` in `window` was looked at. */
    readonly isHunt: boolean;
  };
}
