/** A process that reads rows with the bare client library and throws them away: what the worker is compared with. */
import oracledb from 'oracledb';
import { serveRpc } from '../../app/channel/rpc.ts';
import { currentProcessChannel } from '../../app/hosts/process-channel.ts';
import { account, type BareReadMethods, changesSql, fetchSize } from './oracle-target.ts';

const channel = currentProcessChannel();
serveRpc<BareReadMethods>(channel, {
  read: async ({ port }) => {
    const address = `(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=${String(port)}))`;
    // Packets as large as the program's own driver asks for, so that the comparison is not won by the line.
    const connectString = `(DESCRIPTION=(SDU=65535)${address}(CONNECT_DATA=(SERVICE_NAME=TESTDB)))`;
    const connection = await oracledb.getConnection({ ...account, connectString });
    const start = performance.now();
    const options = { resultSet: true, outFormat: oracledb.OUT_FORMAT_ARRAY, prefetchRows: fetchSize, fetchArraySize: fetchSize } as const;
    const { resultSet } = await connection.execute<unknown[]>(changesSql, [], options);
    let rows = 0;
    for (;;) {
      const batch = (await resultSet?.getRows(fetchSize)) ?? [];
      if (batch.length === 0) break;
      rows += batch.length;
    }
    await resultSet?.close();
    const durationMs = performance.now() - start;
    await connection.close();
    return { rows, durationMs };
  },
});
channel.onClose(() => process.exit(0));
