/** The whole core over real processes, configured by files in a folder of its own. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { type Clock, systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { forkSpawner } from '../hosts/fork-spawner.ts';
import type { DriverKind } from '../model/database.ts';
import type { RunState } from '../model/run.ts';
import { type App, createApp } from '../services/create-app.ts';
import type { OwnProcess, ProcessEntry } from '../worker/process.ts';
import type { FakeScriptInput } from './fake-script.ts';

/** A query of a test database. */
export interface TestQuery {
  readonly name: string;
  readonly sql: string;
  readonly changeType: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Where a database server is and how it is entered, as `databases.yaml` has it; without a user Oracle is entered with Kerberos. */
export interface TestServer {
  readonly host: string;
  readonly port: number;
  /** Oracle's. */
  readonly service_name?: string;
  /** PostgreSQL's. */
  readonly database?: string;
  readonly user?: string;
  /** Name of a variable in `TestAppOptions.environment`. */
  readonly password_env?: string;
}

/** A test database: fake with a script, DuckDB in memory unless `more` names a `path`, or a server. */
export interface TestDatabase {
  readonly name: string;
  readonly driver: DriverKind;
  readonly script?: FakeScriptInput;
  /** For `oracle` and `postgres`. */
  readonly server?: TestServer;
  readonly queries: readonly TestQuery[];
  readonly more?: Readonly<Record<string, unknown>>;
}

/** What else a test may choose. */
export interface TestAppOptions {
  /** The variables that the core sees, for passwords. Default: none. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether `databases.yaml` says that its databases are the shipped samples. Default: no. */
  readonly sample?: boolean;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

/** The core under test, and what a test may reach into. */
export interface TestApp {
  readonly app: App;
  readonly folder: string;
  /** Processes started so far, by entry. */
  readonly processes: readonly { readonly entry: ProcessEntry; readonly name: string; readonly process: OwnProcess }[];
  /** Starts a run and waits for its end. */
  run(request?: { readonly from?: string; readonly lastEvent?: string; readonly strict?: boolean }): Promise<RunState>;
  close(): Promise<void>;
}

/** T of all test runs unless a test says otherwise. */
export const testLastEvent = '2026-11-20T14:00:00Z';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Starts the core. `settings` is the content of the settings file; without any, each source has one attempt. */
export async function startTestApp(
  databases: readonly TestDatabase[],
  settings: Readonly<Record<string, unknown>> = { query: { retries: 0 } },
  { environment = {}, sample = false, clock = systemClock }: TestAppOptions = {},
): Promise<TestApp> {
  const folder = await mkdtemp(join(tmpdir(), 'cam-core-'));
  await writeConfiguration(folder, databases, settings, sample);
  const processes: TestApp['processes'][number][] = [];
  const spawn = forkSpawner({
    entries: {
      worker: join(repository, 'app/testing/worker-entry.ts'),
      engine: join(repository, 'app/hosts/engine-entry.ts'),
      'oracle-probe': join(repository, 'app/hosts/oracle-probe-entry.ts'),
    },
    environment: process.env,
    logger: silentLogger,
  });
  const app = await createApp({
    host: 'cli',
    version: '0.0.0-test',
    databasesFile: join(folder, 'databases.yaml'),
    settingsFile: join(folder, 'settings.yaml'),
    settingsRequired: true,
    dataDirectory: join(folder, 'data'),
    sqlDirectory: join(repository, 'sql'),
    historyEntry: join(repository, 'app/hosts/history-entry.ts'),
    rulesDirectory: join(repository, 'config', 'rules'),
    homeDirectory: folder,
    machineZone: 'UTC',
    user: 'X123456',
    machineName: 'test-machine',
    clock,
    spawn: (entry, name, environment) => {
      const own = spawn(entry, name, environment);
      processes.push({ entry, name, process: own });
      return own;
    },
    environment,
    desktop: {},
    machine: { environment: {}, platform: process.platform, uid: 0, username: 'analyst' },
    allowFakeDriver: true,
  });
  return {
    app,
    folder,
    processes,
    run: async (request = {}) => {
      const { runId } = await app.runs.start({ lastEvent: testLastEvent, strict: false, ...request });
      const run = app.runs.get(runId);
      await run.ended;
      return run.state;
    },
    close: async () => {
      await app.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function writeConfiguration(
  folder: string,
  databases: readonly TestDatabase[],
  settings: Readonly<Record<string, unknown>>,
  sample: boolean,
): Promise<void> {
  await mkdir(join(folder, 'queries'), { recursive: true });
  const entries = await Promise.all(
    databases.map(async ({ name, driver, script, server, queries, more }) => ({
      name,
      driver,
      ...(driver === 'fake' ? { script: JSON.stringify(script ?? {}) } : {}),
      ...(driver === 'duckdb' ? { path: ':memory:' } : {}),
      ...server,
      ...more,
      sql_queries: await Promise.all(
        queries.map(async (query, index) => {
          const file = `queries/${name}-${String(index)}.sql`;
          await writeFile(join(folder, file), query.sql);
          return { name: query.name, query_location: file, change_type: query.changeType, ...query.more };
        }),
      ),
    })),
  );
  await writeFile(join(folder, 'databases.yaml'), stringify({ ...(sample ? { sample } : {}), databases: entries }));
  await writeFile(join(folder, 'settings.yaml'), stringify(settings));
}
