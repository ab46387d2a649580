/** What the tests of the Oracle driver share: a driver, a target on a listener, rows as text. */
import { systemClock } from '../base/clock.ts';
import type { OracleListener } from './oracle-wire/listener.ts';
import type { Connection, ConnectTarget, Driver, Statement } from '../drivers/driver.ts';
import { createOracleDriver } from '../drivers/oracle/oracle-driver.ts';

/** The driver under test. */
export const driver: Driver = createOracleDriver({ clock: systemClock, platform: process.platform });

/** A signal that nobody aborts. */
export const quiet: AbortSignal = new AbortController().signal;

/** Where a listener is, with the account of the tests. */
export function targetOf({ host, port }: Pick<OracleListener, 'host' | 'port'>, more: Partial<ConnectTarget> = {}): ConnectTarget {
  return {
    endpoint: { kind: 'oracle', host, port, serviceName: 'TESTDB' },
    authentication: { kind: 'password', user: 'scott', passwordEnv: 'TEST_PASSWORD' },
    password: 'tiger',
    zone: 'UTC',
    connectTimeoutMs: 10_000,
    clientIdentifier: 'analyst 7',
    oracleClient: { traceLevel: 0 },
    options: {},
    ...more,
  };
}

/** A statement with a tag. */
export function statementOf(sql: string, binds: Statement['binds'] = {}): Statement {
  return { sql, binds, tag: 'run-1:client_activity/emails' };
}

/** Connects, runs a test, and says goodbye. */
export async function connected<T>(target: ConnectTarget, test: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await driver.connect(target, quiet);
  try {
    return await test(connection);
  } finally {
    await connection.close('end');
  }
}

/** All values by column. */
export async function columnsOf(connection: Connection, statement: Statement, signal = quiet): Promise<unknown[][]> {
  const cursor = await connection.query(statement, signal);
  const columns: unknown[][] = cursor.columns.map(() => []);
  for (let batch = await cursor.next(); batch !== undefined; batch = await cursor.next()) {
    batch.columns.forEach((values, index) => columns[index]?.push(...values));
  }
  await cursor.close();
  return columns;
}
