/**
 * The scene of the line's faults: one run in which every cell of a fault is a database of its own, Oracle and PostgreSQL, each
 * behind a line of its own, beside healthy databases of three kinds. All hold the same clients.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { type Direction, lineCells, type LineFault, type LineStage } from './line-faults.ts';
import { type OracleListener, startOracleListener } from './oracle-wire/listener.ts';
import { rowGenerator } from './oracle-wire/row-generator.ts';
import { startPostgres, type TestPostgres } from './postgres-server.ts';
import { startTestApp, type TestApp, type TestDatabase } from './test-app.ts';

/** Rows of every database. */
export const lineRows = 1200;
/** The limits that end a silence are short where one is expected; elsewhere they are too long to end anything on a busy machine. */
const limits = { silentConnectMs: 10_000, silentQueryMs: 20_000, connectMs: 90_000, queryMs: 120_000, graceMs: 3000 } as const;
/** How long a server works before its first row, where the fault comes while it works. */
const workMs = 4000;
/** A line on which the fault comes between rows is so narrow that there is a between. */
const narrow = { bytesPerSecond: 40_000 } as const;
const narrowFrom = 20_000;

const account = { user: 'cam_line', password: 'correct horse', variable: 'CAM_LINE_PASSWORD' } as const;
const engines = ['oracle', 'postgres'] as const;

/** The kinds of database. */
export type LineEngine = (typeof engines)[number];

/** One faulty database. */
export interface LineCell {
  readonly name: string;
  readonly source: string;
  readonly engine: LineEngine;
  readonly stage: LineStage;
  readonly direction: Direction;
  readonly proxy: FaultProxy;
  /** Whether the server says that it works on the statement. */
  readonly isWorking: () => Promise<boolean>;
  /** Statements of the program that the server says are not over. */
  readonly left: () => Promise<number>;
}

/** The servers, for all faults. */
export interface LineStageSet {
  readonly postgres: TestPostgres;
  close(): Promise<void>;
}

/** Starts what all faults share. */
export async function buildLineStage(): Promise<LineStageSet> {
  const postgres = await startPostgres();
  await postgres.sql(`CREATE ROLE ${account.user} LOGIN PASSWORD '${account.password}'`);
  return { postgres, close: () => postgres.stop() };
}

/** A scene that is set, and not yet started. */
export interface LineScene {
  readonly test: TestApp;
  readonly cells: readonly LineCell[];
  /** Lets the fault come over every cell when it has come to its stage; resolves when it has come over all. */
  strike(): Promise<void>;
  /** Takes all faults away, and the connections that they have left. */
  mend(): void;
  close(): Promise<void>;
}

/** Sets the scene of one fault. */
export async function setLineScene({ postgres }: LineStageSet, fault: LineFault): Promise<LineScene> {
  const healthy = await startOracle();
  const listeners: OracleListener[] = [healthy];
  const cells: LineCell[] = [];
  for (const engine of engines) {
    for (const { stage, direction } of lineCells) {
      const name = `${engine}_${stage}_${direction}`;
      if (engine === 'oracle') {
        const listener = await startOracle();
        if (stage === 'execute') listener.setFault({ kind: 'delay', stage: 'execute', ms: workMs });
        listeners.push(listener);
        cells.push(await oracleCell(name, stage, direction, listener));
      } else cells.push(await postgresCell(name, stage, direction, postgres));
    }
  }
  for (const { stage, direction, proxy } of cells) {
    if (stage === 'connect') fault.begin(proxy, direction);
    if (stage === 'fetch') proxy.set('down', narrow);
  }
  const test = await startTestApp(
    [...cells.map((cell) => faultyDatabase(cell, fault.isSilent === true)), ...healthyDatabases(healthy, postgres)],
    { query: { retries: 0, cancel_grace_ms: limits.graceMs, max_fanout: cells.length + 3 } },
    { environment: { [account.variable]: account.password, CAM_LINE_ADMIN: postgres.admin.password } },
  );
  return {
    test,
    cells,
    strike: async () => {
      await Promise.all(cells.filter(({ stage }) => stage !== 'connect').map((cell) => strikeWhenThere(cell, fault)));
    },
    mend: () => {
      for (const listener of listeners) listener.clearFaults();
      for (const { proxy } of cells) {
        proxy.set('up');
        proxy.set('down');
        proxy.resetAll();
      }
    },
    close: async () => {
      await test.close();
      for (const { proxy } of cells) await proxy.close();
      for (const listener of listeners) await listener.close();
    },
  };
}

async function strikeWhenThere({ stage, direction, proxy, isWorking }: LineCell, fault: LineFault): Promise<void> {
  if (stage === 'execute') while (!(await isWorking())) await sleep(50);
  else while (proxy.forwarded('down') < narrowFrom) await sleep(5);
  fault.begin(proxy, direction);
}

async function startOracle(): Promise<OracleListener> {
  return startOracleListener({
    users: { [account.user]: account.password },
    execute: rowGenerator({
      columns: [
        { name: 'USER_ID', type: 'varchar', size: 20 },
        { name: 'CHANGE_DATE', type: 'date' },
        { name: 'NOTE', type: 'varchar', size: 100 },
      ],
      rows: lineRows,
      row: (index) => [`c${String(index).padStart(5, '0')}`, '2026-11-20 13:00:00', `${String(index)} ${'.'.repeat(90)}`],
    }),
  });
}

async function oracleCell(name: string, stage: LineStage, direction: Direction, listener: OracleListener): Promise<LineCell> {
  const open = (): number => listener.sessions().filter(({ running, openResults }) => running !== null || openResults.length > 0).length;
  return {
    ...{ name, source: `${name}/changes`, engine: 'oracle', stage, direction },
    proxy: await startFaultProxy({ host: listener.host, port: listener.port }),
    isWorking: () => Promise.resolve(listener.sessions().some(({ running }) => running !== null)),
    left: () => Promise.resolve(open()),
  };
}

async function postgresCell(name: string, stage: LineStage, direction: Direction, postgres: TestPostgres): Promise<LineCell> {
  const count = async (more: string): Promise<number> => {
    const [row] = await postgres.sql<{ found: string }>(
      `SELECT count(*) AS found FROM pg_stat_activity WHERE usename = '${account.user}' AND query LIKE '%${name}%' AND state <> 'idle' ${more}`,
    );
    return Number(row?.found);
  };
  return {
    ...{ name, source: `${name}/changes`, engine: 'postgres', stage, direction },
    proxy: await startFaultProxy({ host: postgres.admin.host, port: postgres.admin.port }),
    isWorking: async () => (await count("AND state = 'active' AND wait_event = 'PgSleep'")) > 0,
    left: () => count(''),
  };
}

function faultyDatabase({ name, engine, stage, proxy }: LineCell, isSilent: boolean): TestDatabase {
  const query = { name: 'changes', changeType: 'email', sql: engine === 'oracle' ? oracleSql : postgresSql(name, stage) };
  const server = { host: proxy.host, port: proxy.port, user: account.user, password_env: account.variable };
  return {
    name,
    driver: engine,
    server: engine === 'oracle' ? { ...server, service_name: 'TESTDB' } : { ...server, database: 'postgres' },
    queries: [query],
    more: {
      ...(engine === 'postgres' ? { tls: false } : {}),
      connect_timeout_ms: isSilent && stage === 'connect' ? limits.silentConnectMs : limits.connectMs,
      timeout_ms: isSilent && stage !== 'connect' ? limits.silentQueryMs : limits.queryMs,
      options: { fetch_size: 100 },
    },
  };
}

function healthyDatabases(oracle: OracleListener, { admin }: TestPostgres): readonly TestDatabase[] {
  const duckSql = `SELECT 'c' || lpad(CAST(i AS VARCHAR), 5, '0') AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date FROM range(${String(lineRows)}) t(i)`;
  const query = (changeType: string, sql: string): TestDatabase['queries'] => [{ name: 'changes', changeType, sql }];
  return [
    {
      name: 'healthy_oracle',
      driver: 'oracle',
      server: { host: oracle.host, port: oracle.port, service_name: 'TESTDB', user: account.user, password_env: account.variable },
      queries: query('phone', oracleSql),
    },
    {
      name: 'healthy_postgres',
      driver: 'postgres',
      server: { host: admin.host, port: admin.port, database: admin.database, user: admin.user, password_env: 'CAM_LINE_ADMIN' },
      queries: query('token', postgresSql('healthy', 'connect')),
      more: { tls: false },
    },
    { name: 'healthy_duckdb', driver: 'duckdb', queries: query('password', duckSql) },
  ];
}

const oracleSql = 'SELECT user_id, change_date, note FROM changes';

/** The name in a comment, by which the server's own list of statements tells whose it is. */
function postgresSql(name: string, stage: LineStage): string {
  const work = stage === 'execute' ? `pg_sleep(${String(workMs / 1000)})` : 'pg_sleep(0)';
  return `SELECT 'c' || lpad(i::text, 5, '0') AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date, repeat('.', 90) AS note /* ${name} */
FROM (SELECT ${work}) AS work, generate_series(0, ${String(lineRows - 1)}) AS i`;
}
