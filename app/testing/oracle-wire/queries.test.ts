import oracledb from 'oracledb';
import { describe, expect, it } from 'vitest';
import { type Execute } from './backend.ts';
import { type WireBind } from './binds.ts';
import { type WireColumn } from './columns.ts';
import { OraError } from './ora-error.ts';
import { rowGenerator } from './row-generator.ts';
import { allProfiles, fixedRows, rejection, withConnection, withListener } from './wire-test.ts';

const counted: readonly WireColumn[] = [
  { name: 'N', type: 'number', precision: 10, scale: 0 },
  { name: 'TEXT', type: 'varchar', size: 40 },
];

/** Remembers the binds it was called with. */
function bindRecorder(): { readonly execute: Execute; readonly seen: (readonly WireBind[])[] } {
  const seen: (readonly WireBind[])[] = [];
  return {
    seen,
    execute: ({ binds, sql }) => {
      seen.push(binds);
      return sql.startsWith('insert')
        ? { kind: 'done', rowsAffected: 1 }
        : { kind: 'rows', columns: [{ name: 'N', type: 'number' }], rows: [[[binds.length]]] };
    },
  };
}

describe.each(allProfiles)('queries on a %s server', (profile) => {
  it('describes columns with name, type, size, precision, scale and nullability', () =>
    withListener(
      {
        profile,
        execute: fixedRows(
          [
            { name: 'ID', type: 'number', precision: 12, scale: 2, nullable: false },
            { name: 'FREE', type: 'number' },
            { name: 'Mixed', type: 'varchar', size: 77 },
            { name: 'AT', type: 'timestamp', scale: 3 },
            { name: 'ON_DAY', type: 'date' },
          ],
          [],
        ),
      },
      async (listener) => {
        await withConnection(listener, async (connection) => {
          const info = await connection.getStatementInfo('select * from t where x = :x');
          expect(info.bindNames).toEqual(['X']);
          expect(info.metaData).toMatchObject([
            { name: 'ID', dbTypeName: 'NUMBER', precision: 12, scale: 2, nullable: false },
            { name: 'FREE', dbTypeName: 'NUMBER', precision: 0, scale: -127, nullable: true },
            { name: 'Mixed', dbTypeName: 'VARCHAR2', byteSize: 77 },
            { name: 'AT', dbTypeName: 'TIMESTAMP', precision: 3 },
            { name: 'ON_DAY', dbTypeName: 'DATE' },
          ]);
          expect(listener.statements()).toEqual([]);
        });
      },
    ));

  it('returns 100,000 rows exactly, in many fetches', () =>
    withListener(
      { profile, execute: rowGenerator({ columns: counted, rows: 100_000, row: (n) => [n, `row ${String(n)}`] }) },
      async (listener) => {
        await withConnection(listener, async (connection) => {
          const { resultSet } = await connection.execute('select n, text from t', [], {
            resultSet: true,
            fetchArraySize: 997,
            prefetchRows: 10,
          });
          let next = 0;
          for (let rows = await resultSet!.getRows(997); rows.length > 0; rows = await resultSet!.getRows(997)) {
            for (const row of rows as [number, string][]) {
              if (row[0] !== next || row[1] !== `row ${String(next)}`) expect(row).toEqual([next, `row ${String(next)}`]);
              next += 1;
            }
          }
          expect(next).toBe(100_000);
          await resultSet!.close();
          expect(listener.sessions()[0]?.openResults).toEqual([]);
        });
      },
    ));

  it('returns no rows, one row, exactly a fetch and one more than a fetch', () =>
    withListener(
      {
        profile,
        execute: ({ sql, describeOnly }) =>
          rowGenerator({ columns: counted, rows: Number(/\d+/.exec(sql)?.[0]), row: (n) => [n, null] })(
            { sql, describeOnly, binds: [], session: { id: 1, user: '', schema: '', parameters: new Map(), hasBoolean: false } },
            new AbortController().signal,
          ),
      },
      async (listener) => {
        await withConnection(listener, async (connection) => {
          for (const rows of [0, 1, 10, 11, 20, 21]) {
            const result = await connection.execute(`select ${String(rows)} from t`, [], { fetchArraySize: 10, prefetchRows: 10 });
            expect(result.rows).toHaveLength(rows);
          }
        });
      },
    ));

  it('runs a cached statement again without describing it, and anew when its columns have changed', () => {
    let columns: readonly WireColumn[] = [{ name: 'A', type: 'number' }];
    const execute: Execute = () => ({ kind: 'rows', columns, rows: [[columns.map((_, index) => index)]] });
    return withListener({ profile, execute }, async (listener) => {
      await withConnection(listener, async (connection) => {
        for (let again = 0; again < 3; again += 1) expect((await connection.execute('select * from t')).rows).toEqual([[0]]);
        columns = [
          { name: 'A', type: 'number' },
          { name: 'B', type: 'number' },
        ];
        const changed = await connection.execute('select * from t');
        expect(changed.rows).toEqual([[0, 1]]);
        expect(changed.metaData).toHaveLength(2);
      });
    });
  });

  it('sees a bind once per occurrence, by name, and none in literals, comments and quoted names', () => {
    const { execute, seen } = bindRecorder();
    return withListener({ profile, execute }, async (listener) => {
      await withConnection(listener, async (connection) => {
        await connection.execute(
          `select /* :no */ ':no' a, q'[it's :no]' b, ":no" c -- :no
           from t where x = :first and y = :Second and z = :first`,
          { first: 1, second: 'two' },
        );
        expect(seen[0]).toEqual([
          { name: 'FIRST', kind: 'number', value: '1' },
          { name: 'SECOND', kind: 'text', value: 'two' },
          { name: 'FIRST', kind: 'number', value: '1' },
        ]);
      });
    });
  });

  it('sees binds of every type, NULL among them, and again on a re-execution', () => {
    const { execute, seen } = bindRecorder();
    return withListener({ profile, execute }, async (listener) => {
      await withConnection(listener, async (connection) => {
        const at = new Date(2026, 10, 21, 1, 2, 3, 456);
        const binds = {
          a: -12.5,
          b: 'grüße ✓',
          c: { val: at, type: oracledb.DB_TYPE_TIMESTAMP },
          d: { val: at, type: oracledb.DB_TYPE_DATE },
          e: { val: at, type: oracledb.DB_TYPE_TIMESTAMP_TZ },
          f: Buffer.from([1, 2, 3]),
          g: { val: null, type: oracledb.DB_TYPE_VARCHAR },
          h: { val: 0.1, type: oracledb.DB_TYPE_BINARY_DOUBLE },
          i: { val: 'ñ', type: oracledb.DB_TYPE_NVARCHAR },
          j: 'x'.repeat(40_000),
          k: true,
        };
        const sql = 'select count(*) from t where x in (:a, :b, :c, :d, :e, :f, :g, :h, :i, :j, :k)';
        await connection.execute(sql, binds);
        await connection.execute(sql, { ...binds, a: 7 });
        const wall = BigInt(Date.UTC(2026, 10, 21, 1, 2, 3)) * 1000n;
        const expected: WireBind[] = [
          { name: 'A', kind: 'number', value: '-12.5' },
          { name: 'B', kind: 'text', value: 'grüße ✓' },
          { name: 'C', kind: 'timestamp', micros: wall + 456_000n },
          { name: 'D', kind: 'timestamp', micros: wall },
          { name: 'E', kind: 'instant', micros: BigInt(at.getTime()) * 1000n },
          { name: 'F', kind: 'bytes', value: Buffer.from([1, 2, 3]) },
          { name: 'G', kind: 'null' },
          { name: 'H', kind: 'double', value: 0.1 },
          { name: 'I', kind: 'text', value: 'ñ' },
          { name: 'J', kind: 'text', value: 'x'.repeat(40_000) },
          { name: 'K', kind: 'boolean', value: true },
        ];
        expect(seen).toEqual([expected, expected.map((bind) => (bind.name === 'A' ? { ...bind, value: '7' } : bind))]);
      });
    });
  });

  it('runs a change once per row of binds and counts what it changed', () => {
    const { execute, seen } = bindRecorder();
    return withListener({ profile, execute }, async (listener) => {
      await withConnection(listener, async (connection) => {
        const result = await connection.executeMany('insert into t values (:1, :2)', [
          [1, 'a'],
          [2, 'b'],
          [3, null],
        ]);
        expect(result.rowsAffected).toBe(3);
        expect(seen).toHaveLength(3);
        expect(listener.sessions()[0]?.transaction).toBe('read write');
        await connection.commit();
        expect(listener.sessions()[0]?.transaction).toBe('none');
      });
    });
  });

  it('tells an error with its number, its text and its place, and goes on', () => {
    const execute: Execute = ({ sql }) => {
      if (sql.includes('nosuch')) throw new OraError(942, { position: 14 });
      if (sql.includes('broken')) throw new Error('the backend broke');
      return { kind: 'rows', columns: counted, rows: [[[1, 'one']]] };
    };
    return withListener({ profile, execute }, async (listener) => {
      await withConnection(listener, async (connection) => {
        for (const attempt of [
          () => connection.execute('select * from nosuch'),
          () => connection.getStatementInfo('select * from nosuch'),
        ]) {
          expect(await rejection(attempt())).toMatchObject({ code: 'ORA-00942', errorNum: 942, offset: 14 });
        }
        expect((await rejection(connection.execute('select broken from t'))).message).toContain('ORA-20999: the backend broke');
        expect((await connection.execute('select 1 from t')).rows).toEqual([[1, 'one']]);
      });
    });
  });

  it('a value that cannot be sent fails the fetch and leaves the connection usable', () => {
    let value: string | number = 'not a number';
    const execute: Execute = () => ({ kind: 'rows', columns: [{ name: 'N', type: 'number' }], rows: [[[1], [value], [3]]] });
    return withListener({ profile, execute }, async (listener) => {
      await withConnection(listener, async (connection) => {
        expect((await rejection(connection.execute('select n from t'))).message).toContain('ORA-20999: not a number');
        value = 2;
        expect((await connection.execute('select n from t')).rows).toEqual([[1], [2], [3]]);
      });
    });
  });

  it.each([512, 777, 8192])('cuts responses at an SDU of %i wherever that falls', (sdu) =>
    withListener(
      {
        profile,
        execute: rowGenerator({ columns: counted, rows: 400, row: (n) => [n * 1_000_003, 'äöü'.repeat(n % 120)] }),
        maxSdu: sdu,
      },
      async (listener) => {
        await withConnection(listener, async (connection) => {
          const { rows } = await connection.execute('select n, text from t', [], { fetchArraySize: 150, prefetchRows: 150 });
          expect(rows).toEqual(Array.from({ length: 400 }, (_, n) => [n * 1_000_003, n % 120 === 0 ? null : 'äöü'.repeat(n % 120)]));
        });
      },
    ),
  );

  it('takes a larger SDU where the client asks for one', () =>
    withListener(
      { profile, execute: rowGenerator({ columns: counted, rows: 5000, row: (n) => [n, 'x'.repeat(100)] }) },
      async (listener) => {
        const connection = await oracledb.getConnection({
          user: 'scott',
          password: 'tiger',
          connectString: `${listener.connectString}?sdu=65536`,
        });
        expect((await connection.execute('select n, text from t', [], { fetchArraySize: 5000, prefetchRows: 5000 })).rows).toHaveLength(
          5000,
        );
        await connection.close();
      },
    ));

  it('closes a result that is left early, at the next call', () => {
    const closed: string[] = [];
    const execute: Execute = ({ sql }) => ({
      kind: 'rows',
      columns: [{ name: 'N', type: 'number' }],
      rows: (function* () {
        try {
          for (let n = 0; ; n += 1) yield [[n]];
        } finally {
          closed.push(sql);
        }
      })(),
    });
    return withListener({ profile, execute }, async (listener) => {
      await withConnection(listener, async (connection) => {
        const { resultSet } = await connection.execute('select endless from t', [], { resultSet: true });
        await resultSet!.getRows(5);
        expect(listener.sessions()[0]?.openResults).toEqual(['select endless from t']);
        await resultSet!.close();
        await connection.ping();
        expect(listener.sessions()[0]?.openResults).toEqual([]);
        expect(closed).toEqual(['select endless from t']);
      });
    });
  });

  it('serves two pools side by side, each with its own rows', () =>
    withListener({ profile, execute: rowGenerator({ columns: counted, rows: 3000, row: (n) => [n, 'left'] }) }, (left) =>
      withListener({ profile, execute: rowGenerator({ columns: counted, rows: 3000, row: (n) => [n, 'right'] }) }, async (right) => {
        const pools = await Promise.all(
          [left, right].map(({ connectString }) =>
            oracledb.createPool({ user: 'scott', password: 'tiger', connectString, poolMin: 0, poolMax: 2 }),
          ),
        );
        const work = pools.flatMap((pool, index) =>
          [0, 1, 2].map(async () => {
            const connection = await pool.getConnection();
            const { rows } = await connection.execute('select n, text from t', [], { fetchArraySize: 100 });
            expect(rows).toHaveLength(3000);
            expect(new Set((rows as [number, string][]).map((row) => row[1]))).toEqual(new Set([index === 0 ? 'left' : 'right']));
            await connection.close();
          }),
        );
        await Promise.all(work);
        for (const pool of pools) await pool.close(0);
      }),
    ));
});
