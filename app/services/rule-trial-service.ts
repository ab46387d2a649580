/** Tries a rule that is not saved on a result that is open or kept. */
import type { CheckedInput } from '../contract/methods.ts';
import { CamError, failure } from '../model/failure.ts';
import { leftOutRows } from '../model/rule-filters.ts';
import type { RuleTrialView } from '../model/rule-trial.ts';
import type { ResultService } from './result-service.ts';
import type { RulesService } from './rules-service.ts';
import type { RunReader } from './run-reader.ts';
import type { RunService } from './run-service.ts';

/** What a trial is made of. */
export interface RuleTrialParts {
  readonly rules: Pick<RulesService, 'unsaved'>;
  readonly runs: RunService;
  readonly results: Pick<ResultService, 'list'>;
  readonly reader: RunReader;
}

/**
 * Tries the rule of a text; without a run on the newest result. A kept one is opened for it.
 * @throws CamError `config.invalid` for a text with mistakes, `not.found`, `result.damaged`
 */
export async function tryUnsavedRule(parts: RuleTrialParts, input: CheckedInput<'rules.try'>): Promise<RuleTrialView> {
  const rule = await parts.rules.unsaved(input);
  const runId = input.runId ?? (await newestResult(parts));
  const { state } = await parts.runs.open(runId);
  const trial = await parts.reader.call('tryRule', { runId, rule });
  const { window, windowHours, range } = state.plan;
  const { withoutId, withoutTime } = leftOutRows(state);
  return {
    ...trial,
    leftOut: withoutId + withoutTime,
    rule: { key: rule.key, title: rule.title, timespanHours: rule.timespanHours },
    run: { runId, startedAt: state.startedAt, window, windowHours, isHunt: range !== undefined },
  };
}

async function newestResult({ runs, results }: RuleTrialParts): Promise<string> {
  const open = runs.list().filter(({ status }) => status === 'ended');
  const [newest] = [...open, ...(await results.list())].toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  if (newest !== undefined) return newest.runId;
  throw new CamError(
    failure('not.found', { message: 'There is no result to try the rule on: none is open or kept.', action: 'Run the analysis once.' }),
  );
}
