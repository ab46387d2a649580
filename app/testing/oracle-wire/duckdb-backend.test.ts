import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import oracledb from 'oracledb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DuckDbBackend, duckDbBackend } from './duckdb-backend.ts';
import { adaptSql } from './duckdb-dialect.ts';
import { type OracleListener } from './listener.ts';
import { allProfiles, connect, rejection, until, withConnection, withListener } from './wire-test.ts';

const setUp = `
  CREATE SCHEMA event_logs;
  CREATE TABLE event_logs.email_changes (user_id BIGINT, new_email VARCHAR, change_date TIMESTAMP_S, seen_at TIMESTAMP, zoned TIMESTAMPTZ,
    amount DECIMAL(38, 10), huge HUGEINT, ratio DOUBLE, active BOOLEAN, note VARCHAR);
  INSERT INTO event_logs.email_changes VALUES
    (9007199254740993, 'ü@example.com', '2026-11-20 23:59:59', '2026-11-20 23:59:59.123456', '2026-11-21 01:59:59.654321+02',
     -1234567890123456789012345678.0123456789, 170141183460469231731687303715884105727, 0.1, true, 'a note'),
    (1, NULL, '0001-01-01', '9999-12-31 23:59:59.999999', NULL, NULL, NULL, NULL, false, NULL);
  CREATE TABLE event_logs.many AS SELECT range AS n, 'row ' || range AS text FROM range(100000);
`;

let backend: DuckDbBackend;

beforeAll(async () => {
  backend = await duckDbBackend({ setUp: [setUp], clobColumns: ['note'] });
});

afterAll(() => {
  backend.close();
});

/** Runs a test on a connection whose current schema holds the tables. */
function onDuckDb(
  test: (connection: oracledb.Connection, listener: OracleListener) => Promise<void>,
  profile: '12.2' | '19c' | '23ai' = '19c',
): Promise<void> {
  return withListener({ execute: backend.execute, profile }, (listener) =>
    withConnection(listener, async (connection) => {
      connection.currentSchema = 'EVENT_LOGS';
      await test(connection, listener);
    }),
  );
}

const everythingAsText = (metadata: oracledb.Metadata<unknown>): { type: oracledb.DbType } | undefined =>
  metadata.dbType === oracledb.DB_TYPE_BOOLEAN ? undefined : { type: oracledb.DB_TYPE_VARCHAR };

describe.each(allProfiles)('DuckDB behind a %s server', (profile) => {
  it('sends every type without loss', () =>
    onDuckDb(async (connection) => {
      const { rows, metaData } = await connection.execute(
        `select user_id, new_email, to_char(change_date, 'YYYY-MM-DD HH24:MI:SS') d, to_char(seen_at, 'YYYY-MM-DD HH24:MI:SS.FF6') s,
           to_char(sys_extract_utc(zoned), 'YYYY-MM-DD HH24:MI:SS.FF6') z, amount, huge, note
         from email_changes order by user_id desc`,
        [],
        { fetchTypeHandler: everythingAsText },
      );
      expect(rows).toEqual([
        [
          '9007199254740993',
          'ü@example.com',
          '2026-11-20 23:59:59',
          '2026-11-20 23:59:59.123456',
          '2026-11-20 23:59:59.654321',
          '-1234567890123456789012345678.0123456789',
          '170141183460469231731687303715884105727',
          'a note',
        ],
        ['1', null, '0001-01-01 00:00:00', '9999-12-31 23:59:59.999999', null, null, null, null],
      ]);
      expect(metaData?.map(({ name }) => name)).toEqual(['USER_ID', 'NEW_EMAIL', 'D', 'S', 'Z', 'AMOUNT', 'HUGE', 'NOTE']);
    }, profile));

  it('describes its types as Oracle has them', () =>
    onDuckDb(async (connection) => {
      const { metaData } = await connection.getStatementInfo('select * from email_changes where change_date >= :start_date');
      expect(metaData?.map(({ dbTypeName }) => dbTypeName)).toEqual([
        'NUMBER',
        'VARCHAR2',
        'DATE',
        'TIMESTAMP',
        'TIMESTAMP WITH TIME ZONE',
        'NUMBER',
        'NUMBER',
        'BINARY_DOUBLE',
        profile === '23ai' ? 'BOOLEAN' : 'NUMBER',
        'CLOB',
      ]);
    }, profile));
});

describe('DuckDB behind the listener', () => {
  it('takes binds of every type, by name and more than once', () =>
    onDuckDb(async (connection) => {
      const at = new Date(2026, 0, 2, 3, 4, 5);
      const { rows } = await connection.execute(
        `select user_id from email_changes where change_date >= :start_date and seen_at > :start_date and user_id > :least
           and :text = 'it''s' and :nothing is null and ratio < :ratio`,
        {
          start_date: { val: at, type: oracledb.DB_TYPE_DATE },
          least: 1.5,
          text: "it's",
          nothing: { val: null, type: oracledb.DB_TYPE_VARCHAR },
          ratio: { val: 0.2, type: oracledb.DB_TYPE_BINARY_DOUBLE },
        },
        { fetchTypeHandler: everythingAsText },
      );
      expect(rows).toEqual([['9007199254740993']]);
    }));

  it('answers DUAL, SYSTIMESTAMP and SYSDATE', () =>
    onDuckDb(async (connection) => {
      expect((await connection.execute('select 1 as one from dual')).rows).toEqual([[1]]);
      const { rows } = await connection.execute<[Date, Date]>('select systimestamp, sysdate from dual');
      for (const date of rows?.[0] ?? []) expect(date).toBeInstanceOf(Date);
    }));

  it.each([
    ['select * from nosuch', 942, 14],
    ['select user_id,\n  nosuch from email_changes', 904, 18],
    ['select :x, nosuch from email_changes', 904, 11],
    ['select user_id from email_changes wher user_id = 1', 933, 39],
    ['select nosuch(user_id) from email_changes', 904, 7],
    ['select x.user_id from email_changes', 904, 7],
  ])('tells the place of the mistake in %j', (sql, code, offset) =>
    onDuckDb(async (connection) => {
      expect(await rejection(connection.getStatementInfo(sql))).toMatchObject({ errorNum: code, offset });
    }),
  );

  it('tells the place of a mistake in a long statement too', () =>
    onDuckDb(async (connection) => {
      const sql = `select user_id, ${'user_id + :some_bind_of_a_long_name, '.repeat(20)} nosuch, user_id from email_changes ${' '.repeat(200)}`;
      expect(await rejection(connection.getStatementInfo(sql))).toMatchObject({ errorNum: 904, offset: sql.indexOf('nosuch') });
    }));

  it('tells everything else as ORA-20999 and goes on', () =>
    onDuckDb(async (connection) => {
      const error = await rejection(connection.execute("select cast('x' as integer) from dual"));
      expect(error.message).toContain('ORA-20999: Conversion Error');
      expect((await connection.execute('select 1 from dual')).rows).toEqual([[1]]);
    }));

  it('says which bind has no value', () =>
    onDuckDb(async (connection) => {
      expect((await rejection(connection.execute('select :x from dual'))).code).toBe('NJS-098');
    }));

  it('streams 100,000 rows exactly', () =>
    onDuckDb(async (connection) => {
      const { rows } = await connection.execute<[number, string]>('select n, text from many order by n', [], { fetchArraySize: 1000 });
      expect(rows).toHaveLength(100_000);
      expect(rows?.findIndex((row, n) => row[0] !== n || row[1] !== `row ${String(n)}`)).toBe(-1);
    }));

  it('fails a statement that breaks off between its rows, and never takes that for its end', () =>
    onDuckDb(async (connection) => {
      const sql = "select range as n, cast(case when range = 700000 then 'x' else '1' end as integer) as one from range(800000)";
      const { resultSet } = await connection.execute(sql, [], { resultSet: true, prefetchRows: 1000, fetchArraySize: 5000 });
      const drain = async (): Promise<void> => {
        while ((await resultSet!.getRows(5000)).length > 0);
      };
      expect((await rejection(drain())).errorNum).toBe(20_999);
    }));

  it('changes rows and counts them', () =>
    onDuckDb(async (connection) => {
      await connection.execute('create table changing as select range as n from range(10)');
      expect((await connection.execute('delete from changing where n < :n', { n: 4 })).rowsAffected).toBe(4);
      await connection.rollback();
    }));

  it('stops a running statement when the client breaks', () =>
    onDuckDb(async (connection, listener) => {
      const endless = 'select sum(a.n * b.n) from many a, many b, many c';
      for (const waitMs of [0, 1, 30]) {
        const result = rejection(connection.execute(endless));
        await until(() => listener.sessions()[0]?.running === endless);
        await sleep(waitMs);
        await connection.break();
        expect((await result).errorNum).toBe(1013);
        expect(listener.sessions()[0]).toMatchObject({ running: null, openResults: [] });
      }
    }));

  it('stops a running statement when the client is gone', () =>
    withListener({ execute: backend.execute }, async (listener) => {
      const connection = await connect(listener);
      const result = rejection(connection.execute('select sum(a.n * b.n) from event_logs.many a, event_logs.many b, event_logs.many c'));
      await until(() => listener.sessions()[0]?.running !== null);
      listener.dropSessions();
      await result;
      await until(() => listener.sessions().length === 0);
    }));
});

describe('the shipped query files', () => {
  const tables = `
    CREATE SCHEMA audit;
    CREATE TABLE audit.email_changes (user_id BIGINT, old_email VARCHAR, new_email VARCHAR, change_date TIMESTAMP_S, changed_by VARCHAR, change_reason VARCHAR);
    CREATE TABLE audit.phone_changes (user_id BIGINT, old_phone VARCHAR, new_phone VARCHAR, phone_type VARCHAR, change_date TIMESTAMP_S, changed_by VARCHAR);
    CREATE TABLE audit.token_changes (user_id BIGINT, token_type VARCHAR, action VARCHAR, action_date TIMESTAMP_S, performed_by VARCHAR, ip_address VARCHAR);
    CREATE TABLE audit.password_changes (user_id BIGINT, change_date TIMESTAMP_S, change_type VARCHAR, change_source VARCHAR, ip_address VARCHAR, user_agent VARCHAR);
    INSERT INTO audit.email_changes VALUES (1, 'a', 'b', '2026-11-20 10:00:00', 'x', 'y'), (2, 'a', 'b', '2026-11-19 10:00:00', 'x', 'y');
    INSERT INTO audit.phone_changes VALUES (1, 'a', 'b', 'mobile', '2026-11-20 10:00:00', 'x');
    INSERT INTO audit.token_changes VALUES (1, 't', 'CREATED', '2026-11-20 10:00:00', 'x', '10.0.0.1');
    INSERT INTO audit.password_changes VALUES (1, '2026-11-20 10:00:00', 'reset', 'web', '10.0.0.1', 'agent');`;
  beforeAll(() => backend.run(tables));

  it.each(['get_all_email_changes', 'get_phone_changes_by_client_id', 'get_token_changes', 'get_all_password_changes'])(
    '%s.sql runs unchanged',
    async (name) => {
      const sql = await readFile(new URL(`../../../sql/${name}.sql`, import.meta.url), 'utf8');
      await onDuckDb(async (connection) => {
        connection.currentSchema = 'AUDIT';
        const start_date = { val: new Date(2026, 10, 20), type: oracledb.DB_TYPE_DATE };
        const { rows, metaData } = await connection.execute<unknown[]>(sql, { start_date });
        expect(metaData).toHaveLength(6);
        expect(rows?.map((row) => row[0])).toEqual([1]);
      });
    },
  );
});

describe('a statement for DuckDB', () => {
  it('keeps literals, comments and quoted names as they are', () => {
    const sql = `select 'sysdate :a', "SYSDATE" /* sysdate :b */ from t -- :c`;
    expect(adaptSql(sql).sql).toBe(sql);
  });

  it('numbers binds by name', () => {
    const adapted = adaptSql('select :a, :b, :A from t');
    expect(adapted.sql).toBe('select $1, $2, $1 from t');
    expect(adapted.bindNames).toEqual(['A', 'B']);
    expect(adapted.originalPosition(adapted.sql.indexOf('from'))).toBe('select :a, :b, :A from t'.indexOf('from'));
  });
});
