// What tests must reach, in per cent. Coverage says what was never run; it does not say that what was run is right.

/** Lines of everything under `app`. */
export const leastLines = 90;

/** Modules on which an answer depends: every branch of them. */
export const everyBranchOf = [
  'app/engine/merge.ts',
  'app/engine/event-time.ts',
  'app/engine/default-rule.ts',
  'app/engine/rule-judgement.ts',
  'app/model/run-reducer.ts',
  'app/model/run-outcome.ts',
  'app/run/plan-window.ts',
  'app/run/partial-answer.ts',
  'app/rules/judge-window.ts',
  'app/rules/three-valued.ts',
  'app/worker/start-bound.ts',
  'app/report/headline.ts',
  'app/resilience/retry.ts',
  'app/resilience/breaker.ts',
  'app/resilience/rate-limit.ts',
];
