/**
 * Runs over many simulated databases: the runner, supervisors and workers are the program's own, but the workers are in this process,
 * behind linked channels, and their databases are scripts. The engine is the program's own too, behind a linked channel.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { linkedChannels } from '../channel/linked-channels.ts';
import type { Configuration, DatabaseConfig, DatabaseGroup, Settings } from '../model/database.ts';
import { instantFromMs } from '../model/instant.ts';
import { Breaker } from '../resilience/breaker.ts';
import { DatabaseGate } from '../run/database-gate.ts';
import { planRun, type PlanRequest } from '../run/plan.ts';
import type { EngineClient } from '../run/ports.ts';
import type { RunnerPorts } from '../run/run-round.ts';
import { Run } from '../run/runner.ts';
import { Slots } from '../run/slots.ts';
import { createParquetSpools } from '../spool/parquet-spool.ts';
import type { OwnProcess, ProcessExit, SpawnProcess } from '../worker/process.ts';
import { createDatabaseWorker } from '../worker/supervisor.ts';
import { serveWorker } from '../worker/worker-server.ts';
import { sampleConfiguration } from './builders.ts';
import { type EngineHarness, startEngineHarness } from './engine-harness.ts';
import { createFakeDriver, type FakeDriver } from './fake-driver.ts';

/** What runs are made with. */
export interface RunStage {
  readonly folder: string;
  readonly driver: FakeDriver;
  /** Workers there are now, and the most there ever were. */
  readonly workers: { live: number; most: number };
  readonly engine: EngineHarness;
  /** Starts a run. */
  start(databases: readonly DatabaseConfig[], change?: StageRun): Run;
  close(): Promise<void>;
}

/** How one run differs. */
export interface StageRun {
  readonly settings?: Partial<Settings>;
  readonly request?: Partial<PlanRequest>;
  readonly engine?: EngineClient;
  readonly groups?: readonly DatabaseGroup[];
}

/** Builds a stage on a clock. */
export async function buildRunStage(clock: Clock): Promise<RunStage> {
  const folder = await mkdtemp(join(tmpdir(), 'cam-runs-'));
  const engine = await startEngineHarness();
  const driver = createFakeDriver({ clock });
  const workers = { live: 0, most: 0 };
  const spawn = inProcessSpawner(clock, driver, workers);
  let runs = 0;
  return {
    folder,
    driver,
    workers,
    engine,
    start: (databases, { settings = {}, request = {}, engine: other, groups = [] } = {}) => {
      const configuration = sampleConfiguration(folder, databases, settings, groups);
      const nowMs = clock.nowMs();
      const context = { runId: `run-${String(++runs)}`, nowMs, user: 'X123456' };
      const plan = planRun(configuration, { lastEvent: instantFromMs(nowMs), strict: false, ...request }, context);
      const client = other ?? { call: (...input) => engine.rpc.call(...input), restart: () => undefined };
      return new Run(
        plan,
        configuration,
        portsOf({ clock, configuration, spawn, engine: client, spoolDirectory: join(folder, plan.runId) }),
      );
    },
    close: async () => {
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface PortsInput {
  readonly clock: Clock;
  readonly configuration: Configuration;
  readonly spawn: SpawnProcess;
  readonly engine: EngineClient;
  readonly spoolDirectory: string;
}

function portsOf({ clock, configuration, spawn, engine, spoolDirectory }: PortsInput): RunnerPorts {
  const { settings } = configuration;
  const gates = new Map<string, DatabaseGate>();
  const newGate = (database: DatabaseConfig): DatabaseGate => {
    const breaker = new Breaker(clock, database.policy.breaker);
    return new DatabaseGate(database, clock, () => ({ breaker, answered: () => undefined, failed: () => undefined }));
  };
  return {
    ...{ clock, engine, spoolDirectory, logger: silentLogger, random: () => 0.5, processSlots: new Slots(settings.maxFanout) },
    createWorker: (database, onProcess) =>
      createDatabaseWorker({
        ...{ spawn, database, clock, onProcess, logger: silentLogger, oracleClient: settings.oracleClient },
        ...{ clientIdentifier: settings.sid, cancelGraceMs: settings.cancelGraceMs },
      }),
    gateOf: (database) => {
      const gate = gates.get(database.name) ?? newGate(database);
      gates.set(database.name, gate);
      return gate;
    },
  };
}

function inProcessSpawner(clock: Clock, driver: FakeDriver, workers: RunStage['workers']): SpawnProcess {
  return () => {
    const [near, far] = linkedChannels();
    const exit = Promise.withResolvers<ProcessExit>();
    workers.live += 1;
    workers.most = Math.max(workers.most, workers.live);
    let isGone = false;
    const gone = (how: ProcessExit): void => {
      if (!isGone) workers.live -= 1;
      isGone = true;
      exit.resolve(how);
    };
    const served = serveWorker(far, { drivers: () => Promise.resolve(driver), spools: createParquetSpools(), clock, logger: silentLogger });
    void served.then(() => {
      gone({ code: 0, signal: null });
    });
    const process: OwnProcess = {
      pid: undefined,
      started: Promise.resolve(undefined),
      channel: near,
      exited: exit.promise,
      kill: () => {
        far.close();
        near.close();
        gone({ code: null, signal: 'SIGKILL' });
      },
    };
    return process;
  };
}
