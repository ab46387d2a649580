/** What the filters of a run's rule did, in sentences that travel with every result. */
import type { RunPlan } from './plan.ts';
import { hasRows } from './run-reducer.ts';
import type { RunState } from './run.ts';

/** What the sentences are made of. */
interface Told {
  readonly plan: Pick<RunPlan, 'rule'>;
  readonly merge?: RunState['merge'];
  readonly sources?: RunState['sources'];
}

/**
 * One sentence a filter, one about events that could not be grouped, one about clients whose ids are not written alike, and one about
 * rows that could not take part. None where the rule has no filter and nothing was left out.
 */
export function filterSentences({ plan, merge, sources = {} }: Told): readonly string[] {
  return [...ruleSentences(plan, merge), ...alikeSentence(merge), ...leftOutSentence(leftOutRows({ sources }))];
}

/** Clients who may be confirmed if ids that are not written alike were one; 0 where that is not known. */
export function alikeClients(merge: RunState['merge']): number {
  return merge?.rule?.alike ?? 0;
}

function alikeSentence(merge: RunState['merge']): readonly string[] {
  const count = alikeClients(merge);
  if (count === 0) return [];
  const clients = count === 1 ? '1 client' : `${count.toLocaleString('en')} clients`;
  const differ = 'whose ids differ only in case, leading zeros or blanks at their ends and so count as different clients';
  return [`${clients} may qualify ${differ}; id_normaliser or the SQL files can make them alike.`];
}

/** Rows of answers that could not take part: nobody knows whose they are, or when they were. */
export interface LeftOutRows {
  readonly withoutId: number;
  /** Of those that have an id. */
  readonly withoutTime: number;
}

/** Over all answers of a run. */
export function leftOutRows({ sources }: Pick<RunState, 'sources'>): LeftOutRows {
  const answers = Object.values(sources).flatMap(({ outcome }) => (hasRows(outcome) ? [outcome] : []));
  return {
    withoutId: answers.reduce((sum, { nullIds }) => sum + nullIds, 0),
    withoutTime: answers.reduce((sum, { nullTimes }) => sum + nullTimes, 0),
  };
}

function leftOutSentence({ withoutId, withoutTime }: LeftOutRows): readonly string[] {
  const parts = [
    ...(withoutId > 0 ? [`${rows(withoutId)} without an id`] : []),
    ...(withoutTime > 0 ? [`${withoutId > 0 ? withoutTime.toLocaleString('en') : rows(withoutTime)} without a time`] : []),
  ];
  return parts.length === 0 ? [] : [`${parts.join(' and ')} could not take part.`];
}

function rows(count: number): string {
  return count === 1 ? '1 row' : `${count.toLocaleString('en')} rows`;
}

function ruleSentences(plan: Told['plan'], merge: Told['merge']): readonly string[] {
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
