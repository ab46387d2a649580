import type { RuleTrial, RuleTrialView, UnknownFields } from '../../../app/model/rule-trial.ts';
import { formatCount } from '../../model/numbers.ts';
import { plural } from './plural.ts';

function nounOf({ groupBy }: RuleTrial): string {
  return groupBy.length === 1 && groupBy[0] === 'user_id' ? 'client' : 'group';
}

/** Nobody is said only where nothing is missing. */
function headline(trial: RuleTrialView): string {
  const { confirmed, undetermined, missing, withoutSource, unknownFields } = trial;
  const noun = nounOf(trial);
  const isAnswered = missing.length === 0 && withoutSource.length === 0;
  const isComplete = isAnswered && unknownFields.length === 0;
  const open = undetermined.count > 0 ? `${formatCount(undetermined.count)} undetermined` : isComplete ? '' : 'more may qualify';
  if (confirmed.count > 0) return `${plural(confirmed.count, noun)} confirmed${open === '' ? '' : `, ${open}`}.`;
  if (undetermined.count > 0) return `Not known: ${plural(undetermined.count, noun)} undetermined, none confirmed.`;
  if (isComplete && trial.leftOut > 0)
    return `No ${noun} qualifies by the rows that could take part; ${plural(trial.leftOut, 'row')} without an id or a time could not.`;
  if (isComplete) return `No ${noun} qualifies.`;
  return isAnswered ? 'Not known: rows lack columns that the rule looks at.' : 'Not known: what the rule looks at is missing.';
}

/** A rule tried before it is saved. */
export const ruleTrialTexts = {
  part: 'Trial on a result',
  try: 'Try on the last results',
  tryRule: (rule: string) => `Try ${rule} on the last results`,
  trying: 'Trying…',
  hint: 'Judges this text, saved or not, over the rows of the newest result that is open or kept. Nothing is asked of a database.',
  headline,
  on: ({ run, rule }: RuleTrialView, time: (instant: string) => string) =>
    `${rule.key} on run ${run.runId}, ${run.isHunt ? `every window of ${String(run.windowHours)} h from` : 'from'} ${time(run.window.from)} to ${time(run.window.to)}.`,
  otherSpan: ({ run, rule }: RuleTrialView) =>
    rule.timespanHours === run.windowHours
      ? null
      : `Judged within the ${String(run.windowHours)} h of that run; the rule says ${String(rule.timespanHours)} h, with which a run can find others.`,
  complete: (count: number) => `Every source that the rule looks at answered (${formatCount(count)}).`,
  unknownFields: ({ source, fields }: UnknownFields) =>
    `${source} has no column ${fields.join(', ')}: to the rule its rows have no value there. Is the name right?`,
  withoutSource: (what: string) => `Nothing is known of ${what}.`,
  confirmed: 'Confirmed',
  undetermined: 'Undetermined',
  more: (count: number) => `and ${formatCount(count)} more`,
};
