import type { RuleSummary } from '../../../app/model/rule.ts';
import type { Block } from '../../model/readiness.ts';
import type { LastEvent } from '../../model/last-event.ts';
import { formatClock, formatDecimal } from '../../model/numbers.ts';
import type { RunProgress } from '../../model/run-progress.ts';
import { changeTypeWord, listOf, plural } from './plural.ts';

type RuleWords = Pick<RuleSummary, 'title' | 'words' | 'changes'>;

const numberWords = ['', 'one', 'two', 'three', 'four', 'five', 'six'];

/** Kinds of change, all or some of them. */
function changesOf({ types, atLeast }: NonNullable<RuleWords['changes']>): string {
  const words = listOf(types.map(changeTypeWord));
  if (types.length === 1) return `a ${words} change`;
  const number = numberWords[atLeast] ?? String(atLeast);
  const share = atLeast < types.length ? `at least ${number} of the` : types.length === 2 ? 'both' : `all ${number}`;
  return `${share} changes (${words})`;
}

/** Why a typed time cannot be used. */
function lastEventProblem(read: LastEvent, zone: string): string {
  switch (read.kind) {
    case 'empty':
      return 'Type the time of the last event, or "now".';
    case 'gap':
      return `This time does not exist in ${zone}: the clocks were put forward over it. Which one is meant?`;
    case 'ambiguous':
      return `This time occurs twice in ${zone}: the clocks were put back. Which one is meant?`;
    case 'invalid':
      return {
        form: 'Write the time as YYYY-MM-DD HH:MM:SS, with an offset such as +01:00 if you like, or "now".',
        date: 'There is no such date or time of day.',
        offset: 'There is no such offset from UTC.',
        zone: `The zone ${zone} is not known here.`,
      }[read.reason];
    case 'now':
    case 'instant':
      return '';
  }
}

/** The head of the run page. */
export const runTexts = {
  lastEvent: 'Last event time',
  now: 'Now',
  pick: 'Pick date and time',
  pickTime: 'Time of day',
  take: 'OK',
  timeForm: 'YYYY-MM-DD HH:MM:SS',
  windowHours: 'Window hours',
  hoursUnit: 'h',
  lookAt: 'Look at',
  oneWindow: 'One window',
  aRange: 'A range',
  huntFrom: 'Range from',
  huntHint: (hours: number | null, zone: string) =>
    `Every window${hours === null ? '' : ` of ${formatDecimal(hours)} h`} between the beginning of the range and the last event · ${zone}`,
  rangeLabel: 'Range',
  caseLabel: 'Case',
  caseHint: 'The case that the run is done for. It stands in reports, mail, note and history, and stays until it is cleared.',
  caseNone: 'none',
  caseClear: 'Name no case any more',
  caseOf: (reference: string) => `case ${reference}`,
  strict: 'Strict',
  strictHint: 'A strict run fails when any source is missing, instead of answering in part.',
  start: 'Run Analysis',
  starting: 'Starting…',
  cancel: 'Cancel',
  cancelling: 'Cancelling…',
  rule: (rule: RuleWords, hours: number | null) => {
    const what = rule.changes === undefined ? `what “${rule.title}” looks for (${rule.words})` : changesOf(rule.changes);
    return hours === null ? what : `${what} within ${formatDecimal(hours)}\u00a0h`;
  },
  ruleLabel: 'Rule',
  windowOf: (from: string, to: string, zone: string, offset: string) =>
    `${from} – ${to} · ${zone === 'UTC' ? zone : `${zone} (${offset})`}`,
  windowLabel: 'Window',
  windowToNow: (hours: number, zone: string) => `the ${formatDecimal(hours)}\u00a0h before the run is started · ${zone}`,
  lastEventProblem,
  useReading: (text: string) => `Use ${text}`,
  blocked: (block: Block, zone: string): string => {
    switch (block.kind) {
      case 'loading':
        return 'The configuration is being read.';
      case 'disconnected':
        return 'The program does not answer.';
      case 'configuration':
        return `The configuration has ${plural(block.problems, 'mistake')}: correct ${block.problems === 1 ? 'it' : 'them'} first.`;
      case 'no-databases':
        return 'No database is configured.';
      case 'running':
        return 'An analysis is running.';
      case 'preflight':
        return `${block.failure.message} ${block.failure.action}`;
      case 'hunt-from':
        return `The range needs a beginning. ${block.read.kind === 'now' ? 'It cannot be now.' : lastEventProblem(block.read, zone)}`;
      case 'last-event':
        return lastEventProblem(block.read, zone);
      case 'window-hours':
        return 'The window is a number of hours between 0 and 8,784.';
      case 'case':
        return 'A case is named in one line of at most 200 characters.';
      case 'nothing-chosen':
        return 'No database is chosen for the run.';
    }
  },
  showProblems: 'Show the mistakes',
  progress: (progress: RunProgress) =>
    `${progress.answered} of ${plural(progress.expected, 'source')} · ${plural(progress.rows, 'row')} · ${formatClock(progress.elapsedMs)}`,
  progressLabel: 'Sources',
  progressValue: (progress: RunProgress) =>
    `${progress.ended} of ${plural(progress.expected, 'source')} ended, ${progress.answered} answered`,
  ready: (databases: number, sources: number) => `Ready: ${plural(sources, 'source')} in ${plural(databases, 'database')}`,
  outcome: { succeeded: 'Complete', partial: 'Incomplete', failed: 'Failed', cancelled: 'Cancelled' },
  running: 'Running',
  runs: 'Runs since the program was started',
  runsLabel: (zone: string) => `Runs since the program was started, times in ${zone}`,
  runItem: (started: string, lastEvent: string) => `${started} · last event ${lastEvent}`,
};
