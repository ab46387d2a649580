import type { ChangeKind, VerdictRun } from '../../../app/model/verdict-history.ts';
import { formatCount } from '../../model/numbers.ts';

const words: Readonly<Record<ChangeKind, string>> = { new: 'new', gone: 'gone', unknown: 'not known any more', still: 'still listed' };

/** What has changed since the last run. */
export const changesTexts = {
  label: 'Changes since the last run',
  table: {
    new: 'New clients',
    still: 'Clients still listed',
    gone: 'Clients that are gone',
    unknown: 'Clients not known any more',
  } satisfies Record<ChangeKind, string>,
  chip: {
    new: 'Only new clients',
    still: 'Only clients still listed',
    gone: 'Clients that are gone',
    unknown: 'Clients not known any more',
  } satisfies Record<ChangeKind, string>,
  removeChip: 'Show all flagged clients',
  hint: (kind: ChangeKind) => `Show only these: ${words[kind]}`,
  count: (kind: ChangeKind, count: number) => `${formatCount(count)} ${words[kind]}`,
  since: (time: string, { missing, user }: VerdictRun) =>
    `since ${time} (run of ${user}${missing === 0 ? '' : '; sources were missing then, so a new client may only have been unknown'})`,
  runHint: ({ runId }: VerdictRun) => `Run ${runId}`,
  first: 'No earlier run of this rule, window and sources is known.',
  tooMany: (time: string) => `Too many clients to compare with the run of ${time}.`,
  notKnown: (why: string) => `What has changed since the last run is not known: ${why}`,
};
