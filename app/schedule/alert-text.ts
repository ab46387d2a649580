/** An alert in words. Whatever is missing is named in each of them. */
import { assertNever } from '../base/assert-never.ts';
import type { AlertMessage, IntervalResult } from '../model/schedule.ts';
import type { AlertReason } from '../model/schedule-config.ts';
import { formatInZone } from '../model/zoned-time.ts';
import { missingLine } from '../report/missing.ts';

type Facts = Omit<AlertMessage, 'summary'>;

/** Sources that the sentence names; the rest is counted. */
const named = 5;

/** The alert in one sentence. */
export function summaryOf(facts: Facts): string {
  const what = facts.reasons.map((reason) => phraseOf(reason, facts));
  const unknown = facts.reasons.includes('partial') ? [] : missingPhrase(facts.result);
  const hidden = (facts.result?.filters ?? []).map((sentence) => sentence.replace(/\.$/, ''));
  const sample = facts.result?.sampleData === true ? 'SAMPLE DATA, no real client. ' : '';
  return `${sample}Schedule ${facts.schedule}${casePhrase(facts)}, ${spanOf(facts)}: ${[...what, ...unknown, ...hidden].join('; ')}.`;
}

/** The case in a sentence: ` (case FRAUD-2026-17)`; empty without one. */
export function casePhrase({ caseReference }: Pick<AlertMessage, 'caseReference'>): string {
  return caseReference === undefined ? '' : ` (case ${caseReference})`;
}

/** The alert as lines, for a mail. */
export function alertLines(message: AlertMessage): readonly string[] {
  const { caseReference, interval, result, reason, nextTryAt, runId } = message;
  const time = (instant: string): string => `${formatInZone(instant, interval.zone)} ${interval.zone}`;
  return [
    message.summary,
    '',
    ...(caseReference === undefined ? [] : [`Case: ${caseReference}`]),
    ...(result === null ? ['Nothing is known about this interval: no source has answered.'] : [result.headline]),
    ...missingLines(result, interval.zone),
    ...(result?.filters ?? []).map((sentence) => `Note: ${sentence}`),
    `Interval: ${time(interval.from)} to ${time(interval.to)}`,
    ...(result === null ? [] : [`Window: the ${hoursText(result.windowHours)} before ${time(interval.to)}`]),
    ...(result === null ? [] : [`Coverage: ${String(result.answered)} of ${String(result.expected)} sources`]),
    `State: ${message.state}${reason === null ? '' : ` – ${reason}`}`,
    ...(nextTryAt === null ? [] : [`Asked again: ${time(nextTryAt)}`]),
    ...(runId === null ? [] : [`Run: ${runId}`]),
  ];
}

function missingLines(result: IntervalResult | null, zone: string): readonly string[] {
  if (result === null) return ['Missing: every source'];
  if (result.missing.length > 0) return result.missing.map((source) => `Missing: ${missingLine(source, zone)}`);
  return [result.outcome === 'succeeded' ? 'Missing: nothing' : 'Missing: no source, but the run has not ended well'];
}

function phraseOf(reason: AlertReason, { result, state, reason: why, intervals }: Facts): string {
  const confirmed = result?.confirmed ?? 0;
  switch (reason) {
    case 'findings':
      return `${String(confirmed)} ${confirmed === 1 ? 'client is' : 'clients are'} confirmed`;
    case 'failure':
      return `no result${why === null ? '' : ` (${why.replace(/\.$/, '')})`}`;
    case 'partial':
      return ['the answer is incomplete', ...missingPhrase(result)].join(', ');
    case 'late':
      return `${several(intervals)} not begun in time; nothing is known about ${intervals === 1 ? 'it' : 'them'} yet`;
    case 'not_run':
      return `${several(intervals)} not evaluated${why === null ? '' : ` (${why.replace(/\.$/, '')})`}; nothing is known about ${intervals === 1 ? 'it' : 'them'}`;
    case 'recovered':
      return state === 'done' ? `evaluated after all, every source answered, ${String(confirmed)} confirmed` : 'evaluated after all';
    default:
      return assertNever(reason);
  }
}

function several(count: number): string {
  return count === 1 ? 'it was' : `${String(count)} intervals up to it were`;
}

function missingPhrase(result: IntervalResult | null): readonly string[] {
  if (result === null || result.missing.length === 0) return [];
  const shown = result.missing.slice(0, named).map(({ source, reason }) => `${source} (${reason})`);
  const more = result.missing.length - shown.length;
  const list = `${shown.join(', ')}${more === 0 ? '' : ` and ${String(more)} more`}`;
  return [`${String(result.missing.length)} of ${String(result.expected)} sources missing: ${list}`];
}

function spanOf({ interval: { from, to, zone } }: Facts): string {
  const [start, end] = [formatInZone(from, zone).slice(0, 16), formatInZone(to, zone).slice(0, 16)];
  const short = start.slice(0, 10) === end.slice(0, 10) ? end.slice(11) : end;
  return `${start} to ${short} ${zone}`;
}

function hoursText(hours: number): string {
  return `${String(Math.round(hours * 100) / 100)} h`;
}
