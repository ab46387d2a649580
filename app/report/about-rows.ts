/** What a report says about itself, as lines for a sheet: who, when, for which window, from what, and what is missing. */
import type { ReportMetadata } from '../model/report.ts';
import type { TableFilter, TableSort } from '../model/table.ts';
import { changesLines } from './changes.ts';
import { showCoverage, showDuration, showInstant } from './show.ts';

/** A line: a heading over what follows, a label with its text, or a record of several texts. */
export type AboutLine =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'pair'; readonly label: string; readonly text: string }
  | { readonly kind: 'record'; readonly isHeader: boolean; readonly texts: readonly string[] };

/** The lines about a run and the table that was written from it. `notes` say what a reader of the file must know. */
export function aboutLines(
  metadata: ReportMetadata,
  table: {
    readonly name: string;
    readonly rows: number;
    readonly sort: TableSort | null;
    readonly filters: readonly TableFilter[];
    readonly only?: string;
  },
  notes: readonly string[],
): readonly AboutLine[] {
  const pair = (label: string, text: string): AboutLine => ({ kind: 'pair', label, text });
  const time = (instant: string): string => showInstant(instant, metadata.zone);
  const { figures } = metadata;
  const count = (clients: number): string =>
    figures === 'none' ? 'not known' : `${String(clients)}${figures === 'so far' ? ' so far' : ''}`;
  return [
    { kind: 'heading', text: metadata.headline },
    ...(metadata.sampleData ? [pair('Data', 'SAMPLE DATA: nothing here is about a real client')] : []),
    pair('Last event (T)', time(metadata.lastEvent)),
    pair('Window', `${time(metadata.window.from)} to ${time(metadata.window.to)}, both included (${String(metadata.windowHours)} h)`),
    pair('Rule', metadata.rule),
    ...metadata.filters.map((text) => pair('Note', text)),
    pair('Confirmed clients', count(metadata.confirmed)),
    pair('Undetermined clients', count(metadata.undetermined)),
    ...changesLines(metadata).map((line) => pair('Changes', line)),
    pair('Coverage', showCoverage(metadata)),
    pair('Outcome of the run', metadata.outcome),
    ...(metadata.caseReference === undefined ? [] : [pair('Case', metadata.caseReference)]),
    pair('Asked by (SID)', metadata.user),
    pair('Run', metadata.runId),
    pair('Run started', time(metadata.runStartedAt)),
    ...(metadata.runSeconds === undefined ? [] : [pair('Run took', showDuration(metadata.runSeconds))]),
    pair('File made', time(metadata.createdAt)),
    pair('Time zone', metadata.zone),
    pair('Program', `${metadata.program} ${metadata.version}`),
    pair('Table', `${table.name}, ${String(table.rows)} rows`),
    pair('Sorted by', table.sort === null ? 'as the table is' : `${table.sort.column}${table.sort.descending ? ', descending' : ''}`),
    pair('Filtered', filterText(table)),
    { kind: 'heading', text: metadata.missing.length === 0 ? 'Every source has answered' : 'Sources without an answer' },
    ...missingLines(metadata),
    { kind: 'heading', text: 'Sources' },
    ...sourceLines(metadata),
    { kind: 'heading', text: 'Notes' },
    ...[...metadata.notes, ...notes].map((note) => pair('', note)),
  ];
}

function filterText({ filters, only }: { readonly filters: readonly TableFilter[]; readonly only?: string }): string {
  const active = filters.filter((filter) => filter.contains !== '').map(({ column, contains }) => `${column} contains “${contains}”`);
  const all = only === undefined ? active : [only, ...active];
  return all.length === 0 ? 'no' : all.join(', ');
}

function missingLines(metadata: ReportMetadata): readonly AboutLine[] {
  if (metadata.missing.length === 0) return [];
  const records = metadata.missing.map((source): AboutLine => ({
    kind: 'record',
    isHeader: false,
    texts: [
      source.source,
      source.changeType ?? 'none',
      source.reason,
      source.code ?? '',
      source.message,
      showInstant(source.window.from, metadata.zone),
      showInstant(source.window.to, metadata.zone),
    ],
  }));
  return [
    {
      kind: 'record',
      isHeader: true,
      texts: ['Source', 'Change type', 'Reason', 'Code', 'What happened', 'Not known from', 'Not known to'],
    },
    ...records,
  ];
}

function sourceLines(metadata: ReportMetadata): readonly AboutLine[] {
  const records = metadata.sources.map((source): AboutLine => ({
    kind: 'record',
    isHeader: false,
    texts: [
      source.source,
      source.changeType ?? 'none',
      source.outcome,
      String(source.rows),
      source.seconds === undefined ? '' : showDuration(source.seconds),
      source.endpoint ?? '',
      source.error ?? '',
      String(source.cost.bytes),
      String(source.cost.statements),
      String(source.cost.databaseSeconds),
    ],
  }));
  return [
    {
      kind: 'record',
      isHeader: true,
      texts: ['Source', 'Change type', 'Outcome', 'Rows', 'Took', 'Endpoint', 'Error', 'Bytes', 'Statements', 'Database seconds'],
    },
    ...records,
  ];
}
