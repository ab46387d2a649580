/** Values for tests of workers: databases with a fake script, inputs, and processes of the test's own entry. */
import { fileURLToPath } from 'node:url';
import { silentLogger } from '../base/logger.ts';
import { forkSpawner } from '../hosts/fork-spawner.ts';
import type { DatabaseConfig } from '../model/database.ts';
import { noCost } from '../model/policy.ts';
import type { OwnProcess, SpawnProcess } from '../worker/process.ts';
import type { ExecuteInput } from '../worker/protocol.ts';
import { sampleDatabase } from './builders.ts';
import type { FakeScriptInput } from './fake-script.ts';

/** A database that does what the script says. */
export function fakeDatabase(script: FakeScriptInput = {}, change: Partial<DatabaseConfig> = {}): DatabaseConfig {
  return sampleDatabase({ endpoint: { kind: 'fake', script: JSON.stringify(script) }, ...change });
}

/** One source to run. `spoolDirectory` is made by whoever writes into it. */
export function executeInput(sql: string, spoolDirectory: string, change: Partial<ExecuteInput> = {}): ExecuteInput {
  return {
    runId: 'run-1',
    source: 'database_1/query',
    attempt: 1,
    endpoint: 0,
    sql,
    binds: {},
    lists: {},
    chunk: 1000,
    budget: { hard: {}, spent: noCost },
    startDate: '2026-10-21T14:00:00.000000Z',
    needsRoles: true,
    timeoutMs: 300_000,
    spoolDirectory,
    ...change,
  };
}

/** Starts workers that know the fake driver, and remembers them. */
export function testSpawner(): { readonly spawn: SpawnProcess; readonly processes: OwnProcess[] } {
  const entry = fileURLToPath(new URL('worker-entry.ts', import.meta.url));
  const spawn = forkSpawner({
    entries: { worker: entry, engine: entry, 'oracle-probe': entry },
    environment: process.env,
    logger: silentLogger,
  });
  const processes: OwnProcess[] = [];
  return {
    processes,
    spawn: (...what) => {
      const own = spawn(...what);
      processes.push(own);
      return own;
    },
  };
}
