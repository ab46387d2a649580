import type { PlannedDatabase, PlannedSource, RunEstimate } from '../../../app/model/plan.ts';
import { formatCount, formatDuration } from '../../model/numbers.ts';
import { changeTypeWord, plural } from './plural.ts';

const strategies: Readonly<Record<PlannedSource['strategy'], string>> = {
  single: 'this database alone',
  multi: 'the members that can hold the part asked for',
  broadcast: 'every member',
};

/** What a run will do, before it is started. */
export const planTexts = {
  title: 'What this run will do',
  open: 'Plan',
  openPart: (chosen: number, all: number) => `Plan: ${formatCount(chosen)} of ${plural(all, 'database')}`,
  openParts: 'Plan: a part of the data',
  databases: 'Databases to ask',
  all: 'All',
  none: 'None',
  partition: (key: string) => `Only this ${key}`,
  partitionAll: 'None is chosen: all of it is asked for.',
  window: 'Window',
  rowsFrom: 'Rows from',
  expected: (running: number, expected: number) =>
    running === expected
      ? `${plural(expected, 'source')} would be asked.`
      : `${formatCount(running)} of ${plural(expected, 'source')} would be asked; the others count as missing.`,
  missing: (source: string) => `${source} would be left out: what it knows would be missing.`,
  deadline: (ms: number | undefined) =>
    ms === undefined ? 'The run has no deadline.' : `The run ends after ${formatDuration(ms)} at the latest.`,
  estimate: ({ durationMs, known, of }: RunEstimate) =>
    `It usually takes at least ${formatDuration(durationMs)}${known === of ? '' : ` (by the history of ${formatCount(known)} of ${plural(of, 'source')})`}.`,
  leftAlone: 'no endpoint may be tried now',
  endpoints: 'Asked at, in this order',
  limits: ({ maxConcurrency, connectTimeoutMs, policy }: PlannedDatabase) =>
    [
      `${plural(maxConcurrency, 'statement')} at a time`,
      `at most ${formatCount(policy.rateLimit.queries)} in ${formatDuration(policy.rateLimit.perMs)}`,
      `logon within ${formatDuration(connectTimeoutMs)}`,
    ]
      // A line is broken between two limits, not between a number and its unit.
      .map((limit) => limit.replaceAll(' ', '\u00a0'))
      .join(' · '),
  strategy: ({ strategy, group }: PlannedSource) => (group === undefined ? strategies[strategy] : `${group}: ${strategies[strategy]}`),
  source: ({ changeType, timeoutMs, policy, estimatedMs }: PlannedSource) =>
    [
      changeType === null ? 'raw table' : changeTypeWord(changeType),
      `limit ${formatDuration(timeoutMs)}`,
      `up to ${plural(policy.retry.retries + 1, 'attempt')}`,
      ...(estimatedMs === undefined ? [] : [`usually ${formatDuration(estimatedMs)}`]),
    ].join(' · '),
  step: (level: number) => `step ${formatCount(level + 1)}`,
  after: ({ after, session }: PlannedSource) =>
    [
      after.length <= 3 ? `takes its values from ${after.join(', ')}` : `takes its values from ${plural(after.length, 'source')}`,
      ...(session === undefined ? [] : [after.length === 1 ? 'on the same connection' : 'on their connection']),
    ].join(', '),
  leftOut: 'left out',
};
