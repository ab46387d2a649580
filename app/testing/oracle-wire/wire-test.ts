/** What the tests of the listener share: a listener that is closed and found clean afterwards, connections, waiting. */
import { setTimeout as sleep } from 'node:timers/promises';
import oracledb from 'oracledb';
import { expect } from 'vitest';
import { type Execute } from './backend.ts';
import { type WireColumn } from './columns.ts';
import { type ListenerOptions, type OracleListener, startOracleListener } from './listener.ts';
import { type ProfileName } from './profiles.ts';
import { type WireRow } from './rows.ts';

/** All profiles, for `describe.each`. */
export const allProfiles: readonly ProfileName[] = ['12.2', '19c', '23ai'];

/** The account of the tests. */
export const account = { user: 'scott', password: 'tiger' };

/** Runs a test against a listener, which must have met nothing unexpected. */
export async function withListener(options: Partial<ListenerOptions>, test: (listener: OracleListener) => Promise<void>): Promise<void> {
  const listener = await startOracleListener({ users: { [account.user]: account.password }, execute: oneRow, ...options });
  try {
    await test(listener);
    expect(listener.problems()).toEqual([]);
  } finally {
    await listener.close();
  }
}

/** Connects as the account of the tests. */
export async function connect(listener: OracleListener, more: Partial<oracledb.ConnectionAttributes> = {}): Promise<oracledb.Connection> {
  return oracledb.getConnection({ ...account, connectString: listener.connectString, ...more });
}

/** Connects, runs a test and closes. */
export async function withConnection<T>(listener: OracleListener, test: (connection: oracledb.Connection) => Promise<T>): Promise<T> {
  const connection = await connect(listener);
  try {
    return await test(connection);
  } finally {
    await connection.close();
  }
}

/** A backend that answers every query with these rows. */
export function fixedRows(columns: readonly WireColumn[], rows: readonly WireRow[]): Execute {
  return () => ({ kind: 'rows', columns, rows: [rows] });
}

/** `select 1 from dual`, whatever is asked. */
export const oneRow: Execute = fixedRows([{ name: '1', type: 'number' }], [[1]]);

/** Waits until something holds; the test's own time limit ends a wait in vain. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}

/** The error a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<oracledb.DBError> {
  try {
    await promise;
  } catch (error) {
    return error as oracledb.DBError;
  }
  throw new Error('nothing was thrown');
}
