/** What is left of a run that is not kept any more is given back. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../base/logger.ts';
import type { EngineClient } from '../run/ports.ts';
import type { ResultService } from './result-service.ts';

/** Where something of a run may be left. */
interface Places {
  readonly results: Pick<ResultService, 'kept' | 'release'>;
  readonly engine: Pick<EngineClient, 'call'>;
  readonly spoolRoot: string;
  readonly logger: Logger;
}

/** Closes the run's tables and removes its rows; each step is tried whatever became of the one before it. Never rejects. */
export async function tidyAway(runId: string, { results, engine, spoolRoot, logger }: Places): Promise<void> {
  const steps = [
    () => results.kept(runId),
    () => engine.call('close', { runId }),
    () => results.release(runId),
    () => rm(join(spoolRoot, runId), { recursive: true, force: true }),
  ];
  for (const step of steps) {
    await step().catch((error: unknown) => {
      logger.warn('something of an old run cannot be tidied away', { run: runId, error: String(error) });
    });
  }
}
