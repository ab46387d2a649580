import type { AttributeKind } from '../../../app/model/attributes.ts';
import type { MissingSource } from '../../../app/model/run.ts';
import { formatCount, formatPercent } from '../../model/numbers.ts';
import { changeTypeWord, plural } from './plural.ts';
import { verdictTexts } from './verdict.ts';

const attributeWords: Readonly<Record<AttributeKind, string>> = {
  'ip address': 'IP address',
  device: 'device',
  'changed by': 'changed by',
  'new e-mail': 'new e-mail',
  'new phone': 'new phone',
};

/** What is known about one client. */
export const evidenceTexts = {
  title: (client: string) => `Evidence of client ${client}`,
  open: (client: string) => `Show the evidence of client ${client}`,
  blankId: '(blank id)',
  clientLabel: 'Client',
  copyText: 'Copy as text',
  back: 'Back to the table',
  placeOf: (row: number, of: number) => `${formatCount(row + 1)} of ${formatCount(of)}`,
  previous: 'Previous client of the table',
  next: 'Next client of the table',
  incomplete: (count: number) => `${plural(count, 'source')} without an answer: this client may have changed more than is shown here.`,
  complete: 'Every source answered.',
  confidence: (confidence: number) => `confidence ${formatPercent(confidence)}`,
  confidenceMeaning: (verdict: 'confirmed' | 'undetermined', confidence: number) =>
    verdict === 'confirmed' && confidence === 1
      ? 'Rows of whole answers prove it: nothing that is missing can take it back.'
      : verdict === 'confirmed'
        ? 'Rows prove it; some come from a source that answered in part only.'
        : 'So much of what the verdict rests on is known. The rest is unknown: it does not say that nothing happened.',
  lane: (changeType: string | null) => (changeType === null ? 'outside the rule' : changeTypeWord(changeType)),
  source: (query: string, database: string) => `${query} · ${database}`,
  unknown: (source: MissingSource) => `unknown: ${source.message}${source.code === undefined ? '' : ` (${source.code})`}`,
  unknownSource: (source: MissingSource) =>
    `${source.query === '' ? source.source : `${source.query} · ${source.database}`}: ${verdictTexts.missingReason(source)}`,
  noEvents: (isKnown: boolean) => (isKnown ? 'no row of this client' : 'not known'),
  before: (count: number) => `‹ ${formatCount(count)} earlier`,
  after: (count: number) => `${formatCount(count)} later ›`,
  moreSources: (count: number) => `+ ${formatCount(count)} more`,
  timeLine: 'Time line',
  timeLineHint: 'Wheel or + − zoom, drag or Shift with ← → moves, ← → goes from event to event',
  timeLineEmpty: 'None of the rows that were read has a time: there is nothing to place.',
  eventName: (type: string, time: string, distance: string) => `${type} change at ${time}, ${distance}`,
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  earlier: 'Earlier',
  later: 'Later',
  showWindow: (hours: string) => `Window (${hours})`,
  showWhole: (days: number) => `All of ${plural(days, 'day')}`,
  windowMark: 'window',
  rows: (inWindow: number, besides: number) => `Rows: ${formatCount(inWindow)} in the window, ${formatCount(besides)} besides`,
  cut: (shown: number, total: number) =>
    `The ${formatCount(shown)} most important rows of ${formatCount(total)} are shown; the others are only counted.`,
  blind: (source: string) => `${source} has no column that is known to hold the client’s id: it tells nothing about this client.`,
  inWindow: 'In the window',
  besides: 'Besides, in what was read',
  none: (isComplete: boolean) => (isComplete ? 'No row.' : 'No row in the sources that answered; others are missing.'),
  columns: { time: 'Time', distance: 'Distance to T', type: 'Change', source: 'Source' },
  noTime: 'no time',
  details: 'Row',
  choose: 'Choose a row or an event to see all of it.',
  facts: {
    source: 'Source',
    database: 'Database',
    file: 'Query file',
    row: 'Row in the source',
    attempt: 'Attempt',
    answer: 'Answer',
    cached: (runId: string) => `No database was asked: what it answered to the run ${runId} is used again`,
    endpoint: 'Endpoint',
    time: 'Event time',
    utc: 'In UTC',
    read: 'Read',
    distance: 'Distance to T',
    values: 'Values',
  },
  rawRows: 'Show in the raw rows',
  shared: 'Who shares an attribute',
  sharedHint: 'Other clients with the same value in any row that was read; the rarest first.',
  sharedMissing: 'Sources are missing: others may share more.',
  sharedCut: 'The client has more values than are compared.',
  sharedNone: (compared: number) =>
    compared === 0
      ? 'The client’s rows hold no address, device or name to compare.'
      : `None of ${plural(compared, 'value')} is shared with another client.`,
  attribute: (kind: AttributeKind) => attributeWords[kind],
  others: (count: number) => plural(count, 'other client'),
  moreOthers: (count: number) => `and ${formatCount(count)} more`,
};
