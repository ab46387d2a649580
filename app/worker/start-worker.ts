/** What a database's own process is made of. */
import { systemClock } from '../base/clock.ts';
import { createLogger, isLogged, type LogLevel } from '../base/logger.ts';
import type { Channel } from '../channel/channel.ts';
import { createDriverRegistry } from '../drivers/registry.ts';
import { createParquetSpools } from '../spool/parquet-spool.ts';
import { serveWorker } from './worker-server.ts';

/**
 * Makes this process the worker at the other end of the channel. It exits when the channel has closed and the sessions have
 * ended. Log lines from `logLevel` on go to standard error as JSON.
 */
export function startWorker(channel: Channel, logLevel: LogLevel = 'info'): void {
  const clock = systemClock;
  const logger = createLogger(
    (entry) => {
      if (isLogged(entry.level, logLevel)) process.stderr.write(`${JSON.stringify(entry)}\n`);
    },
    () => clock.nowMs(),
  );
  void serveWorker(channel, { drivers: createDriverRegistry({ clock }), spools: createParquetSpools(), clock, logger }).then(() => {
    // A call that hangs in a client library would keep the process for ever.
    process.exit(0);
  });
}
