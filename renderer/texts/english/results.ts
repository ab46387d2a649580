import type { ColumnKind } from '../../../app/model/column.ts';
import type { ShownTable } from '../../../app/model/table.ts';
import { formatCount, formatDecimal } from '../../model/numbers.ts';
import { changesTexts } from './changes.ts';
import { nearTexts } from './near.ts';
import { changeTypeWord, plural } from './plural.ts';

const kindWords: Readonly<Record<ColumnKind, string>> = {
  text: 'text',
  integer: 'number',
  decimal: 'number',
  double: 'number',
  boolean: 'yes/no',
  timestamp: 'time',
  instant: 'time',
};

const emptyTables = {
  'not-run': { title: 'No result yet', text: 'Run the analysis to fill this table.' },
  'no-answer': {
    title: 'Not known: no source answered',
    text: 'Why stands above and beside each query. Complete this run to ask them again.',
  },
  'not-merged': {
    title: 'Not known: there is no merged result',
    text: 'Why stands above. What came in can be looked at as raw rows.',
  },
  'confirmed-incomplete': {
    title: 'Not known: sources are missing',
    text: 'What the other sources hold is not enough to confirm a client. Complete this run, or look at the undetermined clients.',
  },
  'confirmed-complete': {
    title: 'No client qualifies in this window',
    text: 'Every source answered. Widen the window or choose another last event time to look further.',
  },
  'confirmed-left-out': {
    title: 'No client qualifies by the rows that could take part',
    text: 'Every source answered, but rows without an id or a time could not take part: how many stands above, whose they are is not known.',
  },
  'confirmed-alike': {
    title: 'No client qualifies by the ids as they are written',
    text: 'Every source answered, but clients may qualify whose ids are not written alike: how many, and what helps, stands above.',
  },
  'confirmed-running': { title: 'Nothing confirmed so far', text: 'The table fills as sources answer.' },
  'undetermined-incomplete': {
    title: 'Not known: sources are missing',
    text: 'Clients that only a missing source has seen cannot be listed. Complete this run to be sure.',
  },
  'undetermined-complete': { title: 'No undetermined clients', text: 'Every source answered, so every client is decided.' },
  'undetermined-left-out': {
    title: 'No undetermined clients by the rows that could take part',
    text: 'Every source answered, but rows without an id or a time could not take part: how many stands above, whose they are is not known.',
  },
  'undetermined-running': { title: 'Nothing undetermined so far', text: 'The table fills as sources answer.' },
  source: { title: 'The source answered without a row', text: 'The query found nothing since its start date.' },
  'source-partial': {
    title: 'No row so far, and more is not known',
    text: 'The source has not answered for the whole window. Complete this run to be sure.',
  },
  ...nearTexts.empty,
  change: { title: 'No client of this kind', text: 'What has changed since the last run has changed meanwhile. Take the filter off.' },
  filtered: { title: 'No row matches the filters', text: 'Change or clear the filters above the table.' },
};

/** Result tabs, tables, what one leaves with. */
export const resultTexts = {
  tabs: { confirmed: 'Flagged clients', undetermined: 'Undetermined', statistics: 'Statistics' },
  tabList: 'Results',
  sourceTab: (label: string) => `${label} rows`,
  sourceTabHint: (source: string, answered: boolean) => (answered ? `Raw rows of ${source}` : `${source} has not answered`),
  chooseSource: 'Raw rows of a source…',
  chooseSourceShort: 'Raw rows…',
  atLeast: (count: number) => `${formatCount(count)}+`,
  changeType: changeTypeWord,
  empty: emptyTables,
  showUndetermined: 'Show undetermined clients',
  tableLabel: (table: ShownTable) =>
    table.kind === 'change'
      ? changesTexts.table[table.change]
      : { confirmed: 'Flagged clients', undetermined: 'Undetermined clients', near: nearTexts.table, source: 'Raw rows' }[table.kind],
  kind: (kind: ColumnKind) => kindWords[kind],
  hours: 'hours',
  shareKnown: 'share known',
  confidenceMeaning: 'How much of what the verdict rests on is known, 0 to 1. A low figure means unknown, never that nothing happened.',
  storedZone: (zone: string) => `as stored, ${zone}`,
  nullCell: 'NULL',
  sortAscending: 'Sort ascending',
  sortDescending: 'Sort descending',
  sortNone: 'Do not sort',
  filter: 'Filter',
  filterColumn: (column: string) => `Filter ${column}: contains`,
  filterChip: (column: string, text: string) => `${column} contains “${text}”`,
  removeFilter: (column: string) => `Take the filter off ${column}`,
  clearFilters: 'Clear filters',
  columnMenu: (column: string) => `Column ${column}`,
  hideColumn: 'Hide column',
  moveLeft: 'Move left',
  moveRight: 'Move right',
  resetColumns: 'Reset columns',
  columns: 'Columns',
  shownColumns: (shown: number, all: number) => `${formatCount(shown)} of ${plural(all, 'column')} shown`,
  rowRange: (first: number, last: number, matching: number) =>
    `Rows ${formatCount(first)}–${formatCount(last)} of ${formatCount(matching)}`,
  noRows: 'No rows',
  filteredFrom: (total: number) => `filtered from ${formatCount(total)}`,
  selected: (rows: number, columns: number) =>
    `${plural(rows * columns, 'cell')} selected (${formatCount(rows)} × ${formatCount(columns)})`,
  refreshing: 'refreshing…',
  cellTitle: 'Cell value',
  cellRow: (row: number) => `Row ${formatCount(row)}`,
  cellLength: (length: number) => plural(length, 'character'),
  cellUtc: 'In UTC',
  clientHint: 'A client’s id opens its evidence; Enter elsewhere shows the full value',
  cellNull: 'The value is NULL: the database holds none.',
  /** A cell of a merged table without a value. */
  absent: {
    unknown: {
      word: 'not known',
      sentence: (changeType: string) =>
        `Not known: a source of ${changeTypeWord(changeType)} changes has not answered for the whole window.`,
    },
    none: { word: 'none', sentence: 'No value: no such change was found, or the database holds none.' },
  },
  cellBlank: 'The value is an empty text.',
  copyValue: 'Copy value',
  export: 'Export',
  exportHeading: (what: string) => `${what}, as shown`,
  exportFormats: { xlsx: 'Excel workbook (.xlsx)', csv: 'CSV (.csv)', json: 'JSON (.json)' },
  exportProgress: (progress: { readonly rows: number; readonly of: number } | null) =>
    progress === null ? 'Writing…' : `Writing ${formatCount(progress.rows)} of ${formatCount(progress.of)}`,
  exportCancelling: 'Cancelling…',
  exportCancel: 'Cancel the export',
  exportCancelled: 'The export was cancelled; no file was left.',
  exportRun: 'The whole run',
  bundle: 'Evidence bundle, signed (.zip)',
  exportFiltered: 'Only the rows that match the filters.',
  exportIncomplete: 'The run is incomplete; the file says so.',
  mail: 'E-mail draft',
  note: 'Copy note entry',
  mailTo: 'To',
  mailNobody: 'No recipients are set: add them in the configuration.',
  mailSubject: 'Subject',
  mailBody: 'Text',
  mailOpen: 'Open in mail program',
  mailCopy: 'Copy whole text',
  mailTruncated:
    'The text is longer than a mail address may be: the mail program gets the beginning. Copy the whole text and paste it there.',
  statistics: {
    perType: 'Changes of the flagged clients in the window',
    type: 'Change type',
    count: 'Changes',
    first: 'First',
    last: 'Last',
    share: 'Share',
    width: 'Width of the windows',
    widthHint: 'Hours between the earliest and the latest of the changes, over flagged clients',
    n: 'Clients',
    mean: 'Mean',
    median: 'Median',
    min: 'Least',
    max: 'Most',
    std: 'Standard deviation',
    hours: (value: number) => `${formatDecimal(value)} h`,
    bin: (from: number, to: number) => `${formatDecimal(from)}–${formatDecimal(to)} h`,
    clients: (count: number) => plural(count, 'client'),
    chart: 'Flagged clients by width of their window',
    asTable: 'Figures of the chart',
    empty: 'There are figures once a client is flagged.',
    incomplete: 'Sources are missing: the figures are of those that answered.',
  },
};
