/** How far the evaluation of a rule is. */

/**
 * What an evaluation does, in this order; not every rule needs all. `events`: the events that the rule looks at are found; `groups`: put
 * together by client or whatever it groups by; `windows`: every window of a hunt is judged; `clients`: each group gets its verdict;
 * `report`: the tables are sorted and stored.
 */
export type EvaluationStep = 'events' | 'groups' | 'windows' | 'clients' | 'report';

/** One moment of an evaluation. */
export interface EvaluationProgress {
  /** From 1. */
  readonly step: number;
  readonly of: number;
  readonly what: EvaluationStep;
  /** How much of this step is done, 0..99; absent where that is not known. */
  readonly percent?: number | undefined;
}

const words: Readonly<Record<EvaluationStep, string>> = {
  events: 'finding the events that it looks at',
  groups: 'putting the events into their groups',
  windows: 'judging every window',
  clients: 'judging the groups',
  report: 'sorting what was found',
};

/** In words: `evaluating the rule, step 3 of 5: judging every window, 42 % of it done`. */
export function evaluationInWords({ step, of, what, percent }: EvaluationProgress): string {
  const done = percent === undefined ? '' : `, ${String(percent)} % of it done`;
  return `evaluating the rule, step ${String(step)} of ${String(of)}: ${words[what]}${done}`;
}
