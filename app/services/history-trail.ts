/** The audit trail as a file in the report folder. */
import type { TrailFile } from '../contract/history-methods.ts';
import { type Instant, instantFromMs } from '../model/instant.ts';
import type { AppPorts } from './app-ports.ts';
import type { AskHistory } from './history-comparison.ts';
import type { ReportService } from './report-service.ts';

/** What of the trail, and how. */
export interface TrailRequest {
  readonly format: 'csv' | 'jsonl';
  readonly from?: Instant;
  readonly to?: Instant;
}

/** Writes it; a file that is there already is never written over. @throws CamError `export.failed` */
export async function exportTrail(
  ports: Pick<AppPorts, 'clock'>,
  reports: Pick<ReportService, 'freePath' | 'noteExported'>,
  ask: AskHistory,
  request: TrailRequest,
): Promise<TrailFile> {
  const time = instantFromMs(ports.clock.nowMs()).slice(0, 16).replace('T', '_').replace(':', '');
  const path = await reports.freePath(`audit-trail_${time}Z`, request.format);
  const exported = await ask('exportTrail', { path, ...request });
  reports.noteExported(path);
  return exported;
}
