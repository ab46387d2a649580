/** A process that reads rows with the embedded driver and throws them away: what the worker's spooling is compared with. */
import { systemClock } from '../../app/base/clock.ts';
import { serveRpc } from '../../app/channel/rpc.ts';
import { createDuckdbDriver } from '../../app/drivers/duckdb-driver.ts';
import { currentProcessChannel } from '../../app/hosts/process-channel.ts';
import type { ConnectTarget } from '../../app/drivers/driver.ts';

/** The one method: rows read, and milliseconds for it, connection not counted. */
export type ReadMethods = {
  read: { input: { path: string; sql: string }; output: { rows: number; durationMs: number }; notice: never };
};

/** What it connects with, besides the file. */
const target: Omit<ConnectTarget, 'endpoint'> = {
  authentication: { kind: 'none' },
  zone: 'UTC',
  connectTimeoutMs: 20_000,
  clientIdentifier: 'bench',
  oracleClient: { traceLevel: 0 },
  options: {},
};

const channel = currentProcessChannel();
serveRpc<ReadMethods>(channel, {
  read: async ({ path, sql }, { signal }) => {
    const driver = createDuckdbDriver({ clock: systemClock });
    const connection = await driver.connect({ ...target, endpoint: { kind: 'duckdb', path } }, signal);
    const start = performance.now();
    const cursor = await connection.query({ sql, binds: {}, tag: 'bench' }, signal);
    let rows = 0;
    for (let batch = await cursor.next(); batch !== undefined; batch = await cursor.next()) rows += batch.rowCount;
    const durationMs = performance.now() - start;
    await connection.close('end');
    return { rows, durationMs };
  },
});
channel.onClose(() => process.exit(0));
