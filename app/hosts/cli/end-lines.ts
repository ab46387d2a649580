/** What the command line says on standard error when a run has ended: why it failed, and everything that is missing. */
import type { ReportMetadata } from '../../model/report.ts';
import type { RunState } from '../../model/run.ts';
import { missingLine } from '../../report/missing.ts';

/** One line each. */
export function endLines({ failure }: Pick<RunState, 'failure'>, { missing, zone, filters }: ReportMetadata): readonly string[] {
  return [
    ...(failure === undefined ? [] : [`${failure.message} ${failure.action}`]),
    ...filters,
    ...missing.map((source) => `Missing: ${missingLine(source, zone)}`),
  ];
}
