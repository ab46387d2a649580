/** A process that holds stand-ins for Oracle servers, so that what they cost is not counted as the client's. */
import { serveRpc } from '../../app/channel/rpc.ts';
import { currentProcessChannel } from '../../app/hosts/process-channel.ts';
import { startOracleListener } from '../../app/testing/oracle-wire/listener.ts';
import { rowGenerator } from '../../app/testing/oracle-wire/row-generator.ts';
import { account, type StandInMethods } from './oracle-target.ts';

/** 2026-01-01 in microseconds. */
const firstChange = 1_767_225_600_000_000n;
/** Rows that differ from one another; sent again and again, already encoded. */
const distinctRows = 50_000;

const channel = currentProcessChannel();
serveRpc<StandInMethods>(channel, {
  listen: async ({ rows, latencyMs }) => {
    const { port } = await startOracleListener({
      users: { [account.user]: account.password },
      faults: latencyMs > 0 ? [{ kind: 'delay', stage: 'execute', ms: latencyMs }] : [],
      execute: rowGenerator({
        rows,
        repeat: Math.min(rows, distinctRows),
        columns: [
          { name: 'USER_ID', type: 'number', precision: 9, scale: 0 },
          { name: 'OLD_EMAIL', type: 'varchar', size: 100 },
          { name: 'NEW_EMAIL', type: 'varchar', size: 100 },
          { name: 'CHANGE_DATE', type: 'date' },
          { name: 'CHANGED_BY', type: 'varchar', size: 40 },
          { name: 'CHANGE_REASON', type: 'varchar', size: 100 },
        ],
        row: (n) => [
          n,
          `old${String(n)}@example.com`,
          `new${String(n)}@example.com`,
          firstChange + BigInt(n) * 7_000_000n,
          `user${String(n % 100)}`,
          n % 7 === 0 ? null : `reason number ${String(n % 13)}`,
        ],
      }),
    });
    return { port };
  },
});
channel.onClose(() => process.exit(0));
