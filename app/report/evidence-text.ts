/** The evidence of one client as text for a case file. What is missing stands before what was found. */
import type { ClientEvidence, ClientShared, EvidenceEvent, EvidenceSource } from '../model/client-evidence.ts';
import { showDistance } from '../model/time-distance.ts';
import { missingLine } from './missing.ts';
import { showConfidence, showInstant } from './show.ts';

/** The text, one fact a line. */
export function evidenceText(evidence: ClientEvidence, shared: ClientShared): string {
  const time = (instant: string): string => showInstant(instant, evidence.zone);
  return [
    `Evidence of client ${evidence.client}${evidence.sampleData ? ' – SAMPLE DATA, no real client' : ''}`,
    ...missingLines(evidence),
    ...standingLines(evidence),
    `Last event (T): ${time(evidence.lastEvent)}`,
    `Window: ${time(evidence.window.from)} to ${time(evidence.window.to)}, both included`,
    `Read from: ${time(evidence.startDate)}`,
    `Run: ${evidence.runId}`,
    '',
    ...eventLines(evidence),
    '',
    ...sharedLines(shared),
  ].join('\n');
}

function missingLines({ missing, zone }: ClientEvidence): readonly string[] {
  if (missing.length === 0) return ['Missing: nothing; every source answered'];
  return [
    `INCOMPLETE: the client may have further changes; ${String(missing.length)} without an answer:`,
    ...missing.map((source) => `Missing: ${missingLine(source, zone)}`),
  ];
}

function standingLines({ standing }: ClientEvidence): readonly string[] {
  if (standing === undefined) return [];
  return [`Verdict: ${standing.verdict}, confidence ${showConfidence(standing.confidence)}`];
}

function eventLines(evidence: ClientEvidence): readonly string[] {
  const { events, total, sources } = evidence;
  const inside = sources.reduce((sum, source) => sum + source.inWindow, 0);
  const searched = `${String(sources.length)} ${sources.length === 1 ? 'source' : 'sources'} searched`;
  const blind = sources.filter((source) => source.idColumn === undefined);
  return [
    `Rows of the client: ${String(inside)} in the window, ${String(total - inside)} besides; ${searched}`,
    ...blind.map((source) => `Not searched: ${source.source} has no column that is known to hold the client's id`),
    ...(events.length < total
      ? [`Shown: the ${String(events.length)} most important of ${String(total)}; the others are only counted`]
      : []),
    ...events.flatMap((event) => rowLines(evidence, event)),
  ];
}

function rowLines(evidence: ClientEvidence, event: EvidenceEvent): readonly string[] {
  const source = evidence.sources.find((each) => each.source === event.source);
  if (source === undefined) return [];
  const when = event.time === null ? 'without a time' : showInstant(event.time, evidence.zone);
  const distance = event.beforeTMicros === null ? '' : `, ${showDistance(event.beforeTMicros)}`;
  const place = event.time === null ? '' : event.isInWindow ? ', in the window' : ', outside the window';
  return [
    `- ${when}${distance}${place}: ${source.changeType ?? 'raw'}`,
    `  ${source.source}, row ${String(event.row)}, ${originOf(source, evidence.zone)}`,
    ...source.columns.map((column, at) => `  ${column.name}: ${event.cells[at] ?? 'NULL'}`),
  ];
}

function originOf({ file, attempt, endpoint, readAt, cachedFrom }: EvidenceSource, zone: string): string {
  const from = endpoint === undefined ? '' : ` from ${endpoint}`;
  const read = readAt === undefined ? '' : `, read ${showInstant(readAt, zone)}`;
  if (cachedFrom !== undefined) return `${file}, no database was asked: answer to run ${cachedFrom.runId}${from}${read}`;
  return `${file}, attempt ${String(attempt)}${from}${read}`;
}

function sharedLines({ values, compared, isCut, missing }: ClientShared): readonly string[] {
  const open = missing.length === 0 ? '' : '; the missing sources may hold more';
  const cut = isCut ? '; the client has more values than are compared' : '';
  if (values.length === 0) return [`Shared with others: none of ${String(compared)} values in the rows that were read${open}${cut}`];
  return [
    `Shared with others: ${String(values.length)} of ${String(compared)} values${open}${cut}`,
    ...values.map(({ attribute, value, clients, examples }) => {
      const more = clients > examples.length ? ', …' : '';
      return `- ${attribute} ${value}: ${String(clients)} other ${clients === 1 ? 'client' : 'clients'} (${examples.join(', ')}${more})`;
    }),
  ];
}
