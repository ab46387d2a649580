/** What the tests of a driver share: the driver under test, connections that are closed again, and reading of rows. */
import { expect } from 'vitest';
import type { Connection, ConnectTarget, Statement, StatementBind } from '../drivers/driver.ts';
import { cellText } from './cell-text.ts';
import type { DriverUnderTest } from './driver-under-test.ts';

/** Values by the names of binds. */
export type Binds = Readonly<Record<string, StatementBind>>;

/** A statement as a run sends it. */
export const statementOf = (sql: string, binds: Binds = {}): Statement => ({ sql, binds, tag: 'run-1:database/query' });

/** Whatever the promise is rejected with; `undefined` where it is not. */
export async function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** All rows as text, with the columns they came in. */
export async function readAll(connection: Connection, sql: string, binds: Binds = {}, signal = new AbortController().signal) {
  const cursor = await connection.query(statementOf(sql, binds), signal);
  const rows: (string | null)[][] = [];
  for (let batch = await cursor.next(); batch !== undefined; batch = await cursor.next()) {
    const { columns, rowCount } = batch;
    expect(rowCount).toBeGreaterThan(0);
    expect(columns.map((values) => values.length)).toEqual(cursor.columns.map(() => rowCount));
    for (let row = 0; row < rowCount; row++) rows.push(cursor.columns.map((column, index) => cellText(column, columns[index]![row])));
  }
  expect(await cursor.next()).toBeUndefined();
  await cursor.close();
  return { columns: cursor.columns, rows };
}

/** Fetches until the abort is heard; the error that ends it. */
export async function drainUntilError(connection: Connection, sql: string, signal: AbortSignal): Promise<unknown> {
  return rejection(readAll(connection, sql, {}, signal));
}

/** The driver under test, once it has been set up. */
export class DriverScene {
  #subject: DriverUnderTest | undefined;

  /** @throws Error before the set-up has ended */
  get subject(): DriverUnderTest {
    if (this.#subject === undefined) throw new Error('the driver has not been set up');
    return this.#subject;
  }

  begin(subject: DriverUnderTest): void {
    this.#subject = subject;
  }

  /** Runs with a connection that is closed in any case. */
  async connected<T>(work: (connection: Connection) => Promise<T>, target: ConnectTarget = this.subject.target): Promise<T> {
    const connection = await this.subject.driver.connect(target, new AbortController().signal);
    try {
      return await work(connection);
    } finally {
      await connection.close('end');
    }
  }

  async expectUsable(connection: Connection): Promise<void> {
    expect((await readAll(connection, this.subject.sql.rows(2))).rows).toEqual([
      ['1', 'row 1'],
      ['2', 'row 2'],
    ]);
  }
}
