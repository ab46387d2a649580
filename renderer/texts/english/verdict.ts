import { evaluationInWords } from '../../../app/model/evaluation-progress.ts';
import type { Coverage, MissingSource } from '../../../app/model/run.ts';
import { formatCount, formatPercent } from '../../model/numbers.ts';
import type { Gap, Verdict } from '../../model/verdict.ts';
import { plural } from './plural.ts';

function missingOf({ missing, expected }: Coverage): string {
  return `${formatCount(missing.length)} of ${plural(expected, 'source')} ${missing.length === 1 ? 'is' : 'are'} missing`;
}

function whyUnknown(gap: Gap, coverage: Coverage): string {
  switch (gap.kind) {
    case 'missing-sources':
      return isBrokenOff(gap) ? `the rule was not evaluated to its end, ${missingOf(coverage)}` : missingOf(coverage);
    case 'not-merged':
      return gap.failure?.code === 'run.not-evaluated' ? 'the rule was not evaluated to its end' : 'the answers could not be merged';
    case 'run-failed':
      return 'the run did not end well';
  }
}

/** A strict run that fails because sources are missing has been evaluated. */
function isBrokenOff({ failure }: Gap): boolean {
  return failure !== null && failure.code !== 'run.incomplete';
}

/** Why the run as a whole failed, where it says so. */
function failureOf(gap: Gap | null): string {
  const failure = gap?.failure ?? null;
  return failure === null ? '' : ` ${failure.message} ${failure.action}`;
}

/** The first line that is read. */
function headline(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'idle':
      return 'Nothing has been analysed yet';
    case 'running': {
      if (verdict.isCancelling) return 'Cancelling…';
      const { found } = verdict;
      if (found === null || (found.confirmed === 0 && found.undetermined === 0)) return 'Not known yet: the analysis is running';
      if (found.confirmed === 0) return `${plural(found.undetermined, 'client')} undetermined so far`;
      return `${plural(found.confirmed, 'client')} confirmed so far`;
    }
    case 'found': {
      const confirmed = `${plural(verdict.found.confirmed, 'client')} confirmed`;
      if (verdict.isComplete) return confirmed;
      const more = verdict.found.undetermined > 0 ? `, ${formatCount(verdict.found.undetermined)} undetermined` : ', more may qualify';
      return confirmed + more;
    }
    case 'none-found':
      return 'No client qualifies';
    case 'unknown':
      return `Not known: ${whyUnknown(verdict.gap, verdict.coverage)}`;
  }
}

/** What leaves a doubt about an answer although every source has answered. */
interface Open {
  readonly leftOut: number;
  readonly alike: number;
}

function allAnswered({ leftOut, alike }: Open): string {
  const but = [
    ...(leftOut === 0 ? [] : [`${plural(leftOut, 'row')} without an id or a time could not take part`]),
    ...(alike === 0 ? [] : [`${plural(alike, 'client')} may qualify whose ids are not written alike`]),
  ];
  return `Every source answered${but.length === 0 ? '' : `, but ${but.join(' and ')}`}.`;
}

function byWhat({ leftOut, alike }: Open): string {
  const what = [...(leftOut === 0 ? [] : ['the rows that could take part']), ...(alike === 0 ? [] : ['the ids as they are written'])];
  return what.length === 0 ? '' : ` by ${what.join(' and ')}`;
}

/** What the headline rests on. */
function ground(verdict: Verdict, rule: string): string {
  switch (verdict.kind) {
    case 'idle':
      return 'Set the time of the last event and run the analysis.';
    case 'running': {
      const { answered, expected } = verdict.coverage;
      const sources = `${answered} of ${plural(expected, 'source')} ${answered === 1 ? 'has' : 'have'} answered`;
      const { evaluation } = verdict;
      return evaluation === null ? `${sources}; the figures may still change.` : `${sources}; ${evaluationInWords(evaluation)}.`;
    }
    case 'found':
      if (verdict.isComplete) return `Made ${rule}. ${allAnswered(verdict)}`;
      return `Made ${rule}. Incomplete: ${verdict.gap === null ? '' : whyUnknown(verdict.gap, verdict.coverage)}.${failureOf(verdict.gap)}`;
    case 'none-found':
      return `Nobody made ${rule}${byWhat(verdict)}. ${allAnswered(verdict)}`;
    case 'unknown': {
      const { undetermined, gap } = verdict;
      if (gap.failure !== null) return `${gap.failure.message} ${gap.failure.action}`;
      if (undetermined !== null && undetermined > 0) {
        return `${plural(undetermined, 'client')} may qualify: the missing sources decide.`;
      }
      if (verdict.coverage.answered === 0) return 'Not one source answered.';
      return 'Whether a client qualifies cannot be said from the sources that answered.';
    }
  }
}

const reasons: Readonly<Record<MissingSource['reason'], string>> = {
  failed: 'failed',
  timeout: 'timed out',
  cancelled: 'cancelled',
  skipped: 'skipped',
  partial: 'answered in part',
  budget: 'reached its budget',
  running: 'has not answered yet',
};

/** The verdict line. */
export const verdictTexts = {
  label: 'Verdict',
  headline,
  ground,
  coverage: (coverage: Coverage) => `Coverage ${coverage.answered} of ${coverage.expected}`,
  confidence: (confidence: number) => `Confidence ${formatPercent(confidence)}`,
  coveragePercent: (coverage: Coverage) => formatPercent(coverage.ratio),
  strict: 'strict',
  missing: 'Missing sources',
  missingSource: (source: MissingSource) => `${source.query} · ${source.database}`,
  missingReason: (source: MissingSource) => reasons[source.reason],
  missingRange: ({ window }: MissingSource, time: (instant: string) => string) =>
    `Not known from ${time(window.from)} to ${time(window.to)}.`,
  showAllMissing: (count: number) => `Show all ${formatCount(count)} missing sources`,
  showFewerMissing: 'Show fewer',
  evaluate: 'Evaluate again',
  evaluateHint: 'Evaluates the rule over the answers that are there. No database is asked.',
  complete: 'Complete this run',
  completeHint: 'Asks only the missing sources again, for the same window.',
};
