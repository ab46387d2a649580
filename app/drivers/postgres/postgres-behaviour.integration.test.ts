import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { CamError, type Failure } from '../../model/failure.ts';
import { createParquetSpools } from '../../spool/parquet-spool.ts';
import { startPostgres, type TestPostgres } from '../../testing/postgres-server.ts';
import { rowsOf, statementOf, targetOf } from '../../testing/postgres-target.ts';
import type { Connection, ConnectTarget, StatementBind } from '../driver.ts';
import { createPostgresDriver } from './postgres-driver.ts';

const run = promisify(execFile);
const driver = createPostgresDriver({ clock: systemClock });
const { signal } = new AbortController();
let server: TestPostgres;

beforeAll(async () => {
  server = await startPostgres({ tls: true });
  await server.sql(`
    CREATE SCHEMA "Odd ""schema";
    CREATE TABLE "Odd ""schema".changes (user_id text, change_date timestamp, seen timestamptz, day date);
    INSERT INTO "Odd ""schema".changes VALUES ('inside', '2026-10-25 02:30:00', '2026-10-25 00:30:00+00', '2026-10-25');
    CREATE TABLE public.elsewhere (n int);
    CREATE FUNCTION writes() RETURNS int LANGUAGE sql VOLATILE AS 'INSERT INTO public.elsewhere VALUES (1) RETURNING 1';
    CREATE ROLE reader LOGIN PASSWORD 'p@ss word';
    CREATE ROLE nologin NOLOGIN PASSWORD 'p@ss word';
    CREATE ROLE single LOGIN PASSWORD 'p@ss word' CONNECTION LIMIT 1;
    CREATE ROLE hurried LOGIN PASSWORD 'p@ss word';
    ALTER ROLE hurried SET statement_timeout = '50ms';
    ALTER ROLE hurried SET lock_timeout = '20ms';
    GRANT USAGE ON SCHEMA "Odd ""schema" TO reader`);
});

afterAll(async () => {
  await server.stop();
});

async function connected<T>(work: (connection: Connection) => Promise<T>, more: Partial<ConnectTarget> = {}): Promise<T> {
  const connection = await driver.connect(targetOf(server.admin, more), signal);
  try {
    return await work(connection);
  } finally {
    await connection.close('end');
  }
}

function as(user: string): Partial<ConnectTarget> {
  return { authentication: { kind: 'password', user, passwordEnv: 'UNUSED' } };
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CamError)) throw new Error(`expected a CamError, got ${String(error)}`);
  return error.failure;
}

describe('logging on', () => {
  it.each([
    ['a wrong password', { password: 'wrong' }, 'db.auth', '28P01'],
    ['an account that may not log on', as('nologin'), 'db.auth', '28000'],
    ['an account that does not exist', as('nobody'), 'db.auth', '28P01'],
  ])('with %s is refused as such', async (_what, more, code, vendorCode) => {
    expect(await failureOf(driver.connect(targetOf(server.admin, more), signal))).toMatchObject({ code, vendorCode });
  });

  it('without a password is refused as such, and none is taken out of the environment', async () => {
    process.env.PGPASSWORD = server.admin.password;
    try {
      const { password: _password, ...target } = targetOf(server.admin);
      expect(await failureOf(driver.connect(target, signal))).toMatchObject({ code: 'db.auth' });
    } finally {
      delete process.env.PGPASSWORD;
    }
  });

  it('to a database that does not exist is told as such', async () => {
    const failure = await failureOf(driver.connect(targetOf({ ...server.admin, database: 'absent' }), signal));
    expect(failure).toMatchObject({ code: 'db.unknown-service', vendorCode: '3D000' });
    expect(failure.message).toBe('PostgreSQL: database "absent" does not exist.');
  });

  it('to a host that does not exist is told as such', async () => {
    const failure = await failureOf(driver.connect(targetOf({ ...server.admin, host: 'no-such-host.invalid' }), signal));
    expect(failure.code).toBe('db.unknown-host');
  });

  it('of an account that has no connection left is told as busy', () =>
    connected(async () => {
      const failure = await failureOf(driver.connect(targetOf(server.admin, as('single')), signal));
      expect(failure).toMatchObject({ code: 'db.busy', vendorCode: '53300' });
    }, as('single')));

  it('with a zone that the server does not know is a matter of configuration', async () => {
    const failure = await failureOf(driver.connect(targetOf(server.admin, { zone: 'Mars/Olympus' }), signal));
    expect(failure).toMatchObject({ code: 'db.configuration' });
    expect(failure.message).toContain('Mars/Olympus');
  });

  it('with Kerberos is refused before anything is sent', async () => {
    const failure = await failureOf(driver.connect(targetOf(server.admin, { authentication: { kind: 'kerberos' } }), signal));
    expect(failure.code).toBe('db.configuration');
  });

  it('tells the version of the server', () =>
    connected(async (connection) => {
      expect(connection.serverVersion).toMatch(/^PostgreSQL \d+/);
    }));
});

describe('TLS', () => {
  const encrypted = (host: string): ConnectTarget => {
    const target = targetOf(server.admin);
    return { ...target, endpoint: { kind: 'postgres', host, port: server.admin.port, database: 'postgres', tls: true } };
  };

  it('with a certificate of an unknown authority is refused', async () => {
    const failure = await failureOf(driver.connect(encrypted('localhost'), signal));
    expect(failure).toMatchObject({ code: 'db.configuration', vendorCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it('that the server does not offer is told', async () => {
    const plain = await startPostgres();
    const target = targetOf(plain.admin);
    const endpoint = { kind: 'postgres', host: '127.0.0.1', port: plain.admin.port, database: 'postgres', tls: true } as const;
    expect(await failureOf(driver.connect({ ...target, endpoint }, signal))).toMatchObject({ code: 'db.configuration' });
    await plain.stop();
  });

  it('with a known authority is used for rows and for cancel requests, and only for the name in the certificate', async () => {
    const script = `
      import { abort } from ${JSON.stringify(new URL('../../base/abort.ts', import.meta.url).href)};
      import { systemClock } from ${JSON.stringify(new URL('../../base/clock.ts', import.meta.url).href)};
      import { createPostgresDriver } from ${JSON.stringify(new URL('postgres-driver.ts', import.meta.url).href)};
      const driver = createPostgresDriver({ clock: systemClock });
      const controller = new AbortController();
      const connection = await driver.connect(${JSON.stringify(encrypted('localhost'))}, controller.signal);
      const statement = (sql) => ({ sql, binds: {}, tag: 't' });
      const cursor = await connection.query(statement('SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()'), new AbortController().signal);
      const { columns } = await cursor.next();
      await cursor.close();
      setTimeout(() => abort(controller, { kind: 'cancel', by: 'a test' }), 100);
      const error = await connection.query(statement('SELECT 1 FROM pg_sleep(600)'), controller.signal).catch((thrown) => thrown.name);
      await connection.close('end');
      const byAddress = await driver.connect(${JSON.stringify(encrypted('127.0.0.1'))}, new AbortController().signal).catch((thrown) => thrown.failure.vendorCode);
      console.log(JSON.stringify([columns, error, byAddress]));`;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: server.certificate ?? '' };
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { env });
    expect(JSON.parse(stdout)).toEqual([[['true']], 'AbortedError', 'ERR_TLS_CERT_ALTNAME_INVALID']);
  });
});

describe('what a DBA sees', () => {
  it('is the run, the source and who asks, in the statement and in the name of the session', () =>
    connected(
      async (connection) => {
        const statement = statementOf(
          'SELECT application_name, query FROM pg_stat_activity WHERE pid = pg_backend_pid()',
          {},
          'run-7:db/query',
        );
        expect(await rowsOf(connection, statement)).toEqual([
          [
            'cam:run-7:db/query jdoe',
            'SELECT /* cam:run-7:db/query */ application_name, query FROM pg_stat_activity WHERE pid = pg_backend_pid()',
          ],
        ]);
      },
      { clientIdentifier: 'jdoe' },
    ));

  it('survives quotes, control characters and any length', () =>
    connected(async (connection) => {
      const statement = statementOf("SELECT current_setting('application_name')", {}, `it's \\ "odd"\n${'ä'.repeat(100)}`);
      const name = (await rowsOf(connection, statement))[0]?.[0];
      expect(name?.startsWith(`cam:it's \\ "odd"`)).toBe(true);
    }));
});

describe('a session', () => {
  it('reads only: a function that writes is refused, and nothing is written', () =>
    connected(async (connection) => {
      expect(await failureOf(rowsOf(connection, 'SELECT writes()'))).toMatchObject({ code: 'sql.not-read-only', vendorCode: '25006' });
      expect(await server.sql('SELECT n FROM elsewhere')).toEqual([]);
    }));

  it('keeps nothing of what a statement has set', () =>
    connected(
      async (connection) => {
        await rowsOf(connection, "SELECT set_config('TimeZone', 'Asia/Tokyo', false), set_config('search_path', 'pg_temp', false)");
        const settings = "SELECT current_setting('TimeZone'), current_setting('search_path'), current_setting('transaction_read_only')";
        expect(await rowsOf(connection, settings)).toEqual([['Europe/Berlin', 'public', 'on']]);
        await rowsOf(connection, "SELECT set_config('default_transaction_read_only', 'off', false)");
        expect(await failureOf(rowsOf(connection, 'SELECT writes()'))).toMatchObject({ code: 'sql.not-read-only' });
      },
      { zone: 'Europe/Berlin', defaultSchema: 'public' },
    ));

  it('reads tables of the default schema, whatever its name, and of no other', () =>
    connected(
      async (connection) => {
        expect(await rowsOf(connection, 'SELECT user_id FROM changes')).toEqual([['inside']]);
        expect(await failureOf(rowsOf(connection, 'SELECT n FROM elsewhere'))).toMatchObject({ code: 'sql.denied' });
        expect(await rowsOf(connection, 'SELECT n FROM public.elsewhere')).toEqual([]);
      },
      { defaultSchema: 'Odd "schema' },
    ));

  it('takes one statement at a time', () =>
    connected(async (connection) => {
      const cursor = await connection.query(statementOf('SELECT generate_series(1, 100000)'), signal);
      expect(await failureOf(rowsOf(connection, 'SELECT 1'))).toMatchObject({ code: 'internal' });
      await cursor.close();
      expect(await rowsOf(connection, 'SELECT 1')).toEqual([['1']]);
    }));
});

describe('statements that fail', () => {
  it.each([
    ['a table that may not be read', 'SELECT * FROM "Odd ""schema".changes', 'sql.denied', '42501', 'permission denied'],
    ['a column that is not there', 'SELECT 1 AS one,\n  no_such\nFROM pg_class', 'sql.invalid', '42703', 'line 2'],
    ['a syntax error past characters of two units', "SELECT '😀😀',\n\n FRO", 'sql.invalid', '42703', 'line 3'],
    ['a function that is not there', 'SELECT no_such()', 'sql.invalid', '42883', 'no_such()'],
    ['a division by zero', 'SELECT 1 / (n - n) FROM generate_series(1, 3) AS n', 'sql.invalid', '22012', 'division by zero'],
    ['a schema that is not there', 'SELECT * FROM absent.t', 'sql.denied', '42P01', 'absent.t'],
  ])('%s', (_what, sql, code, vendorCode, part) =>
    connected(async (connection) => {
      const failure = await failureOf(rowsOf(connection, sql));
      expect(failure).toMatchObject({ code, vendorCode });
      expect(failure.message).toContain(part);
      expect(failure.detail).toContain(vendorCode);
      expect(await rowsOf(connection, 'SELECT 1')).toEqual([['1']]);
    }, as('reader')),
  );

  it("a limit of the server's is a timeout, not a cancel", () =>
    connected(async (connection) => {
      const failure = await failureOf(rowsOf(connection, 'SELECT 1 FROM pg_sleep(10)'));
      expect(failure).toMatchObject({ code: 'query.timeout', vendorCode: '57014' });
    }, as('hurried')));

  it('a lock that is not given in time is told as busy', async () => {
    const holder = server.sql('BEGIN; LOCK TABLE elsewhere; SELECT pg_sleep(600)').catch(() => undefined);
    const isLocked = "SELECT pid FROM pg_locks WHERE relation = 'elsewhere'::regclass AND granted";
    await expect.poll(async () => (await server.sql(isLocked)).length).toBe(1);
    await server.sql('GRANT SELECT ON pg_class TO hurried');
    await connected(async (connection) => {
      expect(await failureOf(rowsOf(connection, 'SELECT * FROM elsewhere'))).toMatchObject({ code: 'db.busy', vendorCode: '55P03' });
    }, as('hurried'));
    await server.sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'elsewhere'::regclass");
    await holder;
  });

  // Not merely sent: what meets a session that has ended already is answered by a reset alone.
  const backends = "FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query LIKE 'SELECT /* cam:%pg_sleep(600)%'";

  it.each([
    ['cancels the statement', 'pg_cancel_backend', 'query.cancelled', '57014'],
    ['ends the session', 'pg_terminate_backend', 'db.session-killed', '57P01'],
  ])('somebody on the server who %s is told as that, not as our cancel', async (_what, call, code, vendorCode) => {
    const connection = await driver.connect(targetOf(server.admin), signal);
    const failing = failureOf(rowsOf(connection, 'SELECT 1 FROM pg_sleep(600)'));
    await expect.poll(async () => (await server.sql(`SELECT ${call}(pid) ${backends}`)).length).toBe(1);
    expect(await failing).toMatchObject({ code, vendorCode });
    await connection.close('end');
  });

  it('a session that somebody ends is told as that also where the reset is there before the server’s last message is read', async () => {
    const relay = createServer({ noDelay: true }, (client) => {
      const { host, port } = server.admin;
      const backend = connect({ host, port }).on('error', () => undefined);
      client.on('error', () => undefined).pipe(backend);
      backend.on('data', (bytes) => {
        client.write(bytes);
        // Both arrive at once, as from a server that ends with something of ours unread.
        if (bytes.includes('57P01')) client.resetAndDestroy();
      });
    });
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    const { port } = relay.address() as AddressInfo;
    const connection = await driver.connect(targetOf({ ...server.admin, port }), signal);
    const failing = failureOf(rowsOf(connection, 'SELECT 1 FROM pg_sleep(600)'));
    await expect.poll(async () => (await server.sql(`SELECT pg_terminate_backend(pid) ${backends}`)).length).toBe(1);
    expect(await failing).toMatchObject({ code: 'db.session-killed', vendorCode: '57P01' });
    await connection.close('end');
    await new Promise((resolve) => relay.close(resolve));
  });

  it('a session that was ended while nothing ran is told at the next statement', async () => {
    const connection = await driver.connect(targetOf(server.admin), signal);
    await connection.ping(signal);
    await server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'client-activity-monitor'");
    // Which of the two depends on whether the server's last words are read before our next message meets the closed socket.
    expect(['db.session-killed', 'db.connection-lost']).toContain((await failureOf(rowsOf(connection, 'SELECT 1'))).code);
    await connection.close('end');
  });

  it('a server that is ended in the middle is told as lost or as ended', async () => {
    const other = await startPostgres();
    const connection = await driver.connect(targetOf(other.admin), signal);
    const failing = failureOf(rowsOf(connection, 'SELECT 1 FROM pg_sleep(600)'));
    await expect.poll(async () => (await other.sql(`SELECT pid ${backends}`)).length).toBe(1);
    await other.stop();
    expect(['db.connection-lost', 'db.session-killed']).toContain((await failing).code);
    await connection.close('end');
  });
});

describe('instants', () => {
  const start: Readonly<Record<string, StatementBind>> = { start_date: { kind: 'instant', instant: '2026-10-25T00:30:00.000000Z' } };
  const schema = { zone: 'Europe/Berlin', defaultSchema: 'Odd "schema' };

  it('are compared with a time without a zone as the local time of the database', () =>
    connected(async (connection) => {
      const sql = 'SELECT user_id FROM changes WHERE change_date >= :start_date';
      expect(await rowsOf(connection, statementOf(sql, start))).toEqual([['inside']]);
      const later = { start_date: { kind: 'instant', instant: '2026-10-25T01:30:00.000001Z' } } as const;
      expect(await rowsOf(connection, statementOf(sql, later))).toEqual([]);
    }, schema));

  it('are compared with a time with a zone as the moment they are, also in the hour that the clocks repeat', () =>
    connected(async (connection) => {
      // 00:30 UTC is the first 02:30 of that night in Berlin; as local time it would be taken for the second, an hour later.
      const sql = 'SELECT user_id FROM changes WHERE seen >= :start_date';
      expect(await rowsOf(connection, statementOf(sql, start))).toEqual([['inside']]);
    }, schema));

  it('can be counted with and compared with a day', () =>
    connected(async (connection) => {
      const sql = `SELECT CAST(:start_date - interval '1 day' AS text), CAST(date_trunc('hour', CAST(:start_date AS timestamp)) AS text)
        FROM changes WHERE day <= :start_date AND :start_date < day + 1`;
      expect(await rowsOf(connection, statementOf(sql, start))).toEqual([['2026-10-24 02:30:00', '2026-10-25 02:00:00']]);
    }, schema));

  it('stay text where only text fits', () =>
    connected(async (connection) => {
      const sql = "SELECT to_date(:start_date, 'YYYY-MM-DD') AS day";
      expect(await rowsOf(connection, statementOf(sql, start))).toEqual([['2026-10-25 00:00:00.000000']]);
    }, schema));

  it('a time that a statement makes of a moment is the local time of the database', () =>
    connected(async (connection) => {
      const sql = `SELECT CAST(seen AS timestamp) AS local, seen, to_char(seen, 'HH24:MI') AS text FROM changes`;
      expect(await rowsOf(connection, sql)).toEqual([['2026-10-25 02:30:00.000000', '2026-10-25 00:30:00.000000', '02:30']]);
    }, schema));

  it('are described, with the columns, without running anything', () =>
    connected(async (connection) => {
      const columns = await connection.describe(
        statementOf('SELECT user_id, pg_sleep(600) FROM changes WHERE day > :start_date', start),
        signal,
      );
      expect(columns.map((column) => column.name)).toEqual(['user_id', 'pg_sleep']);
    }, schema));
});

describe('times at the ends', () => {
  it('infinity is the end of 64 bits, years before Christ and after 9999 are themselves', () =>
    connected(async (connection) => {
      const sql = `SELECT t FROM (VALUES (1, timestamp 'infinity'), (2, '-infinity'), (3, '0044-03-15 12:00 BC'), (4, '294246-01-01')) AS v(n, t) ORDER BY n`;
      const cursor = await connection.query(statementOf(sql), signal);
      const batch = await cursor.next();
      await cursor.close();
      // Checked against DuckDB: epoch_us of the same times.
      expect(batch?.columns[0]).toEqual([9223372036854775807n, -9223372036854775807n, -63517780800000000n, 9223339708800000000n]);
    }));

  it('a time beyond 64 bits of microseconds is refused, and the session goes on', () =>
    connected(async (connection) => {
      expect(await failureOf(rowsOf(connection, "SELECT timestamp '294276-12-31' AS far"))).toMatchObject({
        code: 'spool.value',
        message: 'Column far holds a time too far away to be kept.',
      });
      expect(await rowsOf(connection, 'SELECT 1')).toEqual([['1']]);
    }));
});

it('rows reach a spool as they are, infinity too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cam-postgres-spool-'));
  const sql = `SELECT 9007199254740993 AS big, 12345678901234567890.5 AS exact, timestamp 'infinity' AS forever,
    timestamptz '2026-10-25 02:30:00.000001+02' AS moment, 'NaN'::float8 AS nan, CAST(NULL AS uuid) AS nothing`;
  await connected(async (connection) => {
    const cursor = await connection.query(statementOf(sql), signal);
    const spool = await createParquetSpools().create(join(folder, 'spool'), cursor.columns);
    for (let batch = await cursor.next(); batch !== undefined; batch = await cursor.next()) await spool.append(batch);
    const { files } = await spool.commit();
    const duckdb = await (await DuckDBInstance.create()).connect();
    const result = await duckdb.runAndReadAll(`SELECT COLUMNS(*)::text FROM read_parquet('${files[0] ?? ''}')`);
    expect(result.getRows()).toEqual([
      ['9007199254740993', '12345678901234567890.5', 'infinity', '2026-10-25 00:30:00.000001', 'nan', null],
    ]);
    duckdb.closeSync();
  });
  await rm(folder, { recursive: true });
});
