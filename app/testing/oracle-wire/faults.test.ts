import { connect as tcpConnect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type oracledb from 'oracledb';
import { describe, expect, it } from 'vitest';
import { type Fault } from './faults.ts';
import { type OracleListener, startOracleListener } from './listener.ts';
import { rowGenerator } from './row-generator.ts';
import { allProfiles, connect, oneRow, rejection, until, withConnection, withListener } from './wire-test.ts';

const thousandRows = rowGenerator({
  columns: [
    { name: 'N', type: 'number' },
    { name: 'TEXT', type: 'varchar' },
  ],
  rows: 1000,
  row: (n) => [n, 'x'.repeat(50)],
});

/** Fetches in batches of 100 and returns how many rows arrived, and the error. */
async function fetched(connection: oracledb.Connection): Promise<{ readonly rows: number; readonly error: oracledb.DBError | undefined }> {
  let rows = 0;
  try {
    const { resultSet } = await connection.execute('select n, text from t', [], {
      resultSet: true,
      fetchArraySize: 100,
      prefetchRows: 100,
    });
    for (;;) {
      const batch = await resultSet!.getRows(100);
      rows += batch.length;
      if (batch.length === 0) return { rows, error: undefined };
    }
  } catch (error) {
    return { rows, error: error as oracledb.DBError };
  }
}

/** What a client that only listens hears of a listener, and whether the listener hung up. */
async function heard(listener: OracleListener, waitMs: number): Promise<{ readonly bytes: number; readonly ended: boolean }> {
  const socket = tcpConnect(listener.port, listener.host);
  let bytes = 0;
  let ended = false;
  socket.on('data', (data) => (bytes += data.length));
  socket.on('close', () => (ended = true));
  socket.on('error', () => undefined);
  await sleep(waitMs);
  socket.destroy();
  return { bytes, ended };
}

describe('a listener out of order', () => {
  it('takes connections and stays mute, so that only a connect timeout ends the attempt', () =>
    withListener({ faults: [{ kind: 'mute' }] }, async (listener) => {
      expect(await heard(listener, 50)).toEqual({ bytes: 0, ended: false });
      const error = await rejection(connect(listener, { connectTimeout: 1 }));
      expect(error.code).toBe('NJS-510');
    }));

  it.each(['fin', 'rst'] as const)('ends a connection at once (%s), and the driver says so', (how) =>
    withListener({ faults: [{ kind: 'close-at-once', how }] }, async (listener) => {
      expect((await rejection(connect(listener))).code).toMatch(/^NJS-5/);
      await until(() => listener.sessions().length === 0);
    }),
  );

  it('swallows a logon, which then never ends by itself', () =>
    withListener({ faults: [{ kind: 'swallow-logon' }] }, async (listener) => {
      let ended = false;
      const attempt = rejection(connect(listener, { connectTimeout: 1 })).finally(() => (ended = true));
      await until(() => listener.sessions().length === 1);
      await sleep(1500);
      expect(ended).toBe(false);
      expect(listener.sessions()[0]?.phase).toBe('connecting');
      listener.dropSessions();
      await attempt;
    }));

  it('does a fault as often as it was told and no more', () =>
    withListener({ faults: [{ kind: 'refuse', code: 12_514, times: 2 }] }, async (listener) => {
      for (let again = 0; again < 2; again += 1) expect((await rejection(connect(listener))).code).toBe('NJS-518');
      await (await connect(listener)).close();
    }));
});

describe.each(allProfiles)('a %s server out of order', (profile) => {
  const server = (
    faults: readonly Fault[],
    test: (listener: OracleListener, connection: oracledb.Connection) => Promise<void>,
  ): Promise<void> =>
    withListener({ profile, execute: thousandRows, faults }, async (listener) => {
      const connection = await connect(listener);
      await test(listener, connection);
      await connection.close().catch(() => undefined);
      await until(() => listener.sessions().length === 0);
    });

  it.each([942, 904, 1031, 1555])('fails a statement with ORA-%i when it is parsed, and the connection goes on', (code) =>
    server([{ kind: 'error', stage: 'parse', code, position: 21, times: 2 }], async (_, connection) => {
      expect(await rejection(connection.getStatementInfo('select n, text from t'))).toMatchObject({ errorNum: code, offset: 21 });
      expect(await rejection(connection.execute('select n, text from t'))).toMatchObject({ errorNum: code, offset: 21 });
      expect(await fetched(connection)).toEqual({ rows: 1000, error: undefined });
    }),
  );

  it('fails a statement when it is executed, not when it is described', () =>
    server([{ kind: 'error', stage: 'execute', code: 1555, times: 1 }], async (_, connection) => {
      await connection.getStatementInfo('select n, text from t');
      expect((await rejection(connection.execute('select n, text from t'))).errorNum).toBe(1555);
      expect(await fetched(connection)).toEqual({ rows: 1000, error: undefined });
    }));

  it('fails a fetch after so many rows; the driver drops the rows of that fetch', () =>
    server([{ kind: 'error', stage: 'fetch', code: 1555, afterRows: 250, times: 1 }], async (listener, connection) => {
      const { rows, error } = await fetched(connection);
      expect(rows).toBe(200);
      expect(error?.errorNum).toBe(1555);
      expect(listener.sessions()[0]).toMatchObject({ running: null, openResults: [] });
      expect(await fetched(connection)).toEqual({ rows: 1000, error: undefined });
    }));

  it.each([28, 3113, 1089, 1012])('ends the session with ORA-%i, which the driver tells as NJS-500 with the number beside it', (code) =>
    server([{ kind: 'error', stage: 'fetch', code, afterRows: 150 }], async (listener, connection) => {
      const { rows, error } = await fetched(connection);
      expect(rows).toBe(100);
      expect(error).toMatchObject({ code: 'NJS-500', errorNum: code });
      await until(() => listener.sessions().length === 0);
    }),
  );

  it.each(['fin', 'rst', 'truncate'] as const)('cuts the connection after so many rows (%s)', (how) =>
    server([{ kind: 'cut', afterRows: 350, how }], async (listener, connection) => {
      const { rows, error } = await fetched(connection);
      expect(rows).toBeLessThanOrEqual(300);
      expect(error?.code).toBe('NJS-500');
      await until(() => listener.sessions().length === 0);
    }),
  );

  it('answers late', () =>
    server([{ kind: 'delay', stage: 'execute', ms: 60 }], async (listener, connection) => {
      const result = fetched(connection);
      await until(() => listener.sessions()[0]?.running !== null);
      expect(listener.sessions()[0]?.running).toBe('select n, text from t');
      expect(await result).toEqual({ rows: 1000, error: undefined });
    }));

  it('sends rows one by one, slowly enough to be seen at it', () =>
    server([{ kind: 'slow-rows', msPerRow: 1, times: 1 }], async (listener, connection) => {
      const result = fetched(connection);
      await until(() => listener.sessions()[0]?.running !== null);
      expect(await result).toEqual({ rows: 1000, error: undefined });
    }));

  it('does a fault only to statements with a given text', () =>
    server([{ kind: 'error', stage: 'execute', code: 942, matching: 'broken' }], async (_, connection) => {
      expect((await rejection(connection.execute('select broken from t'))).errorNum).toBe(942);
      expect(await fetched(connection)).toEqual({ rows: 1000, error: undefined });
    }));

  it('leaves ALTER SESSION and SET TRANSACTION alone unless they are named', () =>
    server([{ kind: 'error', stage: 'execute', code: 1555 }], async (_, connection) => {
      await connection.execute("alter session set time_zone = 'UTC'");
      await connection.execute('set transaction read only');
      expect((await fetched(connection)).error?.errorNum).toBe(1555);
    }));

  it('drops all sessions', () =>
    server([], async (listener, connection) => {
      const other = await connect(listener);
      expect(listener.sessions()).toHaveLength(2);
      listener.dropSessions();
      await until(() => listener.sessions().length === 0);
      for (const dropped of [connection, other]) expect((await rejection(dropped.ping())).code).toBe('NJS-500');
    }));
});

describe('a listener that is asked', () => {
  it('tells the statements it has executed, with who asked', () =>
    withListener({ execute: oneRow }, async (listener) => {
      await withConnection(listener, async (connection) => {
        connection.module = 'monitor';
        await connection.execute('select /* cam:1:2 */ 1 from dual');
      });
      expect(listener.statements()).toMatchObject([
        { sql: 'select /* cam:1:2 */ 1 from dual', session: { user: 'SCOTT', module: 'monitor' } },
      ]);
    }));

  it('names bytes that are no protocol at all as a problem and hangs up', async () => {
    const listener = await startOracleListener({ users: {}, execute: oneRow });
    const socket = tcpConnect(listener.port, listener.host);
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\n\r\n'.padEnd(30_000));
    await until(() => socket.closed);
    expect(listener.problems()).toEqual([expect.stringContaining('CONNECT expected')]);
    await listener.close();
  });
});
