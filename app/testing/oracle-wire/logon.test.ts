import oracledb from 'oracledb';
import { describe, expect, it } from 'vitest';
import { account, allProfiles, connect, rejection, until, withConnection, withListener } from './wire-test.ts';

describe.each(allProfiles)('logon to a %s server', (profile) => {
  it('takes the right password and tells version, service and account', () =>
    withListener({ profile, services: ['CLIENT_AUDIT'] }, async (listener) => {
      await withConnection(listener, async (connection) => {
        expect(connection.oracleServerVersionString).toBe({ '12.2': '12.2.0.1.0', '19c': '19.21.0.0.0', '23ai': '23.4.0.24.5' }[profile]);
        expect(connection.serviceName).toBe('CLIENT_AUDIT');
        expect(listener.sessions()).toMatchObject([{ phase: 'open', user: 'SCOTT', schema: 'SCOTT', running: null }]);
      });
      expect(listener.counts()).toEqual({ connections: 1, logons: 1, refusedLogons: 0 });
    }));

  it('refuses a wrong password with ORA-01017', () =>
    withListener({ profile }, async (listener) => {
      expect((await rejection(connect(listener, { password: 'lion' }))).code).toBe('ORA-01017');
      expect(listener.counts()).toEqual({ connections: 1, logons: 0, refusedLogons: 1 });
    }));

  it('refuses an unknown account exactly like a wrong password', () =>
    withListener({ profile }, async (listener) => {
      const unknown = await rejection(connect(listener, { user: 'nobody' }));
      const wrong = await rejection(connect(listener, { password: 'lion' }));
      expect(unknown.message).toBe(wrong.message);
    }));

  it('refuses an external logon, which Thin cannot do, with ORA-01017', () =>
    withListener({ profile }, async (listener) => {
      const error = await rejection(oracledb.getConnection({ externalAuth: true, connectString: listener.connectString }));
      expect(error.code).toBe('ORA-01017');
    }));

  it('takes accounts and passwords of other letters, and quoted account names', () =>
    withListener({ profile, users: { '"Jürgen"': 'pässwörd-€-'.repeat(3) } }, async (listener) => {
      const connection = await connect(listener, { user: '"Jürgen"', password: 'pässwörd-€-'.repeat(3) });
      expect(listener.sessions()[0]?.user).toBe('Jürgen');
      await connection.close();
    }));

  it.each([28_000, 28_001, 1045, 12_638])('refuses the right password with ORA-%i when told to', (code) =>
    withListener({ profile, faults: [{ kind: 'logon-error', code, times: 1 }] }, async (listener) => {
      expect((await rejection(connect(listener))).errorNum).toBe(code);
      await (await connect(listener)).close();
    }),
  );

  it('pings, logs off and forgets the session', () =>
    withListener({ profile }, async (listener) => {
      const connection = await connect(listener);
      await connection.ping();
      await connection.close();
      await until(() => listener.sessions().length === 0);
    }));

  it('serves a pool that grows, is returned to and is closed', () =>
    withListener({ profile }, async (listener) => {
      const pool = await oracledb.createPool({
        ...account,
        connectString: listener.connectString,
        poolMin: 0,
        poolMax: 3,
        poolIncrement: 1,
      });
      const connections = await Promise.all([pool.getConnection(), pool.getConnection(), pool.getConnection()]);
      const results = await Promise.all(connections.map((connection) => connection.execute('select 1 from dual')));
      expect(results.map(({ rows }) => rows)).toEqual([[[1]], [[1]], [[1]]]);
      expect(listener.sessions()).toHaveLength(3);
      for (const connection of connections) await connection.close();
      const again = await pool.getConnection();
      await again.execute('select 1 from dual');
      await again.close();
      expect(listener.counts().logons).toBe(3);
      await pool.close(0);
      await until(() => listener.sessions().length === 0);
    }));

  it('remembers module, action and client identifier as they stand at the next call', () =>
    withListener({ profile }, async (listener) => {
      await withConnection(listener, async (connection) => {
        connection.module = 'client activity monitor';
        connection.action = 'run:source';
        connection.clientId = 'analyst 7';
        await connection.ping();
        expect(listener.sessions()[0]).toMatchObject({
          module: 'client activity monitor',
          action: 'run:source',
          clientIdentifier: 'analyst 7',
        });
        connection.action = '';
        await connection.ping();
        expect(listener.sessions()[0]).toMatchObject({ module: 'client activity monitor', action: '' });
      });
    }));

  it('remembers what ALTER SESSION sets, the current schema among it', () =>
    withListener({ profile, schemas: ['SCOTT', 'EVENT_LOGS'] }, async (listener) => {
      await withConnection(listener, async (connection) => {
        await connection.execute("alter session set nls_date_format = 'YYYY-MM-DD HH24:MI:SS' nls_numeric_characters='.,' time_zone='UTC'");
        await connection.execute('ALTER SESSION SET CURRENT_SCHEMA = event_logs');
        expect(listener.sessions()[0]).toMatchObject({
          schema: 'EVENT_LOGS',
          parameters: { NLS_DATE_FORMAT: 'YYYY-MM-DD HH24:MI:SS', NLS_NUMERIC_CHARACTERS: '.,', TIME_ZONE: 'UTC' },
        });
        expect(connection.currentSchema).toBe('EVENT_LOGS');
        connection.currentSchema = 'scott';
        await connection.ping();
        expect(listener.sessions()[0]?.schema).toBe('SCOTT');
      });
    }));

  it('refuses an unknown schema, an unknown zone and nonsense, and changes nothing then', () =>
    withListener({ profile, schemas: ['SCOTT'] }, async (listener) => {
      await withConnection(listener, async (connection) => {
        const errors = [
          await rejection(connection.execute('alter session set current_schema = nowhere')),
          await rejection(connection.execute("alter session set time_zone = 'Europe/Atlantis' nls_date_format = 'X'")),
          await rejection(connection.execute('alter session set nls_date_format')),
        ];
        expect(errors.map(({ errorNum }) => errorNum)).toEqual([1435, 1882, 922]);
        expect(listener.sessions()[0]).toMatchObject({ schema: 'SCOTT' });
        expect(listener.sessions()[0]?.parameters).not.toHaveProperty('NLS_DATE_FORMAT');
        connection.currentSchema = 'nowhere';
        expect((await rejection(connection.ping())).errorNum).toBe(1435);
      });
    }));

  it('keeps a read-only transaction until it is rolled back and lets nothing be changed in it', () =>
    withListener({ profile }, async (listener) => {
      await withConnection(listener, async (connection) => {
        await connection.execute('SET TRANSACTION READ ONLY');
        expect(listener.sessions()[0]?.transaction).toBe('read only');
        expect(connection.transactionInProgress).toBe(true);
        expect((await rejection(connection.execute('delete from t'))).errorNum).toBe(1456);
        expect((await rejection(connection.execute('SET TRANSACTION READ ONLY'))).errorNum).toBe(1453);
        await connection.rollback();
        expect(listener.sessions()[0]?.transaction).toBe('none');
        expect(connection.transactionInProgress).toBe(false);
      });
    }));
});

describe('what a listener refuses', () => {
  it('an unknown service as NJS-518 and an unknown SID as NJS-519', () =>
    withListener({ services: ['A'], sids: ['B'] }, async (listener) => {
      const at = (data: string): string =>
        `(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=${String(listener.port)}))(CONNECT_DATA=(${data})))`;
      expect((await rejection(connect(listener, { connectString: at('SERVICE_NAME=X') }))).code).toBe('NJS-518');
      expect((await rejection(connect(listener, { connectString: at('SID=X') }))).code).toBe('NJS-519');
      for (const data of ['SERVICE_NAME=a', 'SID=b']) await (await connect(listener, { connectString: at(data) })).close();
    }));

  it('any ORA- number, told as the reason of the refusal', () =>
    withListener({ faults: [{ kind: 'refuse', code: 12_520 }] }, async (listener) => {
      const error = await rejection(connect(listener));
      expect(error.code).toBe('NJS-511');
      expect(error.message).toContain('ORA-12520');
    }));

  it('connect data longer than a CONNECT packet arrives all the same', () =>
    withListener({}, async (listener) => {
      const connection = await connect(listener, {
        connectString: `(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=${String(listener.port)}))(CONNECT_DATA=(SERVICE_NAME=TESTDB)(CID=(PROGRAM=${'p'.repeat(400)}))))`,
      });
      await connection.close();
    }));
});
