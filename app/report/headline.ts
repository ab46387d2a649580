/** The verdict in one sentence. It never says "no client" while anything is missing: then nobody knows. */
import type { RuleSummary } from '../model/rule.ts';
import { ruleInWords } from '../model/rule-words.ts';
import type { MissingSource } from '../model/run.ts';
import { showList } from './show.ts';

/** What the sentence is made from. */
export interface HeadlineInput {
  readonly rule: Pick<RuleSummary, 'title' | 'words' | 'changes' | 'groupBy'>;
  readonly windowHours: number;
  /** Windows that hold, in a hunt. */
  readonly windows?: number | undefined;
  readonly confirmed: number;
  readonly undetermined: number;
  readonly missing: readonly MissingSource[];
  /** Whether the figures are final: the run has ended and everything that answered has been merged. */
  readonly isFinal: boolean;
  /** Set where the run ended before the rule was evaluated over all answers, and why. */
  readonly brokenOff?: 'cancel' | 'failure';
  /** Rows of answers that could not take part because they have no id or no time. */
  readonly leftOut?: number;
  /** Clients who may be confirmed if ids that are not written alike were one. */
  readonly alike?: number;
  /** Whether figures are there at all. */
  readonly isMerged: boolean;
}

/** How many missing sources are named. */
const named = 3;

/** The sentence. */
export function headlineOf(input: HeadlineInput): string {
  const { confirmed, undetermined, missing, isFinal, isMerged, brokenOff } = input;
  if (isFinal && isMerged && missing.length === 0 && undetermined === 0) return completeHeadline(input);
  const nothing = brokenOff === undefined ? 'Not merged yet' : 'Not evaluated';
  const counts = isMerged ? `${String(confirmed)} confirmed, ${String(undetermined)} undetermined` : nothing;
  const soFar = isMerged && !isFinal ? ' so far' : '';
  const why = missing.length === 0 ? [] : [missingPhrase(missing)];
  return `${counts}${soFar} – ${(brokenOff !== undefined || missing.length === 0 ? [unfinished(brokenOff), ...why] : why).join('; ')}`;
}

function unfinished(brokenOff: HeadlineInput['brokenOff']): string {
  if (brokenOff === undefined) return 'the merge is not finished';
  return brokenOff === 'cancel' ? 'cancelled before the rule was evaluated to its end' : 'the rule was not evaluated to its end';
}

/** Whatever is missing, as a phrase: `token source missing (db/Get token changes: timed out)`. */
export function missingPhrase(missing: readonly MissingSource[]): string {
  const [only] = missing;
  if (only !== undefined && missing.length === 1) return `${kindOf(only)} source missing (${describe(only)})`;
  const shown = missing.slice(0, named).map((source) => `${kindOf(source)} (${describe(source)})`);
  const more = missing.length - shown.length;
  const all = more === 0 ? showList(shown) : `${shown.join(', ')} and ${String(more)} more`;
  return `${String(missing.length)} sources missing: ${all}`;
}

/** Why a source is missing, in words. */
export function showReason(reason: MissingSource['reason']): string {
  const words: Readonly<Record<MissingSource['reason'], string>> = {
    failed: 'failed',
    timeout: 'timed out',
    cancelled: 'cancelled',
    skipped: 'skipped',
    partial: 'answered in part',
    budget: 'budget reached',
    running: 'not answered yet',
  };
  return words[reason];
}

function completeHeadline({ rule, windowHours, windows, confirmed, leftOut = 0, alike = 0 }: HeadlineInput): string {
  const but = [
    ...(leftOut === 0 ? [] : [`${rowsWithout(leftOut)} could not take part`]),
    ...(alike === 0
      ? []
      : [`${alike === 1 ? '1 client' : `${alike.toLocaleString('en')} clients`} may qualify whose ids are not written alike`]),
  ];
  const answered = `every source answered${but.length === 0 ? '' : `, but ${showList(but)}`}`;
  const what = ruleInWords(rule, windowHours);
  const isOfClients = rule.groupBy.length === 1 && rule.groupBy[0]?.toLowerCase() === 'user_id';
  const noun = isOfClients ? 'client' : 'group of events';
  if (confirmed === 0) {
    return rule.changes === undefined ? `No ${noun} meets ${what}; ${answered}` : `No client had ${what}; ${answered}`;
  }
  const nouns = isOfClients ? 'clients' : 'groups of events';
  const inWindows = windows === undefined ? '' : ` in ${String(windows)} ${windows === 1 ? 'window' : 'windows'}`;
  return `${String(confirmed)} ${confirmed === 1 ? noun : nouns} confirmed${inWindows}: ${what}; ${answered}`;
}

function rowsWithout(count: number): string {
  return `${count === 1 ? '1 row' : `${count.toLocaleString('en')} rows`} without an id or a time`;
}

function kindOf(source: MissingSource): string {
  return source.changeType ?? 'raw';
}

function describe(source: MissingSource): string {
  return `${source.source}: ${showReason(source.reason)}${source.code === undefined ? '' : `, ${source.code}`}`;
}
