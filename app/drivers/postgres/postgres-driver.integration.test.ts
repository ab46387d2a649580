import { systemClock } from '../../base/clock.ts';
import { describeDriver } from '../../testing/driver-conformance.ts';
import { startPostgres } from '../../testing/postgres-server.ts';
import { runningStatements, targetOf } from '../../testing/postgres-target.ts';
import { freePort } from '../../testing/server-process.ts';
import { createPostgresDriver } from './postgres-driver.ts';

/** Types that have a row of their own in the table, the value in SQL, and the text it must become. */
const kinds = [
  ['text', "'O''Neil ÄÖÜ € 漢字'", 'text', "O'Neil ÄÖÜ € 漢字"],
  ['varchar(10)', "''", 'text', ''],
  ['char(5)', "'ab'", 'text', 'ab   '],
  ['name', "'a'", 'text', 'a'],
  ['boolean', 'true', 'boolean', 'true'],
  ['boolean', 'false', 'boolean', 'false'],
  ['smallint', '-32768', 'integer', '-32768'],
  ['integer', '2147483647', 'integer', '2147483647'],
  ['bigint', '-9223372036854775808', 'integer', '-9223372036854775808'],
  ['bigint', '9007199254740993', 'integer', '9007199254740993'],
  ['oid', '4294967295', 'integer', '4294967295'],
  ['numeric', '1234567890123456789012345678901234567890.0123456789', 'decimal', '1234567890123456789012345678901234567890.0123456789'],
  ['numeric(9,2)', '-0.5', 'decimal', '-0.50'],
  ['numeric', "'NaN'", 'decimal', 'NaN'],
  ['numeric', "'-Infinity'", 'decimal', '-Infinity'],
  ['real', '1.1', 'double', '1.1'],
  ['double precision', '0.1', 'double', '0.1'],
  ['double precision', '0.1::float8 + 0.2::float8', 'double', '0.30000000000000004'],
  ['double precision', "'NaN'", 'double', 'NaN'],
  ['double precision', "'-Infinity'", 'double', '-Infinity'],
  ['date', "'2024-02-29'", 'timestamp', '2024-02-29 00:00:00.000000'],
  ['timestamp', "'9999-12-31 23:59:59.999999'", 'timestamp', '9999-12-31 23:59:59.999999'],
  ['timestamp', "'0001-01-01'", 'timestamp', '0001-01-01 00:00:00.000000'],
  ['timestamp', "'1969-12-31 23:59:59.5'", 'timestamp', '1969-12-31 23:59:59.500000'],
  ['timestamp(0)', "'2024-01-01 10:00:01.7'", 'timestamp', '2024-01-01 10:00:02.000000'],
  ['timestamptz', "'2024-01-01 10:00:01.000001+05:30'", 'instant', '2024-01-01 04:30:01.000001'],
  ['timestamptz', "'1850-01-01 00:00:00+00'", 'instant', '1850-01-01 00:00:00.000000'],
  ['uuid', "'A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11'", 'text', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['bytea', "'\\x00ff5c'", 'text', '00ff5c'],
  ['json', `'{"a": 1}'`, 'text', '{"a": 1}'],
  ['jsonb', `'{"a":1}'`, 'text', '{"a": 1}'],
  ['time', "'10:20:30.5'", 'text', '10:20:30.5'],
  ['interval', "'1 month 2 days'", 'text', 'P1M2D'],
  ['integer[]', "'{1,NULL}'", 'text', '{1,NULL}'],
  ['inet', "'10.0.0.1/24'", 'text', '10.0.0.1/24'],
  ['bit(3)', "'101'", 'text', '101'],
] as const;

const kindsSql = `SELECT ${kinds.map(([type, value], index) => `CAST(${value} AS ${type}) AS "C${index}"`).join(', ')}
  UNION ALL SELECT ${kinds.map(([type]) => `CAST(NULL AS ${type})`).join(', ')}`;

describeDriver('postgres', async () => {
  const server = await startPostgres();
  const nowhere = { ...server.admin, port: await freePort() };
  return {
    driver: createPostgresDriver({ clock: systemClock }),
    target: targetOf(server.admin),
    unreachable: { target: targetOf(nowhere), code: 'db.unreachable' },
    runningStatements: () => runningStatements(server),
    sql: {
      rows: (count) => `SELECT n AS N, 'row ' || n AS LABEL FROM generate_series(1, ${count}) AS n`,
      slow: 'SELECT count(*) AS n FROM generate_series(1, 100000000000) AS n',
      endless: "SELECT n, 'row ' || n AS label FROM (SELECT generate_series(1, 100000000000) AS n) AS numbers",
      kinds: {
        sql: kindsSql,
        columns: kinds.map(([, , kind], index) => ({ name: `C${index}`, kind })),
        texts: kinds.map(([, , , text]) => text),
      },
      binds: 'SELECT :moment AS moment, :word::text AS word, :WORD AS again, :number::numeric AS number, :nothing::int AS nothing',
      times: "SELECT n, TIMESTAMP '2026-01-01 00:00:00' + n * INTERVAL '1 second' AS moment FROM generate_series(1, 10) AS n",
      missingTable: { sql: '-- a comment\nSELECT *\nFROM no_such_table', code: 'sql.denied', place: 'line 3' },
      badSyntax: { sql: 'SELECT 1 +\n  FROM\n', code: 'sql.invalid', place: 'line' },
      failsMidway: { sql: 'SELECT 1 / (50000 - n) FROM (SELECT generate_series(1, 60000) AS n) AS numbers', code: 'sql.invalid' },
    },
    close: () => server.stop(),
  };
});
