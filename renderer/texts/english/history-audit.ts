import type { ChainVerdict } from '../../../app/model/history-audit.ts';
import { formatCount } from '../../model/numbers.ts';
import { plural } from './plural.ts';

/** The audit part of the history page. */
export const historyAuditTexts = {
  holds: {
    title: 'Audit holds',
    hint: 'While a hold is set nothing of the history is deleted.',
    none: 'No hold is set.',
    reason: 'Reason',
    reasonHint: 'Case number or reason',
    set: 'Set a hold',
    release: 'Release',
    releaseSure: 'Release it now',
    keep: 'Keep it',
    by: (who: string, when: string) => `set by ${who}, ${when}`,
    released: (who: string, when: string) => `released by ${who}, ${when}`,
    past: (count: number) => plural(count, 'released hold'),
  },
  chain: {
    title: 'Audit chain',
    hint: 'Every record that has ended is chained to the one before by its hash, so that one that was changed, removed or inserted is found. Note the head elsewhere: with it, also a chain that was cut off or made anew is found.',
    verify: 'Check the chain',
    checking: 'Checking…',
    intact: ({ entries }: ChainVerdict) => `Intact: ${plural(entries, 'entry', 'entries')} checked.`,
    empty: 'The chain has no entry yet.',
    broken: ({ faults, entries }: ChainVerdict) =>
      `Not intact: ${plural(faults.length, 'fault')} in ${plural(entries, 'entry', 'entries')}.`,
    faults: 'Faults',
    more: (shown: number, total: number) => `The first ${formatCount(shown)} of ${formatCount(total)}`,
    head: 'Head',
    headOf: (seq: number, hash: string) => `${formatCount(seq)} ${hash}`,
    copyHead: 'Copy head',
  },
  trail: {
    title: 'Export the trail',
    hint: 'Records with their hashes, into the report folder. JSON Lines can be checked again later, CSV is for people.',
    format: 'Format',
    formats: { jsonl: 'JSON Lines', csv: 'CSV' },
    write: 'Export',
    writing: 'Writing…',
    written: (entries: number) => `${plural(entries, 'entry', 'entries')} written to`,
    copyPath: 'Copy path',
    showInFolder: 'Show in folder',
  },
  retention: {
    title: 'Retention, a dry run',
    hint: 'What a deletion by age would delete. Nothing is deleted here; an empty field keeps everything of its kind.',
    olderThan: 'older than (days)',
    runs: 'runs without executions',
    preview: 'Count',
    counting: 'Counting…',
    result: 'Would be deleted',
    nothing: 'Nothing would be deleted.',
    executions: (count: number) => plural(count, 'execution'),
    runCount: (count: number) => plural(count, 'run'),
    held: 'A hold is set: a real deletion would be refused.',
    invalid: 'Between 1 and 3,660 days.',
  },
};
