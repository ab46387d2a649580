import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { abort, AbortedError } from '../../base/abort.ts';
import { CamError } from '../../model/failure.ts';
import { columnsOf, connected, driver, quiet, statementOf, targetOf } from '../../testing/oracle-harness.ts';
import { duckDbBackend } from '../../testing/oracle-wire/duckdb-backend.ts';
import { OraError } from '../../testing/oracle-wire/ora-error.ts';
import { rowGenerator } from '../../testing/oracle-wire/row-generator.ts';
import { allProfiles, fixedRows, until, withListener } from '../../testing/oracle-wire/wire-test.ts';
import type { ConnectTarget } from '../driver.ts';

const twoColumns = [
  { name: 'USER_ID', type: 'number' },
  { name: 'CHANGE_DATE', type: 'timestamp' },
] as const;
const thousandRows = rowGenerator({ columns: twoColumns, rows: 5000, row: (n) => [n, BigInt(n) * 1_000_003n] });
const anyQuery = statementOf('SELECT user_id, change_date FROM email_changes');

/** The failure a promise is rejected with. */
async function failureOf(work: Promise<unknown>): Promise<CamError['failure']> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof CamError) return error.failure;
  throw new Error(`a CamError was expected, got ${String(error)}`);
}

describe('a session', () => {
  it('shows the DBA who runs what: module, action, client identifier, and the tag in every statement of the query', () =>
    withListener({ execute: thousandRows }, (listener) =>
      connected(targetOf(listener), async (connection) => {
        await columnsOf(connection, anyQuery);
        const asked = listener.statements().filter(({ sql }) => sql.startsWith('SELECT'));
        expect(asked).toHaveLength(1);
        expect(asked[0]?.sql).toContain('/* cam:run-1:client_activity/emails */');
        const others = listener.statements().flatMap(({ sql }) => (sql.startsWith('SELECT') ? [] : [sql]));
        expect(others.filter((sql) => sql.startsWith('SET'))).toEqual(['SET /* cam:run-1:client_activity/emails */ TRANSACTION READ ONLY']);
        expect(others.filter((sql) => !sql.includes('/* cam:'))).toEqual([]);
        expect(asked[0]?.session).toMatchObject({
          module: 'client-activity-monitor',
          action: 'run-1:client_activity/emails',
          clientIdentifier: 'analyst 7',
          transaction: 'read only',
        });
      }),
    ));

  it('is left as it was found: no transaction, no open result, no action', () =>
    withListener({ execute: thousandRows }, (listener) =>
      connected(targetOf(listener), async (connection) => {
        const asFound = { transaction: 'none', openResults: [], running: null, action: '' };
        await columnsOf(connection, anyQuery);
        expect(listener.sessions()[0]).toMatchObject(asFound);
        const left = await connection.query(anyQuery, quiet);
        await left.next();
        await left.close();
        expect(listener.sessions()[0]).toMatchObject(asFound);
        await connection.describe(anyQuery, quiet);
        expect(listener.sessions()[0]).toMatchObject(asFound);
        listener.setFault({ kind: 'error', stage: 'fetch', code: 1555, afterRows: 1500 });
        await failureOf(columnsOf(connection, anyQuery));
        expect(listener.sessions()[0]).toMatchObject(asFound);
      }),
    ));

  it('has its schema, its zone and the same texts of times and numbers whatever the machine speaks', () =>
    withListener({ execute: thousandRows, schemas: ['SCOTT', 'EVENT_LOGS'] }, (listener) =>
      connected(targetOf(listener, { defaultSchema: 'event_logs', zone: 'Europe/Zurich' }), async () => {
        expect(listener.sessions()[0]).toMatchObject({
          schema: 'EVENT_LOGS',
          parameters: {
            TIME_ZONE: 'Europe/Zurich',
            NLS_DATE_FORMAT: 'YYYY-MM-DD HH24:MI:SS',
            NLS_TIMESTAMP_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF6',
            NLS_NUMERIC_CHARACTERS: '.,',
          },
        });
      }),
    ));

  it('changes nothing in the database: a statement that would is refused before it is sent', () =>
    withListener({ execute: thousandRows }, (listener) =>
      connected(targetOf(listener), async (connection) => {
        expect((await failureOf(connection.query(statementOf('DELETE FROM email_changes'), quiet))).code).toBe('sql.not-read-only');
        expect(listener.statements().filter(({ sql }) => sql.includes('DELETE'))).toEqual([]);
      }),
    ));

  it('cuts a tag that no database would take as an action, and keeps it whole in the statement', () =>
    withListener({ execute: thousandRows }, (listener) =>
      connected(targetOf(listener), async (connection) => {
        const tag = `run-1:${'ä'.repeat(60)}`;
        await columnsOf(connection, { ...anyQuery, tag });
        const session = listener.statements().find(({ sql }) => sql.startsWith('SELECT'))?.session;
        expect(session?.action).toBe(`run-1:${'ä'.repeat(29)}`);
      }),
    ));
});

describe.each(allProfiles)('values from a %s server', (profile) => {
  it('are kept to the last digit, microsecond and year', async () => {
    const backend = await duckDbBackend({
      setUp: [
        `CREATE TABLE v AS SELECT * FROM (VALUES
          (12345678901234567890123456789012345678::DECIMAL(38,0), -0.00000001::DECIMAL(38,8), '0001-01-01'::TIMESTAMP_S, '9999-12-31 23:59:59.999999'::TIMESTAMP, '2026-03-29 02:30:00.000001+02'::TIMESTAMPTZ),
          (-1::DECIMAL(38,0), 0::DECIMAL(38,8), '2026-03-29 02:30:00'::TIMESTAMP_S, '1969-12-31 23:59:59.999999'::TIMESTAMP, '0001-01-01 00:00:00+00'::TIMESTAMPTZ)
        ) t(whole, fraction, on_day, at_moment, zoned)`,
      ],
    });
    await withListener({ execute: backend.execute, profile }, (listener) =>
      connected(targetOf(listener), async (connection) => {
        expect(await columnsOf(connection, statementOf('SELECT * FROM v -- all of it'))).toEqual([
          ['12345678901234567890123456789012345678', '-1'],
          ['-0.00000001', '0'],
          ['0001-01-01 00:00:00', '2026-03-29 02:30:00'],
          ['9999-12-31 23:59:59.999999', '1969-12-31 23:59:59.999999'],
          ['2026-03-29 00:30:00.000001', '0001-01-01 00:00:00.000000'],
        ]);
      }),
    );
    backend.close();
  });

  it('of large objects come as text, in the order of their rows', () =>
    withListener(
      {
        profile,
        execute: fixedRows(
          [
            { name: 'ID', type: 'number', precision: 9, scale: 0 },
            { name: 'NOTE', type: 'clob' },
          ],
          Array.from({ length: 350 }, (_, n) => [n, n % 7 === 0 ? null : `${String(n)} ü `.repeat(3000)]),
        ),
      },
      (listener) =>
        connected(targetOf(listener), async (connection) => {
          const [ids, notes] = await columnsOf(connection, statementOf('SELECT id, note FROM notes'));
          expect(ids).toEqual(Array.from({ length: 350 }, (_, n) => n));
          expect(notes?.findIndex((note, n) => note !== (n % 7 === 0 ? null : `${String(n)} ü `.repeat(3000)))).toBe(-1);
        }),
    ));
});

describe('what cannot be kept or told apart is refused, and the column named', () => {
  it.each([
    ['a type without a text', [{ name: 'BYTES', type: 'blob' }], 'spool.value', 'BYTES'],
    [
      'two columns of one name beside a time',
      [
        { name: 'A', type: 'number' },
        { name: 'A', type: 'number' },
        { name: 'T', type: 'date' },
      ],
      'sql.columns',
      'A',
    ],
    [
      'a name with a quote in it beside a time',
      [
        { name: 'A"B', type: 'number' },
        { name: 'T', type: 'date' },
      ],
      'sql.columns',
      'A"B',
    ],
  ] as const)('%s', (_, columns, code, name) =>
    withListener({ execute: fixedRows(columns, []) }, (listener) =>
      connected(targetOf(listener), async (connection) => {
        const failed = await failureOf(connection.query(anyQuery, quiet));
        expect(failed.code).toBe(code);
        expect(failed.message).toContain(name);
      }),
    ),
  );

  it('a column that is another when the query runs than when it was described', () => {
    let described = false;
    const execute = ({ describeOnly }: { describeOnly: boolean }) => {
      described ||= describeOnly;
      const type = describeOnly ? ('varchar' as const) : ('date' as const);
      return { kind: 'rows' as const, columns: [{ name: 'MOMENT', type }], rows: [] };
    };
    return withListener({ execute }, (listener) =>
      connected(targetOf(listener), async (connection) => {
        const failed = await failureOf(
          connection.query(statementOf('SELECT :x AS moment FROM dual', { x: { kind: 'value', value: 'y' } }), quiet),
        );
        expect(failed).toMatchObject({ code: 'sql.columns' });
        expect(failed.message).toContain('MOMENT');
        expect(described).toBe(true);
        expect(listener.sessions()[0]).toMatchObject({ openResults: [], transaction: 'none' });
      }),
    );
  });
});

describe('a logon that does not succeed is told as what it is', () => {
  const wrongPassword: Partial<ConnectTarget> = { password: 'lion' };

  it.each([
    ['a wrong password', { fault: undefined, more: wrongPassword, code: 'db.auth', vendorCode: 'ORA-01017' }],
    ['a locked account', { fault: 28_000, more: {}, code: 'db.account-locked', vendorCode: 'ORA-28000' }],
    ['an expired password', { fault: 28_001, more: {}, code: 'db.account-locked', vendorCode: 'ORA-28001' }],
    ['no right to log on', { fault: 1045, more: {}, code: 'db.auth', vendorCode: 'ORA-01045' }],
    ['a ticket that is not accepted', { fault: 12_638, more: {}, code: 'kerberos.expired', vendorCode: 'ORA-12638' }],
    [
      'a schema that is not there',
      { fault: undefined, more: { defaultSchema: 'nowhere' }, code: 'db.configuration', vendorCode: 'ORA-01435' },
    ],
    [
      'a zone the database does not know',
      { fault: undefined, more: { zone: 'Europe/Atlantis' }, code: 'db.configuration', vendorCode: 'ORA-01882' },
    ],
    ['no password at all', { fault: undefined, more: { password: '' }, code: 'db.auth', vendorCode: undefined }],
  ] as const)('%s', (_, { fault, more, code, vendorCode }) =>
    withListener({ execute: thousandRows, schemas: ['SCOTT'] }, async (listener) => {
      if (fault !== undefined) listener.setFault({ kind: 'logon-error', code: fault });
      const failed = await failureOf(driver.connect(targetOf(listener, more), quiet));
      expect({ code: failed.code, vendorCode: failed.vendorCode }).toEqual({ code, vendorCode });
      await until(() => listener.sessions().length === 0);
      expect(listener.counts().logons + listener.counts().refusedLogons).toBeLessThanOrEqual(1);
    }),
  );

  it.each([
    ['an unknown service', { kind: 'refuse', code: 12_514 }, 'db.unknown-service', 'NJS-518'],
    ['a listener without room', { kind: 'refuse', code: 12_519 }, 'db.busy', 'ORA-12519'],
    ['a database that is starting', { kind: 'refuse', code: 12_528 }, 'db.unreachable', 'ORA-12528'],
    ['a connection that is closed at once', { kind: 'close-at-once', how: 'fin' }, 'db.unreachable', 'NJS-50'],
    ['a connection that is reset at once', { kind: 'close-at-once', how: 'rst' }, 'db.unreachable', 'NJS-50'],
  ] as const)('%s', (_, fault, code, vendorCode) =>
    withListener({ execute: thousandRows, faults: [fault] }, async (listener) => {
      const failed = await failureOf(driver.connect(targetOf(listener), quiet));
      expect(failed.code).toBe(code);
      expect(failed.vendorCode?.startsWith(vendorCode)).toBe(true);
    }),
  );

  it('a host that does not resolve', async () => {
    const endpoint = { kind: 'oracle', host: 'nowhere.invalid', port: 1521, serviceName: 'X' } as const;
    const failed = await failureOf(driver.connect(targetOf({ host: '', port: 0 }, { endpoint }), quiet));
    expect(failed.code).toBe('db.unknown-host');
  });

  it.each([
    ['says nothing', { kind: 'mute' }],
    ['accepts and never answers the logon', { kind: 'swallow-logon' }],
  ] as const)('a listener that %s, within the limit, and the socket is ended', (_, fault) =>
    withListener({ execute: thousandRows, faults: [fault] }, async (listener) => {
      const failed = await failureOf(driver.connect(targetOf(listener, { connectTimeoutMs: 150 }), quiet));
      expect(failed).toMatchObject({ code: 'db.unreachable' });
      expect(failed.message).toContain('0.15 s');
      await until(() => listener.sessions().length === 0);
    }),
  );

  it('an end of the socket that nobody answers does not stay open', async () => {
    const sockets = new Set<unknown>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
      socket.resume();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const controller = new AbortController();
    const connecting = driver.connect(targetOf({ host: '127.0.0.1', port }), controller.signal);
    await until(() => sockets.size === 1);
    abort(controller, { kind: 'cancel', by: 'a test' });
    await expect(connecting).rejects.toEqual(new AbortedError({ kind: 'cancel', by: 'a test' }));
    await until(() => sockets.size === 0);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('a query that does not succeed is told as what it is', () => {
  it.each([
    ['execute', 942, 'sql.denied'],
    ['execute', 1555, 'db.snapshot-too-old'],
    ['fetch', 1555, 'db.snapshot-too-old'],
    ['fetch', 28, 'db.session-killed'],
    ['fetch', 3113, 'db.connection-lost'],
    ['execute', 3135, 'db.connection-lost'],
    ['fetch', 1012, 'db.connection-lost'],
    ['fetch', 1089, 'db.unreachable'],
    ['execute', 600, 'db.error'],
    ['execute', 4031, 'db.error'],
    ['parse', 936, 'sql.invalid'],
    ['execute', 1722, 'sql.invalid'],
    ['fetch', 2396, 'db.session-killed'],
  ] as const)('at %s, ORA-%i is %s', (stage, code, expected) =>
    withListener({ execute: thousandRows, faults: [{ kind: 'error', stage, code, afterRows: 1200 }] }, (listener) =>
      connected(targetOf(listener), async (connection) => {
        const failed = await failureOf(columnsOf(connection, anyQuery));
        expect(failed).toMatchObject({ code: expected, vendorCode: `ORA-${String(code).padStart(5, '0')}` });
        expect(failed.detail).not.toContain('https://');
      }),
    ),
  );

  it.each(['fin', 'rst', 'truncate'] as const)('a connection cut between the rows (%s) is lost, never the end of the rows', (how) =>
    withListener({ execute: thousandRows, faults: [{ kind: 'cut', afterRows: 2500, how }] }, (listener) =>
      connected(targetOf(listener), async (connection) => {
        expect((await failureOf(columnsOf(connection, anyQuery))).code).toBe('db.connection-lost');
      }),
    ),
  );

  it('a mistake shows its place in the file, also behind the tag and inside the statement around it', () => {
    const sql = 'SELECT user_id,\n       change_date\n  FROM email_changes';
    // The database sees another text; its offset is where the word stands in that text.
    const failing = (sent: string): never => {
      throw new OraError(904, { position: sent.indexOf('change_date\n') });
    };
    return withListener(
      { execute: (request, signal) => (request.describeOnly ? thousandRows(request, signal) : failing(request.sql)) },
      (listener) =>
        connected(targetOf(listener), async (connection) => {
          const failed = await failureOf(connection.query(statementOf(sql), quiet));
          expect(failed.message).toContain('(line 2, column 8)');
          listener.setFault({
            kind: 'error',
            stage: 'parse',
            code: 942,
            position: `${sql.slice(0, 6)} /* cam:run-1:client_activity/emails */${sql.slice(6)}`.indexOf('email_'),
          });
          expect((await failureOf(connection.describe(statementOf(sql), quiet))).message).toContain('(line 3, column 8)');
        }),
    );
  });

  it('a bind without a value is refused before anything is sent', () =>
    withListener({ execute: thousandRows }, (listener) =>
      connected(targetOf(listener), async (connection) => {
        const failed = await failureOf(connection.query(statementOf('SELECT * FROM t WHERE x = :region'), quiet));
        expect(failed).toMatchObject({ code: 'sql.binds' });
        expect(failed.message).toContain(':region');
      }),
    ));
});

describe('binds', () => {
  it('bind whole seconds as DATE in the zone of the database, and fractions as text that becomes a TIMESTAMP', async () => {
    const seen: unknown[] = [];
    const execute = rowGenerator({ columns: twoColumns, rows: 0, row: () => [] });
    await withListener(
      {
        execute: (request, signal) => {
          if (!request.describeOnly) seen.push({ binds: request.binds, cast: request.sql.includes('CAST(:start_date AS TIMESTAMP)') });
          return execute(request, signal);
        },
      },
      (listener) =>
        connected(targetOf(listener, { zone: 'Europe/Berlin' }), async (connection) => {
          const sql = 'SELECT user_id, change_date FROM t WHERE change_date >= :start_date AND :START_DATE IS NOT NULL';
          for (const instant of ['2026-07-01T10:20:30.000000Z', '2026-07-01T10:20:30.000001Z']) {
            await columnsOf(connection, statementOf(sql, { start_date: { kind: 'instant', instant } }));
          }
        }),
    );
    const micros = BigInt(Date.UTC(2026, 6, 1, 12, 20, 30)) * 1000n;
    const text = { name: 'START_DATE', kind: 'text', value: '2026-07-01 12:20:30.000001' };
    expect(seen).toEqual([
      { binds: [1, 2].map(() => ({ name: 'START_DATE', kind: 'timestamp', micros })), cast: false },
      { binds: [text, text], cast: true },
    ]);
  });

  it('send numbers, texts, yes and no, and nothing with their types', async () => {
    const seen: unknown[] = [];
    const execute = rowGenerator({ columns: twoColumns, rows: 0, row: () => [] });
    await withListener(
      {
        execute: (request, signal) => {
          if (!request.describeOnly) seen.push(...request.binds);
          return execute(request, signal);
        },
      },
      (listener) =>
        connected(targetOf(listener), async (connection) => {
          const sql = 'SELECT user_id, change_date FROM t WHERE a = :a AND b = :b AND c = :c AND d = :d';
          const binds = {
            a: { kind: 'value', value: 0.1 },
            b: { kind: 'value', value: 'ü' },
            c: { kind: 'value', value: true },
            d: { kind: 'value', value: null },
            unused: { kind: 'value', value: 'never sent' },
          } as const;
          await columnsOf(connection, statementOf(sql, binds));
        }),
    );
    expect(seen).toEqual([
      { name: 'A', kind: 'number', value: '0.1' },
      { name: 'B', kind: 'text', value: 'ü' },
      { name: 'C', kind: 'number', value: '1' },
      { name: 'D', kind: 'null' },
    ]);
  });
});

describe('closing', () => {
  it('says goodbye, and the session is gone', () =>
    withListener({ execute: thousandRows }, async (listener) => {
      const connection = await driver.connect(targetOf(listener), quiet);
      await connection.ping(quiet);
      await connection.close('end');
      await until(() => listener.sessions().length === 0);
    }));

  it('by a cut ends a statement that hears no break, and it is told as lost, not as cancelled', () =>
    withListener({ execute: thousandRows, faults: [{ kind: 'ignore-break' }, { kind: 'slow-rows', msPerRow: 50 }] }, async (listener) => {
      const connection = await driver.connect(targetOf(listener), quiet);
      const controller = new AbortController();
      const reading = failureOf(columnsOf(connection, anyQuery, controller.signal));
      await until(() => listener.sessions()[0]?.running !== null);
      abort(controller, { kind: 'cancel', by: 'a test' });
      await sleep(50);
      expect(listener.sessions()[0]?.running).not.toBeNull();
      await connection.close('drop');
      expect((await reading).code).toBe('db.connection-lost');
      await until(() => listener.sessions().length === 0);
    }));
});
