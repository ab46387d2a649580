/** What tests of the PostgreSQL driver have in common. */
import type { Connection, ConnectTarget, Statement, StatementBind } from '../drivers/driver.ts';
import { cellText } from './cell-text.ts';
import { plainTarget } from './driver-under-test.ts';
import type { PostgresAccount, TestPostgres } from './postgres-server.ts';

/** A target for an account, without TLS. */
export function targetOf(account: PostgresAccount, more: Partial<ConnectTarget> = {}): ConnectTarget {
  return {
    ...plainTarget,
    endpoint: { kind: 'postgres', host: account.host, port: account.port, database: account.database, tls: false },
    authentication: { kind: 'password', user: account.user, passwordEnv: 'UNUSED' },
    password: account.password,
    ...more,
  };
}

/** Statements and transactions of the driver that the server itself says are not over. */
export async function runningStatements(server: TestPostgres): Promise<number> {
  const [row] = await server.sql<{ running: string }>(
    "SELECT count(*) AS running FROM pg_stat_activity WHERE application_name ~ '^(cam:|client-activity-monitor)' AND state <> 'idle'",
  );
  return Number(row?.running);
}

/** A statement of the driver. */
export function statementOf(sql: string, binds: Readonly<Record<string, StatementBind>> = {}, tag = 'run-1:database/query'): Statement {
  return { sql, binds, tag };
}

/** All rows as text. */
export async function rowsOf(
  connection: Connection,
  statement: Statement | string,
  signal = new AbortController().signal,
): Promise<readonly (readonly (string | null)[])[]> {
  const cursor = await connection.query(typeof statement === 'string' ? statementOf(statement) : statement, signal);
  const rows: (string | null)[][] = [];
  for (let batch = await cursor.next(); batch !== undefined; batch = await cursor.next()) {
    const { rowCount, columns } = batch;
    for (let row = 0; row < rowCount; row += 1) {
      rows.push(cursor.columns.map((column, index) => cellText(column, columns[index]?.[row])));
    }
  }
  return rows;
}
