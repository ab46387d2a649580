/** The engine in a process of its own, and spools for it. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '../../app/base/logger.ts';
import { createRpcClient, type RpcClient } from '../../app/channel/rpc.ts';
import type { EngineMethods } from '../../app/engine/engine.ts';
import { forkSpawner } from '../../app/hosts/fork-spawner.ts';
import type { Column } from '../../app/model/column.ts';
import { failure } from '../../app/model/failure.ts';
import { microsOfInstant } from '../../app/model/instant.ts';
import { createParquetSpools } from '../../app/spool/parquet-spool.ts';
import { samplePlan } from '../../app/testing/builders.ts';

const clients = 100_000;

/** The columns of a spool of {@link writeSource}. */
export const columns: readonly Column[] = [
  { name: 'user_id', kind: 'text' },
  { name: 'old_value', kind: 'text' },
  { name: 'new_value', kind: 'text' },
  { name: 'change_date', kind: 'timestamp', encoding: 'micros' },
  { name: 'changed_by', kind: 'text' },
  { name: 'change_reason', kind: 'text' },
];

/** An engine, and how it is ended. */
export interface Engine {
  readonly rpc: RpcClient<EngineMethods>;
  readonly pid: number | undefined;
  readonly end: () => Promise<void>;
}

/** An engine in a process of its own. */
export function startEngine(folder: string): Engine {
  const hosts = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'app', 'hosts');
  const entry = join(hosts, 'engine-entry.ts');
  const spawn = forkSpawner({
    entries: { worker: entry, engine: entry, 'oracle-probe': entry },
    environment: process.env,
    logger: silentLogger,
  });
  const child = spawn('engine', 'bench', { CAM_ENGINE_DIRECTORY: join(folder, 'engine') });
  return {
    rpc: createRpcClient<EngineMethods>(child.channel, () => failure('engine.crashed')),
    pid: child.pid,
    end: async () => {
      child.channel.close();
      await child.exited;
    },
  };
}

/** Attaches a spool of {@link writeSource}. */
export function attach(engine: Engine, runId: string, source: string, files: readonly string[]): Promise<unknown> {
  const roles = { user: 'user_id', time: 'change_date' };
  return engine.rpc.call('attach', { runId, source, files, columns, roles, zone: 'UTC', idNormaliser: 'exact' });
}

/** Ids of 19 digits, each client in every source; deterministic. Gives the path of the one part. */
export async function writeSource(directory: string, rows: number, salt: number, spread: bigint): Promise<string> {
  await mkdir(dirname(directory), { recursive: true });
  const end = microsOfInstant(samplePlan().window.to);
  const spool = await createParquetSpools().create(directory, columns);
  for (let from = 0; from < rows; from += 10_000) {
    const numbers = Array.from({ length: Math.min(10_000, rows - from) }, (_, row) => from + row);
    await spool.append({
      rowCount: numbers.length,
      columns: [
        numbers.map((row) => String(1_000_000_000_000_000_000n + BigInt((row * 7919) % clients))),
        numbers.map((row) => `old${row}@example.com`),
        numbers.map((row) => `new${(row * 48_271) % 2_147_483_647}@example.com`),
        numbers.map((row) => end - ((BigInt(row + 1) * 2_862_933_555_777_941_757n + BigInt(salt)) % spread)),
        numbers.map((row) => `agent ${row % 50}`),
        numbers.map((row) => (row % 3 === 0 ? null : 'asked for by the client')),
      ],
    });
  }
  const [file = ''] = (await spool.commit()).files;
  return file;
}
