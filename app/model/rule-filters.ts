/** What the filters of a run's rule did, in sentences that travel with every result. */
import type { RunPlan } from './plan.ts';
import type { RunState } from './run.ts';

/** One sentence a filter, and one about events that could not take part. None where the rule has no filter and nothing was left out. */
export function filterSentences({
  plan,
  merge,
}: {
  readonly plan: Pick<RunPlan, 'rule'>;
  readonly merge?: RunState['merge'];
}): readonly string[] {
  const told = merge?.rule;
  if (told === undefined) return [];
  const ended = new Map(told.expired.map(({ filter, expires }) => [filter, expires]));
  const filters = plan.rule.filters.map(({ title }) => {
    const expires = ended.get(title);
    if (expires !== undefined) return `The filter “${title}” ended on ${expires} and hides nothing any more.`;
    const events = told.suppressed.find(({ filter }) => filter === title)?.events ?? 0;
    return `The filter “${title}” hid ${events === 1 ? '1 event' : `${events.toLocaleString('en')} events`}.`;
  });
  const { skipped } = told;
  if (skipped === 0) return filters;
  return [
    ...filters,
    `${skipped === 1 ? '1 event has' : `${skipped.toLocaleString('en')} events have`} no value to be grouped by and took no part.`,
  ];
}
