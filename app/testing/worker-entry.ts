/** A worker's program for tests: the program's own, with the fake driver beside the shipped ones. */
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { createDriverRegistry } from '../drivers/registry.ts';
import { leaveInterruptsToParent } from '../hosts/interrupts.ts';
import { currentProcessChannel } from '../hosts/process-channel.ts';
import { createParquetSpools } from '../spool/parquet-spool.ts';
import { serveWorker } from '../worker/worker-server.ts';
import { createFakeDriver } from './fake-driver.ts';

leaveInterruptsToParent();
const clock = systemClock;
const shipped = createDriverRegistry({ clock });
const fake = createFakeDriver({ clock });

await serveWorker(currentProcessChannel(), {
  drivers: (kind) => (kind === 'fake' ? Promise.resolve(fake) : shipped(kind)),
  spools: createParquetSpools(),
  clock,
  logger: silentLogger,
});
process.exit(0);
