import { systemClock } from '../base/clock.ts';
import { describeDriver } from './driver-conformance.ts';
import { plainTarget } from './driver-under-test.ts';
import { createFakeDriver } from './fake-driver.ts';
import { fakeSql } from './fake-script.ts';

describeDriver(
  'fake',
  async () => {
    const driver = createFakeDriver({ clock: systemClock });
    const columns = [
      { name: 'N', kind: 'integer' as const },
      { name: 'LABEL', kind: 'text' as const },
    ];
    return {
      driver,
      target: { ...plainTarget, endpoint: { kind: 'fake', script: '' } },
      unreachable: {
        target: { ...plainTarget, endpoint: { kind: 'fake', script: '{"connect": {"then": "fail", "code": "db.unreachable"}}' } },
        code: 'db.unreachable',
      },
      sql: {
        rows: (rows) => fakeSql({ columns, rows }),
        slow: fakeSql({ execute: { delayMs: 300_000 } }),
        endless: fakeSql({ columns, rows: 1e12, fetch: { delayMs: 1 } }),
        kinds: {
          sql: fakeSql({
            rows: 2,
            columns: [
              { name: 'T', kind: 'text', values: ['a', null] },
              { name: 'i', kind: 'integer', values: ['9223372036854775807n', null] },
              { name: 'd', kind: 'decimal', values: ['12345678901234567890.5', null] },
              { name: 'f', kind: 'double', values: [0.1, null] },
              { name: 'b', kind: 'boolean', values: [true, null] },
              { name: 't', kind: 'timestamp', values: ['9999-12-31 23:59:59', null] },
              { name: 'm', kind: 'instant', encoding: 'micros', values: ['-1n', null] },
            ],
          }),
          columns: [
            { name: 'T', kind: 'text' },
            { name: 'i', kind: 'integer' },
            { name: 'd', kind: 'decimal' },
            { name: 'f', kind: 'double' },
            { name: 'b', kind: 'boolean' },
            { name: 't', kind: 'timestamp' },
            { name: 'm', kind: 'instant' },
          ],
          texts: [
            'a',
            '9223372036854775807',
            '12345678901234567890.5',
            '0.1',
            'true',
            '9999-12-31 23:59:59.000000',
            '1969-12-31 23:59:59.999999',
          ],
        },
        times: '',
        binds: fakeSql({
          rows: 1,
          columns: [
            { name: 'a', kind: 'timestamp', bind: 'moment' },
            { name: 'b', kind: 'text', bind: 'word' },
            { name: 'c', kind: 'text', bind: 'word' },
            { name: 'd', kind: 'double', bind: 'number' },
            { name: 'e', kind: 'text', bind: 'nothing' },
          ],
        }),
        missingTable: { sql: fakeSql({ execute: { then: 'fail', code: 'sql.denied' } }), code: 'sql.denied' },
        badSyntax: { sql: fakeSql({ execute: { then: 'fail', code: 'sql.invalid' } }), code: 'sql.invalid' },
        failsMidway: { sql: fakeSql({ rows: 10, midway: { afterRows: 5, then: 'fail', code: 'db.error' } }), code: 'db.error' },
      },
      runningStatements: async () => driver.activity.running,
      close: async () => undefined,
    };
  },
  { understandsSql: false },
);
