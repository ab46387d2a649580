/** The sample databases that come with the program, made where the configuration says that they lie. */
import { dirname } from 'node:path';
import type { Logger } from '../base/logger.ts';
import type { Configuration } from '../model/database.ts';
import { toFailure } from '../model/failure.ts';
import type { AppPorts } from './app-ports.ts';

/** So that the first run does not wait for them. What keeps them from being made does not keep the program from starting: a run says it. */
export async function prepareSamplesAhead(ports: AppPorts, configuration: Configuration, logger: Logger): Promise<void> {
  try {
    await prepareSamples(ports, configuration);
  } catch (error) {
    const { message, action, detail } = toFailure(error);
    logger.error('the sample databases cannot be made', { message, action, detail });
  }
}

/** Makes them where they are not there yet. @throws CamError */
export async function prepareSamples(ports: AppPorts, configuration: Configuration): Promise<void> {
  const [first] = configuration.databases.flatMap(({ endpoint }) =>
    endpoint.kind === 'duckdb' && endpoint.path !== ':memory:' ? [endpoint.path] : [],
  );
  if (first === undefined) return;
  // Loaded only where samples are shown: the database library is not needed in this process otherwise.
  const { ensureSampleData } = await import('../engine/sample-data.ts');
  await ensureSampleData({ directory: dirname(first), sqlDirectory: ports.sqlDirectory, nowMs: ports.clock.nowMs() });
}
