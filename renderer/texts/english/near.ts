import type { NearMisses } from '../../../app/model/near-misses.ts';
import { formatCount, formatDecimal } from '../../model/numbers.ts';
import { changeTypeWord, listOf, plural } from './plural.ts';

/** How many are in the table, and what they lack. */
function found({ total, tooWide, lacking }: NearMisses): string {
  if (total === 0) return 'No near miss is known.';
  const kinds = lacking
    .filter(({ clients }) => clients > 0)
    .map(({ changeType, clients }) => `${changeTypeWord(changeType)}: ${formatCount(clients)}`);
  const parts = [
    ...(kinds.length === 0 ? [] : [`lacking ${listOf(kinds)}`]),
    ...(tooWide === 0 ? [] : [`${formatCount(tooWide)} with enough changes, but too far apart`]),
  ];
  return `${plural(total, 'near miss', 'near misses')}${parts.length === 0 ? '' : ` · ${parts.join(' · ')}`}.`;
}

/** What missing sources leave open; empty where nothing is. */
function open({ total, mayMatch, undecided, reachesBack }: NearMisses): string {
  const parts = [
    ...(mayMatch === 0
      ? []
      : [
          `${mayMatch === total ? 'Each' : formatCount(mayMatch)} of them may in truth meet the rule: what they lack can be in a missing source.`,
        ]),
    ...(undecided === 0 ? [] : [`Of ${plural(undecided, 'further client')} it is not known: sources are missing.`]),
    ...(reachesBack ? [] : ['The window reaches further back than the rows that were asked for; what lies before them is not known.']),
  ];
  return parts.join(' ');
}

/** Clients who nearly meet the rule. */
export const nearTexts = {
  tab: 'Near misses',
  table: 'Near misses',
  controls: 'What counts as a near miss',
  atLeast: 'Kinds of change',
  ofAll: (count: number, of: number) => `${String(count)} of ${String(of)}`,
  hours: 'Within hours before the last event',
  slider: 'Hours',
  sliderValue: (hours: number) => `${formatDecimal(hours)} hours`,
  found,
  open,
  onlyChanges: {
    title: 'This rule has no near misses',
    text: 'A near miss made some of several kinds of change. This rule counts or orders something else, so there is no number to lower.',
  },
  onlyOneWindow: {
    title: 'A range has no near misses',
    text: 'They are counted in one window before a last event. Look at one window to see them.',
  },
  empty: {
    'near-running': { title: 'No near miss so far', text: 'The table fills as sources answer.' },
    'near-incomplete': {
      title: 'Not known: sources are missing',
      text: 'Whether somebody nearly meets the rule is not known. Complete this run to be sure.',
    },
    'near-complete': {
      title: 'No near miss with these numbers',
      text: 'Every source answered. Ask for fewer kinds of change or more hours.',
    },
    'near-left-out': {
      title: 'No near miss with these numbers, by the rows that could take part',
      text: 'Every source answered, but rows without an id or a time could not take part: how many stands above, whose they are is not known.',
    },
  },
};
