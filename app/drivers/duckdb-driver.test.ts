import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { CamError, type Failure } from '../model/failure.ts';
import { cellText } from '../testing/cell-text.ts';
import { describeDriver } from '../testing/driver-conformance.ts';
import { plainTarget } from '../testing/driver-under-test.ts';
import { createDuckdbDriver } from './duckdb-driver.ts';
import type { ConnectTarget, Connection, Statement } from './driver.ts';

/** Types that have a row of their own in the table, the value in SQL, and the text it must become. */
const kinds = [
  ['VARCHAR', "'a'", 'text', 'a'],
  ['BOOLEAN', 'true', 'boolean', 'true'],
  ['TINYINT', '-128', 'integer', '-128'],
  ['UINTEGER', '4294967295', 'integer', '4294967295'],
  ['BIGINT', '-9223372036854775808', 'integer', '-9223372036854775808'],
  ['UBIGINT', '18446744073709551615', 'decimal', '18446744073709551615'],
  ['HUGEINT', '-170141183460469231731687303715884105728', 'decimal', '-170141183460469231731687303715884105728'],
  ['DECIMAL(38,10)', '1234567890123456789012345678.0123456789', 'decimal', '1234567890123456789012345678.0123456789'],
  ['DECIMAL(9,2)', '-0.5', 'decimal', '-0.50'],
  ['DOUBLE', '0.1', 'double', '0.1'],
  ['FLOAT', '1.5', 'double', '1.5'],
  ['DATE', "'2024-02-29'", 'timestamp', '2024-02-29 00:00:00.000000'],
  ['TIMESTAMP', "'9999-12-31 23:59:59.999999'", 'timestamp', '9999-12-31 23:59:59.999999'],
  ['TIMESTAMP', "'0001-01-01'", 'timestamp', '0001-01-01 00:00:00.000000'],
  ['TIMESTAMP_S', "'2024-01-01 10:00:01'", 'timestamp', '2024-01-01 10:00:01.000000'],
  ['TIMESTAMP_MS', "'2024-01-01 10:00:01.123'", 'timestamp', '2024-01-01 10:00:01.123000'],
  ['TIMESTAMP_NS', "'1969-12-31 23:59:59.999999999'", 'timestamp', '1969-12-31 23:59:59.999999'],
  ['TIMESTAMPTZ', "'2024-01-01 10:00:01.000001+02:00'", 'instant', '2024-01-01 08:00:01.000001'],
  ['UUID', "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", 'text', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ["ENUM('x', 'y')", "'y'", 'text', 'y'],
  ['INTERVAL', "INTERVAL '1 month 2 days'", 'text', '1 month 2 days'],
  ['TIME', "'10:20:30.5'", 'text', '10:20:30.5'],
  ['BLOB', "'\\xAAb'::BLOB", 'text', '\\xAAb'],
  ['BIT', "'101'::BIT", 'text', '101'],
  ['INTEGER[]', '[1, NULL]', 'text', '[1, NULL]'],
  ['STRUCT(a INTEGER)', "{'a': 1}", 'text', "{'a': 1}"],
  ['JSON', `'{"a":1}'`, 'text', '{"a":1}'],
] as const;

const kindsSql = `SELECT ${kinds.map(([type, value], index) => `(${value})::${type} AS "C${String(index)}"`).join(', ')}
  UNION ALL SELECT ${kinds.map(([type]) => `NULL::${type}`).join(', ')}`;

function targetOf(path: string, more: Partial<ConnectTarget> = {}): ConnectTarget {
  return { ...plainTarget, endpoint: { kind: 'duckdb', path }, ...more };
}

describeDriver('duckdb', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cam-duckdb-'));
  return {
    driver: createDuckdbDriver({ clock: systemClock }),
    target: targetOf(':memory:'),
    unreachable: { target: targetOf(join(folder, 'missing.duckdb')), code: 'db.unreachable' },
    sql: {
      rows: (count) => `SELECT n AS N, 'row ' || n AS LABEL FROM range(1, ${String(count + 1)}) AS t(n)`,
      slow: 'SELECT count(*) FROM range(1000000000000) AS t(n) WHERE n % 7 = 3',
      endless: 'SELECT n FROM range(1000000000000) AS t(n)',
      kinds: {
        sql: kindsSql,
        columns: kinds.map(([, , kind], index) => ({ name: `C${String(index)}`, kind })),
        texts: kinds.map(([, , , text]) => text),
      },
      binds: 'SELECT :moment, :word, :WORD, :number::DOUBLE, :nothing',
      times: "SELECT n, TIMESTAMP '2026-01-01 00:00:00' + to_seconds(n) AS moment FROM range(1, 11) AS t(n)",
      missingTable: { sql: 'SELECT *\n  FROM nowhere', code: 'sql.denied', place: 'line 2, column 8' },
      badSyntax: { sql: 'SELECT 1 FRM x', code: 'sql.invalid', place: 'line 1, column 14' },
      failsMidway: {
        sql: "SELECT CASE WHEN n = 2500000 THEN error('broken row') ELSE n END FROM range(3000000) AS t(n)",
        code: 'db.error',
        place: 'broken row',
      },
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
});

describe('the duckdb driver', () => {
  const driver = createDuckdbDriver({ clock: systemClock });
  const { signal } = new AbortController();
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cam-duckdb-'));
    file = join(folder, 'event_logs.duckdb');
    const instance = await DuckDBInstance.create(file);
    const connection = await instance.connect();
    await connection.run(
      "CREATE SCHEMA event_logs; CREATE TABLE event_logs.event_logs.t AS SELECT 1 AS a, TIMESTAMPTZ '2026-01-01 00:00:00+00' AS z",
    );
    connection.closeSync();
    instance.closeSync();
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  function statementOf(sql: string, binds: Statement['binds'] = {}): Statement {
    return { sql, binds, tag: 't' };
  }

  async function connected<T>(target: ConnectTarget, work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await driver.connect(target, signal);
    try {
      return await work(connection);
    } finally {
      await connection.close('end');
    }
  }

  async function rowsOf(connection: Connection, statement: Statement): Promise<(string | null)[][]> {
    const cursor = await connection.query(statement, signal);
    const rows: (string | null)[][] = [];
    for (let batch = await cursor.next(); batch !== undefined; batch = await cursor.next()) {
      for (let row = 0; row < batch.rowCount; row++) {
        const { columns } = batch;
        rows.push(cursor.columns.map((column, index) => cellText(column, columns[index]?.[row])));
      }
    }
    return rows;
  }

  async function failureOf(work: Promise<unknown>): Promise<Failure> {
    const error: unknown = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof CamError)) throw new Error(`expected a CamError, got ${String(error)}`);
    return error.failure;
  }

  it('reads tables of the default schema, even one named like the file', async () => {
    expect(await connected(targetOf(file, { defaultSchema: 'event_logs' }), (own) => rowsOf(own, statementOf('SELECT a FROM t')))).toEqual([
      ['1'],
    ]);
  });

  it('says which schema is not there', async () => {
    const found = await failureOf(driver.connect(targetOf(file, { defaultSchema: 'nowhere' }), signal));
    expect(found).toMatchObject({ code: 'db.configuration', message: 'The database has no schema nowhere.' });
  });

  it('lets several processes and connections read one file, and leaves nothing beside it', async () => {
    const second = createDuckdbDriver({ clock: systemClock });
    const other = await second.connect(targetOf(file), signal);
    await connected(targetOf(file), (own) => rowsOf(own, statementOf('SELECT * FROM event_logs.event_logs.t')));
    expect(await rowsOf(other, statementOf('SELECT count(*) FROM event_logs.event_logs.t'))).toEqual([['1']]);
    await other.close('end');
    expect(existsSync(`${file}.wal`)).toBe(false);
    expect(existsSync(`${file}.tmp`)).toBe(false);
  });

  it('sorts what does not fit into memory in a private folder, and removes it', async () => {
    const spills = async (): Promise<string[]> =>
      (await readdir(tmpdir())).filter((name) => name.startsWith('client-activity-monitor-duckdb-'));
    const before = await spills();
    const own = await driver.connect(targetOf(file, { options: { memory_limit: '40MB' } }), signal);
    const cursor = await own.query(statementOf("SELECT n, 'text ' || n FROM range(2000000) AS t(n) ORDER BY hash(n)"), signal);
    await cursor.next();
    const made = (await spills()).filter((name) => !before.includes(name));
    // Others may have an empty one at the same moment.
    const spill = made.find((name) => readdirSync(join(tmpdir(), name)).length > 0) ?? 'none';
    expect((await stat(join(tmpdir(), spill))).mode & 0o077).toBe(0);
    await cursor.close();
    await own.close('end');
    await expect.poll(() => existsSync(join(tmpdir(), spill))).toBe(false);
    expect(existsSync(`${file}.tmp`)).toBe(false);
  });

  it('tells a file that is no database from one that is missing', async () => {
    const garbage = join(folder, 'garbage.duckdb');
    await writeFile(garbage, 'this is no database'.repeat(1000));
    expect((await failureOf(driver.connect(targetOf(garbage), signal))).code).toBe('db.configuration');
    const missing = join(folder, 'missing.duckdb');
    expect(await failureOf(driver.connect(targetOf(missing), signal))).toMatchObject({
      code: 'db.unreachable',
      message: `There is no database file ${missing}.`,
    });
    expect(existsSync(missing)).toBe(false);
  });

  it('reads CSV files, and names one that is missing', async () => {
    const csv = join(folder, 'changes.csv');
    await writeFile(csv, 'user_id,change_date\n007,2026-01-01 10:00:00\n');
    await connected(targetOf(':memory:'), async (own) => {
      const sql = `SELECT * FROM read_csv('${csv}', all_varchar = true)`;
      expect(await rowsOf(own, statementOf(sql))).toEqual([['007', '2026-01-01 10:00:00']]);
      const found = await failureOf(rowsOf(own, statementOf("SELECT * FROM read_csv('/nowhere.csv')")));
      expect(found.code).toBe('sql.denied');
      expect(found.message).toContain('/nowhere.csv');
    });
  });

  it.each([
    ['INSERT INTO t VALUES (2)'],
    ['SELECT 1; SELECT 2'],
    ["COPY (SELECT 1) TO '/tmp/never.csv'"],
    ["ATTACH '/tmp/never.duckdb'"],
    ['WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x'],
    [''],
  ])('refuses what is not one reading statement: %s', async (sql) => {
    const found = await connected(targetOf(':memory:'), (own) => failureOf(own.query(statementOf(sql), signal)));
    expect(found.code).toBe('sql.not-read-only');
  });

  it('tells a text that cannot be read from one that may not be run', async () => {
    const found = await connected(targetOf(':memory:'), (own) => failureOf(own.query(statementOf("SELECT 'open"), signal)));
    expect(found.code).toBe('sql.invalid');
    expect(found.message).toContain('line 1, column 8');
  });

  it('fetches no extension from the network because a statement names one', async () => {
    const sql = "SELECT * FROM read_parquet('https://example.invalid/x.parquet')";
    const found = await connected(targetOf(':memory:'), (own) => failureOf(rowsOf(own, statementOf(sql))));
    expect(found).toMatchObject({ code: 'sql.invalid', vendorCode: 'Missing Extension Error' });
  });

  it("compares a bound instant with times that have a zone and times that have none, in the database's zone", async () => {
    const binds: Statement['binds'] = { start_date: { kind: 'instant', instant: '2026-01-01T00:00:00.000000Z' } };
    const target = targetOf(file, { zone: 'America/New_York' });
    const sql = `SELECT z >= :start_date, z > :start_date, TIMESTAMP '2025-12-31 19:00:00' = :start_date FROM event_logs.event_logs.t`;
    expect(await connected(target, (own) => rowsOf(own, statementOf(sql, binds)))).toEqual([['true', 'false', 'true']]);
  });

  it('keeps columns of one name apart', async () => {
    await connected(targetOf(':memory:'), async (own) => {
      const cursor = await own.query(statementOf('SELECT 1 AS a, 2 AS a, 3'), signal);
      expect(cursor.columns.map(({ name }) => name)).toEqual(['a', 'a', '3']);
      await cursor.close();
    });
  });

  it('keeps infinite dates beyond every window, and refuses a date that 64 bits of microseconds cannot hold', async () => {
    await connected(targetOf(':memory:'), async (own) => {
      const cursor = await own.query(statementOf("SELECT 'infinity'::DATE, '-infinity'::TIMESTAMP_S, 'infinity'::TIMESTAMP_NS"), signal);
      expect((await cursor.next())?.columns).toEqual([[2n ** 63n - 1n], [1n - 2n ** 63n], [2n ** 63n - 1n]]);
      await cursor.close();
      const found = await failureOf(rowsOf(own, statementOf("SELECT '5000000-01-01'::DATE AS far")));
      expect(found).toMatchObject({ code: 'spool.value', message: 'Column far holds a time too far away to be kept.' });
    });
  });

  it('finds the place of an error in a long line', async () => {
    const sql = `SELECT ${'1, '.repeat(200)}\n  ${'a.x, '.repeat(40)}nowhere FROM (SELECT 1 AS x) AS a`;
    const found = await connected(targetOf(':memory:'), (own) => failureOf(own.query(statementOf(sql), signal)));
    expect(found.message).toContain(`(line 2, column ${String(3 + 'a.x, '.length * 40)})`);
  });
});
