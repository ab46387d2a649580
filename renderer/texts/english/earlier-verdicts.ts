import { plural } from './plural.ts';

/** What earlier runs said of a client. */
export const earlierVerdictsTexts = {
  title: 'Earlier verdicts',
  hint: 'What recorded runs before this one said of the client, newest first, whatever their rule. A run that is not listed here did not list the client; where its sources were missing, that clears nobody.',
  none: (isCut: boolean) =>
    isCut
      ? 'Not known: only the last runs that listed the client were looked at, and all of them are later.'
      : 'Not in any recorded run before.',
  cut: 'Older runs may list the client too.',
  unknown: 'Not known whether an earlier run listed the client.',
  ruleUnknown: 'rule not known: the run is not recorded any more',
  words: { confirmed: 'confirmed', undetermined: 'undetermined' },
  unnamed: (count: number) => `${plural(count, 'source')} missing, not known which`,
  open: (run: string) => `Open the kept result of run ${run}`,
  notKept: 'The result of this run is not kept any more.',
  looking: 'Not known whether the result of this run is kept.',
};
