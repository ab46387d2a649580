import { systemClock } from '../../base/clock.ts';
import { describeDriver } from '../../testing/driver-conformance.ts';
import { plainTarget } from '../../testing/driver-under-test.ts';
import { duckDbBackend } from '../../testing/oracle-wire/duckdb-backend.ts';
import { startOracleListener } from '../../testing/oracle-wire/listener.ts';
import type { ProfileName } from '../../testing/oracle-wire/profiles.ts';
import { createOracleDriver } from './oracle-driver.ts';

const setUp = `
  CREATE TABLE kinds (id INTEGER, big BIGINT, exact DECIMAL(38, 10), ratio DOUBLE, label VARCHAR, note VARCHAR, raw_bytes BLOB, on_day TIMESTAMP_S,
    at_moment TIMESTAMP, zoned TIMESTAMPTZ);
  INSERT INTO kinds VALUES
    (-7, 9223372036854775807, -0.0123456789, 0.1, 'ü € 漢字', 'a long text', '\\x01\\xFF'::BLOB, '0001-01-01 00:00:00', '9999-12-31 23:59:59.999999',
      '2026-07-01 10:20:30.123456+00'),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
`;

const columns = [
  { name: 'ID', kind: 'integer' },
  { name: 'BIG', kind: 'decimal' },
  { name: 'EXACT', kind: 'decimal' },
  { name: 'RATIO', kind: 'double' },
  { name: 'LABEL', kind: 'text' },
  { name: 'NOTE', kind: 'text' },
  { name: 'RAW_BYTES', kind: 'text' },
  { name: 'ON_DAY', kind: 'timestamp' },
  { name: 'AT_MOMENT', kind: 'timestamp' },
  { name: 'ZONED', kind: 'instant' },
] as const;

const profiles: readonly ProfileName[] = ['12.2', '19c', '23ai'];

for (const profile of profiles) {
  describeDriver(`oracle, over the wire to a ${profile} server`, async () => {
    const backend = await duckDbBackend({ setUp: [setUp], clobColumns: ['note'] });
    const listener = await startOracleListener({ profile, users: { reader: 'tiger' }, execute: backend.execute });
    const closed = await startOracleListener({ users: {}, execute: backend.execute });
    await closed.close();
    const endpoint = { kind: 'oracle', host: listener.host, port: listener.port, serviceName: 'TESTDB' } as const;
    const target = {
      ...plainTarget,
      endpoint,
      authentication: { kind: 'password', user: 'reader', passwordEnv: 'UNUSED' },
      password: 'tiger',
    } as const;
    return {
      driver: createOracleDriver({ clock: systemClock, platform: process.platform }),
      target,
      unreachable: { target: { ...target, endpoint: { ...endpoint, port: closed.port } }, code: 'db.unreachable' },
      sql: {
        rows: (count) => `SELECT range + 1 AS n, 'row ' || (range + 1) AS label FROM range(${String(count)})`,
        slow: 'SELECT sum(a.range * b.range) AS total FROM range(1000000) a, range(100000000) b',
        endless: `SELECT range + 1 AS n, 'row ' || (range + 1) AS label FROM range(100000000000)`,
        kinds: {
          sql: 'SELECT * FROM kinds ORDER BY id NULLS LAST',
          columns,
          texts: [
            '-7',
            '9223372036854775807',
            '-0.0123456789',
            '0.1',
            'ü € 漢字',
            'a long text',
            '01FF',
            '0001-01-01 00:00:00.000000',
            '9999-12-31 23:59:59.999999',
            '2026-07-01 10:20:30.123456',
          ],
        },
        binds: `SELECT CAST(:moment AS TIMESTAMP) AS moment, CAST(:word AS VARCHAR) AS word, CAST(:WORD AS VARCHAR) AS again,
                  CAST(:number AS DECIMAL(10, 1)) AS number, CAST(:nothing AS VARCHAR) AS nothing FROM dual`,
        times: "SELECT range AS n, TIMESTAMP '2026-01-01 00:00:00' + to_seconds(range) AS moment FROM range(1, 11)",
        missingTable: { sql: 'SELECT *\n  FROM nosuch', code: 'sql.denied', place: 'line 2, column 8' },
        badSyntax: { sql: 'SELECT n\n  FROM dual\n WHER n = 1', code: 'sql.invalid', place: 'line 3, column 7' },
        failsMidway: {
          sql: "SELECT range AS n, CAST(CASE WHEN range = 700000 THEN 'x' ELSE '1' END AS INTEGER) AS label FROM range(800000)",
          code: 'db.error',
        },
      },
      runningStatements: async () =>
        listener.sessions().reduce((count, { running, openResults }) => count + openResults.length + (running === null ? 0 : 1), 0),
      close: async () => {
        await listener.close();
        backend.close();
      },
    };
  });
}
