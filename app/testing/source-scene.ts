/** One source with everything around it but a real process: gate, policies, supervisor, worker, driver and spools, in the test's own process. */
import { abort } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { linkedChannels } from '../channel/linked-channels.ts';
import type { Driver } from '../drivers/driver.ts';
import type { AttachInput } from '../engine/engine.ts';
import type { DatabaseConfig } from '../model/database.ts';
import { unlimitedBudget } from '../model/policy.ts';
import type { RunEvent, SourceOutcome } from '../model/run.ts';
import { CostLedger } from '../run/cost-ledger.ts';
import { DatabaseGate, type EndpointWatch } from '../run/database-gate.ts';
import { LogonRefusal } from '../resilience/logon-refusal.ts';
import type { EngineClient } from '../run/ports.ts';
import { runSource } from '../run/source-run.ts';
import { Breaker } from '../resilience/breaker.ts';
import { createParquetSpools } from '../spool/parquet-spool.ts';
import type { SpoolFactory } from '../spool/spool.ts';
import type { OwnProcess, SpawnProcess } from '../worker/process.ts';
import type { SessionPorts } from '../worker/session.ts';
import { createDatabaseWorker, type DatabaseWorker } from '../worker/supervisor.ts';
import { serveWorker } from '../worker/worker-server.ts';
import { samplePlan, samplePlannedSource } from './builders.ts';

/** What a scene is made of. */
export interface SceneOptions {
  readonly clock: Clock;
  readonly database: DatabaseConfig;
  readonly driver: Driver;
  /** Default: Parquet files. */
  readonly spools?: SpoolFactory;
  /** Folder for its rows. */
  readonly folder: string;
}

/** One source, running. */
export interface SourceScene {
  readonly outcome: Promise<SourceOutcome>;
  readonly events: readonly RunEvent[];
  /** What was handed to the engine. */
  readonly attached: readonly AttachInput[];
  readonly gate: DatabaseGate;
  readonly processes: readonly OwnProcess[];
  cancel(): void;
  /** Ends the process of the worker that is in use, as if it had crashed. */
  killWorker(): void;
  close(): Promise<void>;
}

/** Runs the first query of the database. */
export function startSource({ clock, database, driver, folder, spools = createParquetSpools() }: SceneOptions): SourceScene {
  const [query] = database.queries;
  if (query === undefined) throw new Error('the database has no query');
  const { spawn, processes } = inProcessSpawner({ drivers: () => Promise.resolve(driver), spools, clock, logger: silentLogger });
  const worker = createDatabaseWorker({
    ...{ spawn, database, clock, oracleClient: { traceLevel: 0 }, clientIdentifier: 'X123456', logger: silentLogger, cancelGraceMs: 2_000 },
  });
  const source = samplePlannedSource({ database: database.name, query: query.name, timeoutMs: query.timeoutMs, policy: query.policy });
  const plan = samplePlan(0, { sources: [source] });
  const events: RunEvent[] = [];
  const attached: AttachInput[] = [];
  const controller = new AbortController();
  const watches = new Map<unknown, EndpointWatch>();
  const gate = new DatabaseGate(database, clock, (_database, endpoint) => {
    const known = watches.get(endpoint) ?? { breaker: new Breaker(clock, database.policy.breaker), answered: nothing, failed: nothing };
    watches.set(endpoint, known);
    return known;
  });
  const outcome = runSource({
    ...{ plan, source, database, gate, clock, engine: engineThatTakes(attached), logon: new LogonRefusal(), random: () => 0.5 },
    enter: () => Promise.resolve(worker satisfies DatabaseWorker),
    cost: new CostLedger(unlimitedBudget, [], nothing).source(source),
    signal: controller.signal,
    lastCall: new AbortController().signal,
    spoolDirectory: folder,
    append: (event) => events.push(event),
  });
  return {
    ...{ outcome, events, attached, gate, processes },
    cancel: () => {
      abort(controller, { kind: 'cancel', by: 'a test' });
    },
    killWorker: () => {
      processes.at(-1)?.kill();
    },
    close: () => worker.close(),
  };
}

const nothing = (): void => undefined;

function engineThatTakes(attached: AttachInput[]): EngineClient {
  const call = (method: string, input: unknown): Promise<unknown> => {
    if (method !== 'attach') throw new Error(`the engine is not asked for ${method} here`);
    attached.push(input as AttachInput);
    return Promise.resolve({ nullIds: 0, nullTimes: 0 });
  };
  return { call } as unknown as EngineClient;
}

/** Workers in this process, behind a channel; they are ended by closing it, and what they had open is closed as by the operating system. */
export function inProcessSpawner(ports: SessionPorts): { readonly spawn: SpawnProcess; readonly processes: OwnProcess[] } {
  const processes: OwnProcess[] = [];
  return {
    processes,
    spawn: () => {
      const [near, far] = linkedChannels();
      const exited = serveWorker(far, ports);
      let signal: string | null = null;
      const pid = 1_000 + processes.length;
      const own: OwnProcess = {
        pid,
        started: Promise.resolve(pid),
        channel: near,
        exited: exited.then(() => ({ code: signal === null ? 0 : null, signal })),
        kill: () => {
          signal ??= 'SIGKILL';
          near.close();
        },
      };
      processes.push(own);
      return own;
    },
  };
}
