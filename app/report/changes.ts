/** What has changed since the last run, in words. */
import { printable } from '../base/printable.ts';
import type { ReportMetadata } from '../model/report.ts';
import { changeKinds, type ChangeKind, type VerdictChanges, type VerdictRun } from '../model/verdict-history.ts';
import { showInstant } from './show.ts';

/** How many clients of a kind are named in a text. */
const named = 20;

const words: Readonly<Record<ChangeKind, string>> = {
  new: 'new',
  gone: 'gone',
  unknown: 'not known any more (sources are missing)',
  still: 'still listed',
};

/** One sentence, or `undefined` where nothing is known of an earlier run. */
export function changesSentence({ comparison, zone }: Pick<ReportMetadata, 'comparison' | 'zone'>): string | undefined {
  if (comparison === undefined || comparison.kind === 'not-kept') return undefined;
  if (comparison.kind === 'first') return 'No earlier run of this rule, window and sources is known.';
  if (comparison.kind === 'too-many') return `Too many clients to compare with ${runWords(comparison.previous, zone)}.`;
  const { counts, previous } = comparison.changes;
  const parts = changeKinds
    .filter((kind) => kind !== 'unknown' || counts.unknown > 0)
    .map((kind) => `${String(counts[kind])} ${words[kind]}`);
  const before = previous.missing === 0 ? '' : '; sources were missing then, so a new client may only have been unknown';
  return `${parts.join(', ')} since ${runWords(previous, zone)}${before}`;
}

/** Whom a table of one kind of change lists. */
export function onlySentence(kind: ChangeKind, { previous }: VerdictChanges, zone: string): string {
  const before = runWords(previous, zone);
  switch (kind) {
    case 'new':
      return `only clients that are new since ${before}`;
    case 'still':
      return `only clients that are still listed since ${before}`;
    case 'gone':
      return `only clients that were confirmed on ${before} and are not any more`;
    case 'unknown':
      return `only clients that were confirmed on ${before}; now sources are missing, so it is not known of them`;
  }
}

/** The sentence, and the clients that are new, gone or not known any more, one line each kind. */
export function changesLines(metadata: ReportMetadata): readonly string[] {
  const sentence = changesSentence(metadata);
  if (sentence === undefined) return [];
  const { comparison } = metadata;
  if (comparison?.kind !== 'compared') return [sentence];
  const { counts, clients } = comparison.changes;
  const lines = (['new', 'gone', 'unknown'] as const)
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${words[kind]}: ${clients[kind].slice(0, named).map(printable).join(', ')}${counts[kind] > named ? ', …' : ''}`);
  return [sentence, ...lines];
}

function runWords({ runId, user, startedAt, lastEvent }: VerdictRun, zone: string): string {
  return `${showInstant(startedAt, zone)} (run ${runId} by ${user}, last event ${showInstant(lastEvent, zone)})`;
}
