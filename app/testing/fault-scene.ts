/**
 * The scene of the fault matrix: the whole core over real processes, a healthy Oracle stand-in, a DuckDB file, and a second
 * stand-in with the token changes, to which the faults happen. All of them hold the sample data.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ensureSampleData } from '../engine/sample-data.ts';
import type { Run } from '../run/runner.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { type DuckDbBackend, duckDbBackend } from './oracle-wire/duckdb-backend.ts';
import type { Fault } from './oracle-wire/faults.ts';
import { type OracleListener, startOracleListener } from './oracle-wire/listener.ts';
import { startTestApp, type TestApp, type TestDatabase, type TestQuery, type TestServer } from './test-app.ts';

/** Name of the database that faults happen to. */
export const faultyName = 'faulty';
/** Its source. */
export const faultySource = `${faultyName}/tokens`;
/** Limits of the faulty database in the cells where nothing else ends the silence, and the grace of a cancel. */
const limits = { connectTimeoutMs: 4000, queryTimeoutMs: 8000, cancelGraceMs: 4000 } as const;

const sqlDirectory = fileURLToPath(new URL('../../sql', import.meta.url));
const account = { user: 'cam_reader', password: 'correct horse', variable: 'CAM_TEST_PASSWORD' } as const;

/** Data and healthy servers, for all scenes. */
export interface Stage {
  /** T: an instant at which the sample has its matches. */
  readonly lastEvent: string;
  readonly backend: DuckDbBackend;
  readonly healthy: OracleListener;
  /** The three databases that nothing happens to. */
  readonly databases: readonly TestDatabase[];
  close(): Promise<void>;
}

/** Makes the sample and starts the healthy server. */
export async function buildStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'cam-faults-'));
  const nowMs = Date.now();
  const { files } = await ensureSampleData({ directory: folder, sqlDirectory, nowMs });
  const [events = '', audit = ''] = files;
  const setUp = [`ATTACH '${events}' AS sample (READ_ONLY)`, 'COPY FROM DATABASE sample TO memory', 'DETACH sample'];
  const backend = await duckDbBackend({ setUp });
  const healthy = await startOracleListener({ users: { [account.user]: account.password }, execute: backend.execute });
  const oracle = (name: string, query: TestQuery): TestDatabase => ({
    name,
    driver: 'oracle',
    server: serverOf(healthy.port),
    queries: [query],
    more: { default_schema: 'event_logs' },
  });
  const passwords = await shippedQuery('passwords', 'password', 'get_all_password_changes.sql');
  return {
    lastEvent: new Date(nowMs).toISOString(),
    backend,
    healthy,
    databases: [
      oracle('mail', await shippedQuery('emails', 'email', 'get_all_email_changes.sql')),
      oracle('phone', await shippedQuery('phones', 'phone', 'get_phone_changes_by_client_id.sql')),
      { name: 'audit', driver: 'duckdb', queries: [passwords], more: { path: audit, default_schema: 'audit_logs' } },
    ],
    close: async () => {
      await healthy.close();
      backend.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function shippedQuery(name: string, changeType: string, file: string): Promise<TestQuery> {
  return { name, changeType, sql: await readFile(join(sqlDirectory, file), 'utf8') };
}

function serverOf(port: number): TestServer {
  return { host: '127.0.0.1', port, service_name: 'TESTDB', user: account.user, password_env: account.variable };
}

/** How the faulty database is set up. */
export interface FaultyOptions {
  readonly faults?: readonly Fault[];
  /** The connection goes through a proxy that can break it. */
  readonly throughProxy?: boolean;
  /** Nothing listens at the port. */
  readonly nobodyListens?: boolean;
  readonly wrongPassword?: boolean;
  readonly unknownService?: boolean;
  /** Entered with the Kerberos ticket of this cache. */
  readonly ticketCache?: string;
  /** The limit that ends the cell, seconds instead of minutes. */
  readonly shortLimit?: 'connect' | 'query';
  /** A second query on the same database: two logons at a time would be possible. */
  readonly twoSources?: boolean;
  /** Further attempts that the configuration allows. */
  readonly retries: number;
  /** Database processes at a time. */
  readonly maxFanout?: number;
}

/** A core that is running, with everything a cell reaches for. */
export interface Scene {
  readonly test: TestApp;
  readonly faulty: OracleListener;
  readonly proxy: FaultProxy | undefined;
  /** Starts a run. */
  start(): Promise<Run>;
  /** Ends the process of the faulty database at once. */
  killWorker(): void;
  /** Sessions of which the faulty server itself says that a statement is running or has rows left. */
  runningStatements(): number;
  close(): Promise<void>;
}

/** Sets the scene. */
export async function setScene(stage: Stage, options: FaultyOptions): Promise<Scene> {
  const { faults = [], retries, maxFanout = 16 } = options;
  const faulty = await startOracleListener({
    users: { [account.user]: options.wrongPassword === true ? 'another one' : account.password },
    execute: stage.backend.execute,
    faults,
  });
  const proxy = options.throughProxy === true ? await startFaultProxy({ host: faulty.host, port: faulty.port }) : undefined;
  if (options.nobodyListens === true) await faulty.close();
  const test = await startTestApp(
    [...stage.databases, await faultyDatabase((proxy ?? faulty).port, options)],
    {
      query: {
        retries,
        retry_delays_ms: [10],
        cancel_grace_ms: limits.cancelGraceMs,
        max_fanout: maxFanout,
      },
    },
    { environment: { [account.variable]: account.password } },
  );
  return {
    test,
    faulty,
    proxy,
    start: async () => {
      const { runId } = await test.app.runs.start({ lastEvent: stage.lastEvent, strict: false });
      return test.app.runs.get(runId);
    },
    killWorker: () => {
      test.processes.find(({ name }) => name === faultyName)?.process.kill();
    },
    runningStatements: () => faulty.sessions().filter(({ running, openResults }) => running !== null || openResults.length > 0).length,
    close: async () => {
      await test.close();
      await proxy?.close();
      if (options.nobodyListens !== true) await faulty.close();
    },
  };
}

async function faultyDatabase(port: number, options: FaultyOptions): Promise<TestDatabase> {
  const tokens = await shippedQuery('tokens', 'token', 'get_token_changes.sql');
  const server = serverOf(port);
  const kerberos = { host: server.host, port, ...(server.service_name === undefined ? {} : { service_name: server.service_name }) };
  return {
    name: faultyName,
    driver: 'oracle',
    server:
      options.ticketCache === undefined ? { ...server, ...(options.unknownService === true ? { service_name: 'NOSUCH' } : {}) } : kerberos,
    queries: options.twoSources === true ? [tokens, { ...tokens, name: 'tokens again' }] : [tokens],
    more: {
      default_schema: 'event_logs',
      ...(options.shortLimit === 'connect' ? { connect_timeout_ms: limits.connectTimeoutMs } : {}),
      ...(options.shortLimit === 'query' ? { timeout_ms: limits.queryTimeoutMs } : {}),
      options: { fetch_size: 50 },
      ...(options.ticketCache === undefined ? {} : { kerberos: { cache: options.ticketCache } }),
    },
  };
}

/** Waits until something holds; the limit of the test ends a wait in vain. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}
