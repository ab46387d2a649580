import { plural } from './plural.ts';

/** The log drawer and the log page. */
export const logTexts = {
  title: 'Log',
  show: 'Show log',
  hide: 'Hide log',
  level: 'Least level',
  levels: { debug: 'Debug', info: 'Info', warn: 'Warning', error: 'Error' },
  search: 'Search the log',
  searchHint: 'Search…',
  newest: 'Newest',
  clear: 'Clear',
  count: (shown: number, all: number) => (shown === all ? plural(all, 'line') : `${plural(shown, 'line')} of ${String(all)}`),
  warnings: (count: number) => plural(count, 'warning'),
  errors: (count: number) => plural(count, 'error'),
  empty: 'No line yet.',
  nothing: 'No line matches: lower the level or change the search.',
  times: (zone: string) => `Times in ${zone}`,
};
