/** Figures and times as people read them, always with the zone beside a time. */
import { confidenceSteps } from '../model/client-confidence.ts';
import type { Instant } from '../model/instant.ts';
import type { ReportMetadata } from '../model/report.ts';
import { formatInZone, offsetInZone } from '../model/zoned-time.ts';

/** `2026-11-20 14:00:00 Europe/Berlin (+01:00)`; `14:00:00.500` where it is not a whole second. */
export function showInstant(instant: Instant, zone: string): string {
  return `${formatInZone(instant, zone)} ${zone} (${offsetInZone(instant, zone)})`;
}

/** `0.4 s`, `41 s`, `12 m 03 s`, `2 h 05 m`. */
export function showDuration(seconds: number): string {
  if (seconds < 10) return `${(Math.round(seconds * 10) / 10).toString()} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${String(whole)} s`;
  if (whole < 3600) return `${String(Math.floor(whole / 60))} m ${String(whole % 60).padStart(2, '0')} s`;
  const minutes = Math.round(whole / 60);
  return `${String(Math.floor(minutes / 60))} h ${String(minutes % 60).padStart(2, '0')} m`;
}

/** `3 of 4 sources answered (75 %), confidence 75 %`; never rounded up to 100. */
export function showCoverage(metadata: Pick<ReportMetadata, 'answered' | 'expected' | 'coveragePercent' | 'confidencePercent'>): string {
  const { answered, expected, coveragePercent, confidencePercent } = metadata;
  const percent = (value: number): string => `${String(Math.floor(value))} %`;
  return `${String(answered)} of ${String(expected)} sources answered (${percent(coveragePercent)}), confidence ${percent(confidencePercent)}`;
}

/** `2 confirmed, 1 undetermined`, and `so far` where they are not of every answer; no count where none was made. */
export function showCounts({ figures, confirmed, undetermined }: Pick<ReportMetadata, 'figures' | 'confirmed' | 'undetermined'>): string {
  if (figures === 'none') return 'not known, the rule was not evaluated';
  return `${String(confirmed)} confirmed, ${String(undetermined)} undetermined${figures === 'so far' ? ' so far' : ''}`;
}

/** `75 %` of what is known, 0..1; never rounded up to 100. */
export function showConfidence(confidence: number): string {
  return `${String(Math.floor(confidenceSteps(confidence) / 100))} % (how much of what the verdict rests on is known)`;
}

/** `a`, `a and b`, `a, b and c`. */
export function showList(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}
