import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type oracledb from 'oracledb';
import { describe, expect, it } from 'vitest';
import { type Execute } from './backend.ts';
import { type OracleListener } from './listener.ts';
import { rowGenerator } from './row-generator.ts';
import { allProfiles, connect, rejection, until, withConnection, withListener } from './wire-test.ts';

const columns = [
  { name: 'N', type: 'number' },
  { name: 'TEXT', type: 'varchar' },
] as const;

/** `select hang …` waits for ever but hears its signal; everything else returns 5000 rows. */
function hangOrRows(stopped: string[]): Execute {
  const rows = rowGenerator({ columns, rows: 5000, row: (n) => [n, `row ${String(n)}`] });
  return async (request, signal) => {
    if (!request.sql.includes('hang')) return rows(request, signal);
    try {
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('stopped'));
        });
      });
    } finally {
      stopped.push(request.sql);
    }
    throw new Error('never');
  };
}

async function expectAllRows(connection: oracledb.Connection): Promise<void> {
  const { rows } = await connection.execute<[number, string]>('select n, text from t', [], { fetchArraySize: 1000 });
  expect(rows).toHaveLength(5000);
  expect(rows?.every((row, n) => row[0] === n && row[1] === `row ${String(n)}`)).toBe(true);
}

function running(listener: OracleListener): (string | null)[] {
  return listener.sessions().map((session) => session.running);
}

describe.each(allProfiles)('a break on a %s server', (profile) => {
  it('ends an execution with ORA-01013 when the statement has stopped, and the connection goes on', () => {
    const stopped: string[] = [];
    return withListener({ profile, execute: hangOrRows(stopped) }, (listener) =>
      withConnection(listener, async (connection) => {
        const result = rejection(connection.execute('select hang from t'));
        await until(() => running(listener)[0] === 'select hang from t');
        await connection.break();
        expect((await result).errorNum).toBe(1013);
        expect(stopped).toEqual(['select hang from t']);
        expect(running(listener)).toEqual([null]);
        await expectAllRows(connection);
      }),
    );
  });

  it('ends a fetch in the middle of its rows, closes the result, and the connection goes on', () =>
    withListener({ profile, execute: hangOrRows([]) }, (listener) =>
      withConnection(listener, async (connection) => {
        listener.setFault({ kind: 'slow-rows', msPerRow: 2, times: 1 });
        const { resultSet } = await connection.execute('select n, text from t', [], { resultSet: true, prefetchRows: 0 });
        const rows = rejection(resultSet!.getRows(2000));
        await until(() => running(listener)[0] !== null);
        await sleep(20);
        await connection.break();
        expect((await rows).errorNum).toBe(1013);
        expect(listener.sessions()[0]).toMatchObject({ running: null, openResults: [] });
        await resultSet!.close();
        await expectAllRows(connection);
      }),
    ));

  it('of an idle connection fails the next call only', () =>
    withListener({ profile, execute: hangOrRows([]) }, (listener) =>
      withConnection(listener, async (connection) => {
        await expectAllRows(connection);
        await connection.break();
        expect((await rejection(connection.ping())).errorNum).toBe(1013);
        await connection.ping();
        await expectAllRows(connection);
      }),
    ));

  it('of a call that the driver itself gives up (callTimeout) ends the statement too', () =>
    withListener({ profile, execute: hangOrRows([]) }, (listener) =>
      withConnection(listener, async (connection) => {
        connection.callTimeout = 50;
        expect((await rejection(connection.execute('select hang from t'))).code).toBe('NJS-123');
        expect(running(listener)).toEqual([null]);
        connection.callTimeout = 0;
        await expectAllRows(connection);
      }),
    ));

  it('is answered only when the statement has let go', () => {
    let letGo: () => void = () => undefined;
    const stubborn: Execute = async () => {
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
      throw new Error('done at last');
    };
    return withListener({ profile, execute: stubborn }, (listener) =>
      withConnection(listener, async (connection) => {
        let ended = false;
        const result = rejection(connection.execute('select hang from t')).finally(() => {
          ended = true;
        });
        await until(() => running(listener)[0] !== null);
        await connection.break();
        for (let turns = 0; turns < 50; turns += 1) await nextTurn();
        expect(ended).toBe(false);
        expect(running(listener)).toEqual(['select hang from t']);
        letGo();
        expect((await result).errorNum).toBe(1013);
        expect(running(listener)).toEqual([null]);
      }),
    );
  });

  it('that is ignored leaves the statement running until its end', () =>
    withListener({ profile, execute: hangOrRows([]), faults: [{ kind: 'ignore-break' }] }, (listener) =>
      withConnection(listener, async (connection) => {
        listener.setFault({ kind: 'delay', stage: 'execute', ms: 300, times: 1 });
        const result = rejection(connection.execute('select n, text from t'));
        await until(() => running(listener)[0] !== null);
        await connection.break();
        await sleep(100);
        expect(running(listener)).toEqual(['select n, text from t']);
        expect((await result).errorNum).toBe(1013);
        await expectAllRows(connection);
      }),
    ));

  it('that is ignored for ever ends only with the connection', () => {
    const stopped: string[] = [];
    return withListener({ profile, execute: hangOrRows(stopped), faults: [{ kind: 'ignore-break' }] }, async (listener) => {
      const connection = await connect(listener);
      const result = rejection(connection.execute('select hang from t'));
      await until(() => running(listener)[0] !== null);
      await connection.break();
      await sleep(50);
      expect(running(listener)).toEqual(['select hang from t']);
      listener.dropSessions();
      expect((await result).code).toBe('NJS-500');
      await until(() => listener.sessions().length === 0);
      expect(stopped).toEqual(['select hang from t']);
    });
  });
});
