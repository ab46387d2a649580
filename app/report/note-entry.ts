/** The note entry: a few lines for a case file or a hand-over. */
import type { ReportMetadata } from '../model/report.ts';
import { changesLines } from './changes.ts';
import { missingLine } from './missing.ts';
import { showCounts, showCoverage, showDuration, showInstant } from './show.ts';

/** The note as text, one fact a line. It names what is missing. */
export function noteEntry(metadata: ReportMetadata): string {
  return factLines(metadata).join('\n');
}

/** The facts of note and mail, one a line; the verdict and what is missing come first. */
export function factLines(metadata: ReportMetadata): readonly string[] {
  const time = (instant: string): string => showInstant(instant, metadata.zone);
  const took = metadata.runSeconds === undefined ? 'still running' : `took ${showDuration(metadata.runSeconds)}`;
  return [
    `${metadata.program}${metadata.sampleData ? ' – SAMPLE DATA, no real client' : ''}`,
    metadata.headline,
    ...missingLines(metadata),
    ...metadata.notes.map((note) => `Note: ${note}`),
    ...changesLines(metadata).map((line) => `Changes: ${line}`),
    `Last event (T): ${time(metadata.lastEvent)}`,
    `Window: ${time(metadata.window.from)} to ${time(metadata.window.to)}, both included`,
    `Users: ${showCounts(metadata)}`,
    `Coverage: ${showCoverage(metadata)}`,
    `Rule: ${metadata.rule}`,
    ...metadata.filters.map((sentence) => `Note: ${sentence}`),
    ...(metadata.caseReference === undefined ? [] : [`Case: ${metadata.caseReference}`]),
    `SID: ${metadata.user}`,
    `Run: ${metadata.runId}, started ${time(metadata.runStartedAt)}, ${took}, ${metadata.outcome}`,
  ];
}

function missingLines({ missing, zone, outcome }: ReportMetadata): readonly string[] {
  if (missing.length === 0) return [outcome === 'succeeded' ? 'Missing: nothing' : 'Missing: no source, but the answers are not merged'];
  return missing.map((source) => `Missing: ${missingLine(source, zone)}`);
}
