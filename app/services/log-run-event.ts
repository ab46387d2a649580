/** What the log says of a run as it goes. */
import type { Logger } from '../base/logger.ts';
import type { NumberedRunEvent } from '../model/run.ts';

/** Writes how each source, and the run, ended. */
export function logRunEvent(logger: Logger, { runId, event }: NumberedRunEvent): void {
  if (event.kind === 'source-ended') {
    const level = event.outcome.kind === 'completed' ? 'info' : 'warn';
    const { kind, ...outcome } = event.outcome;
    logger[level](`source ${kind}`, { run: runId, source: event.source, ...outcome });
  }
  if (event.kind === 'run-ended') logger.info(`run ${event.outcome}`, { run: runId });
}
