/**
 * What every driver must do, as one suite. Whoever adds a driver calls {@link describeDriver} in a test of its own and
 * supplies a database and the SQL of its dialect.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { abort, AbortedError } from '../base/abort.ts';
import type { Connection, ConnectTarget, Driver, Statement, StatementBind } from '../drivers/driver.ts';
import type { ColumnKind } from '../model/column.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { CamError } from '../model/failure.ts';
import { cellText } from './cell-text.ts';

/** A statement that must fail, and as what. `place` is a part of the message that tells where, in databases that tell. */
interface FailingSql {
  readonly sql: string;
  readonly code: ErrorCode;
  readonly place?: string;
}

/** SQL of the driver's dialect. */
interface ConformanceSql {
  /** Rows 1 … count in order: a whole number, and the text `row <number>`. The names are `N` and `LABEL` in any case. */
  readonly rows: (count: number) => string;
  /** Works for minutes before its first row. */
  readonly slow: string;
  /** Gives its first rows at once and more than anybody could fetch in minutes. */
  readonly endless: string;
  /** One row of values and one of NULLs: as many kinds as the database has, with the texts `cellText` makes of them. */
  readonly kinds: {
    readonly sql: string;
    readonly columns: readonly { readonly name: string; readonly kind: ColumnKind }[];
    readonly texts: readonly (string | null)[];
  };
  /** One row of `:moment` (a time), `:word`, `:WORD` again, `:number` and `:nothing`, each as a column. */
  readonly binds: string;
  /** Rows 1 … 10: the whole number `N`, and the zone-less time `MOMENT` so many seconds after 2026-01-01 00:00:00. */
  readonly times: string;
  readonly missingTable: FailingSql;
  readonly badSyntax: FailingSql;
  /** Gives at least one row before it fails. */
  readonly failsMidway: FailingSql;
}

/** A driver and a database to try it on. */
export interface DriverUnderTest {
  readonly driver: Driver;
  readonly target: ConnectTarget;
  /** A target that cannot be reached, and how that is told. */
  readonly unreachable: { readonly target: ConnectTarget; readonly code: ErrorCode };
  readonly sql: ConformanceSql;
  /** Statements that the server itself says are running, where it can be asked. */
  readonly runningStatements?: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** What a target needs besides the endpoint. */
export const plainTarget: Omit<ConnectTarget, 'endpoint'> = {
  authentication: { kind: 'none' },
  zone: 'UTC',
  connectTimeoutMs: 10_000,
  clientIdentifier: 'conformance',
  oracleClient: { traceLevel: 0 },
  options: {},
};

type Binds = Readonly<Record<string, StatementBind>>;

const statementOf = (sql: string, binds: Binds = {}): Statement => ({ sql, binds, tag: 'run-1:database/query' });

/** Whatever the promise is rejected with; `undefined` where it is not. */
async function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** All rows as text, with the columns they came in. */
async function readAll(connection: Connection, sql: string, binds: Binds = {}, signal = new AbortController().signal) {
  const cursor = await connection.query(statementOf(sql, binds), signal);
  const rows: (string | null)[][] = [];
  for (let batch = await cursor.next(); batch !== undefined; batch = await cursor.next()) {
    const { columns, rowCount } = batch;
    expect(rowCount).toBeGreaterThan(0);
    expect(columns.map((values) => values.length)).toEqual(cursor.columns.map(() => rowCount));
    for (let row = 0; row < rowCount; row++) rows.push(cursor.columns.map((column, index) => cellText(column, columns[index]![row])));
  }
  expect(await cursor.next()).toBeUndefined();
  await cursor.close();
  return { columns: cursor.columns, rows };
}

/** Fetches until the abort is heard; the error that ends it. */
async function drainUntilError(connection: Connection, sql: string, signal: AbortSignal): Promise<unknown> {
  return rejection(readAll(connection, sql, {}, signal));
}

/**
 * Runs the suite. `setup` starts whatever is needed; its `close` ends it. Where no statement is understood (`understandsSql`: false) lists
 * are left out, because nothing is looked for.
 */
export function describeDriver(name: string, setup: () => Promise<DriverUnderTest>, { understandsSql = true } = {}): void {
  describe(`driver ${name}`, () => {
    let subject: DriverUnderTest;
    beforeAll(async () => {
      subject = await setup();
    });
    afterAll(async () => {
      await subject.close();
    });

    /** Runs with a connection that is closed in any case. */
    async function connected<T>(work: (connection: Connection) => Promise<T>, target = subject.target): Promise<T> {
      const connection = await subject.driver.connect(target, new AbortController().signal);
      try {
        return await work(connection);
      } finally {
        await connection.close('end');
      }
    }

    async function expectUsable(connection: Connection): Promise<void> {
      expect((await readAll(connection, subject.sql.rows(2))).rows).toEqual([
        ['1', 'row 1'],
        ['2', 'row 2'],
      ]);
    }

    async function expectNothingRuns(): Promise<void> {
      if (subject.runningStatements !== undefined) expect(await subject.runningStatements()).toBe(0);
    }

    describe('rows', () => {
      it('gives every kind of column with its values and NULLs', () =>
        connected(async (connection) => {
          const { sql, columns, texts } = subject.sql.kinds;
          const found = await readAll(connection, sql);
          expect(found.columns.map((column) => ({ name: column.name, kind: column.kind }))).toEqual(columns);
          expect(found.rows).toEqual([texts, texts.map(() => null)]);
        }));

      it('describes the columns of a result without rows', () =>
        connected(async (connection) => {
          const found = await readAll(connection, subject.sql.rows(0));
          expect(found.rows).toEqual([]);
          expect(found.columns.map((column) => column.name.toUpperCase())).toEqual(['N', 'LABEL']);
        }));

      it('gives one row', () =>
        connected(async (connection) => {
          expect((await readAll(connection, subject.sql.rows(1))).rows).toEqual([['1', 'row 1']]);
        }));

      it('gives 100,000 rows, each once and in order', () =>
        connected(async (connection) => {
          const { rows } = await readAll(connection, subject.sql.rows(100_000));
          expect(rows.length).toBe(100_000);
          expect(rows.findIndex(([number, label], index) => number !== String(index + 1) || label !== `row ${String(index + 1)}`)).toBe(-1);
        }));

      it('goes on with the next statement after a cursor that was closed early', () =>
        connected(async (connection) => {
          const cursor = await connection.query(statementOf(subject.sql.endless), new AbortController().signal);
          expect(await cursor.next()).toBeDefined();
          await cursor.close();
          await cursor.close();
          expect(await cursor.next()).toBeUndefined();
          await expectUsable(connection);
          await expectNothingRuns();
        }));

      it('gives rows to several connections at the same time', async () => {
        const reads = [1, 2, 3].map(() => connected((connection) => readAll(connection, subject.sql.rows(20_000))));
        expect((await Promise.all(reads)).map(({ rows }) => rows.length)).toEqual([20_000, 20_000, 20_000]);
      });
    });

    describe('binds', () => {
      const values: Binds = {
        moment: { kind: 'instant', instant: '2026-07-01T10:20:30.123456Z' },
        word: { kind: 'value', value: "O'Neil ÄÖÜ € 漢字" },
        number: { kind: 'value', value: -12.5 },
        nothing: { kind: 'value', value: null },
      };

      it('takes every kind of value, in any case of the name and more than once', () =>
        connected(async (connection) => {
          const { rows } = await readAll(connection, subject.sql.binds, values);
          const word = "O'Neil ÄÖÜ € 漢字";
          expect(rows).toEqual([['2026-07-01 10:20:30.123456', word, word, '-12.5', null]]);
        }));

      it.each([
        ['UTC', '2026-07-01T10:20:30.123456Z', '2026-07-01 10:20:30.123456'],
        ['Europe/Berlin', '2026-07-01T10:20:30.123456Z', '2026-07-01 12:20:30.123456'],
        ['Europe/Berlin', '2026-01-01T10:20:30.000000Z', '2026-01-01 11:20:30.000000'],
        ['America/New_York', '2026-01-01T02:00:00.000001Z', '2025-12-31 21:00:00.000001'],
        ['Asia/Kolkata', '2026-01-01T00:00:00.000000Z', '2026-01-01 05:30:00.000000'],
      ])('binds an instant as the wall clock of %s: %s', async (zone, instant, local) => {
        const binds: Binds = { ...values, moment: { kind: 'instant', instant } };
        const { rows } = await connected((connection) => readAll(connection, subject.sql.binds, binds), { ...subject.target, zone });
        expect(rows[0]?.[0]).toBe(local);
      });

      it('refuses a statement whose bind has no value', () =>
        connected(async (connection) => {
          const { nothing: _nothing, ...others } = values;
          expect(await rejection(readAll(connection, subject.sql.binds, others))).toMatchObject({ failure: { code: 'sql.binds' } });
          await expectUsable(connection);
        }));
    });

    describe.runIf(understandsSql)('a list of values', () => {
      const listOf = (values: readonly (string | { readonly instant: string })[]): StatementBind => ({
        kind: 'list',
        values: values.map((value) => (typeof value === 'string' ? { kind: 'value', value } : { kind: 'instant', ...value })),
      });
      const found = async (connection: Connection, sql: string, binds: Binds): Promise<readonly (string | null | undefined)[]> =>
        (await readAll(connection, sql, binds)).rows.map(([number]) => number);
      const numbered = (condition: string, rows = subject.sql.rows(2000)): string =>
        `SELECT n FROM (${rows}) listed WHERE ${condition} ORDER BY n`;

      it('is compared with numbers and with texts, as many as one list may have', () =>
        connected(async (connection) => {
          expect(await found(connection, numbered('n IN (:ids)'), { ids: listOf(['7']) })).toEqual(['7']);
          const thousand = Array.from({ length: 1000 }, (_, index) => String(index + 1501));
          expect(await found(connection, numbered('n IN (:ids)'), { ids: listOf(thousand) })).toEqual(thousand.slice(0, 500));
          const words = listOf(["row 12', 'row 13", 'row 11', 'row 10']);
          expect(await found(connection, numbered('label IN (:words)'), { words })).toEqual(['10', '11']);
        }));

      it('stands beside other binds, twice, and beside one with a name like its own', () =>
        connected(async (connection) => {
          const sql = numbered('n IN (:ids) AND n IN (:IDS) AND label IN (:v0_1, :word)');
          const binds: Binds = {
            ids: listOf(['1', '2', '3']),
            v0_1: { kind: 'value', value: 'row 2' },
            word: { kind: 'value', value: 'row 3' },
          };
          expect(await found(connection, sql, binds)).toEqual(['2', '3']);
        }));

      it.each(['UTC', 'Europe/Berlin'])('of moments is compared with times of %s, with and without a fraction', async (zone) => {
        const moments = listOf(
          (zone === 'UTC' ? ['2026-01-01T00:00:03', '2026-01-01T00:00:05'] : ['2025-12-31T23:00:03', '2025-12-31T23:00:05']).flatMap(
            (second) => [{ instant: `${second}.000000Z` }, { instant: `${second}.500000Z` }],
          ),
        );
        const sql = numbered('moment IN (:moments)', subject.sql.times);
        expect(await connected((connection) => found(connection, sql, { moments }), { ...subject.target, zone })).toEqual(['3', '5']);
      });

      it('without a value is refused: a statement cannot ask for nothing', () =>
        connected(async (connection) => {
          expect(await rejection(found(connection, numbered('n IN (:ids)'), { ids: listOf([]) }))).toMatchObject({
            failure: { code: 'sql.binds' },
          });
          await expectUsable(connection);
        }));

      it('is described with one value that stands for all', () =>
        connected(async (connection) => {
          const ids: StatementBind = { kind: 'list', values: [{ kind: 'value', value: null }] };
          const described = await connection.describe(statementOf(numbered('n IN (:ids)'), { ids }), new AbortController().signal);
          expect(described.map((column) => column.name.toUpperCase())).toEqual(['N']);
        }));
    });

    describe('an abort', () => {
      it('before the statement keeps it from running', () =>
        connected(async (connection) => {
          const controller = new AbortController();
          abort(controller, { kind: 'cancel', by: 'a test' });
          const error = await rejection(connection.query(statementOf(subject.sql.slow), controller.signal));
          expect(error).toEqual(new AbortedError({ kind: 'cancel', by: 'a test' }));
          await expectUsable(connection);
        }));

      it.each([0, 1, 5, 300])('during the statement, after %i ms, ends it on the server and leaves the connection usable', (delayMs) =>
        connected(async (connection) => {
          const controller = new AbortController();
          setTimeout(() => {
            abort(controller, { kind: 'cancel', by: 'a test' });
          }, delayMs);
          expect(await drainUntilError(connection, subject.sql.slow, controller.signal)).toEqual(
            new AbortedError({ kind: 'cancel', by: 'a test' }),
          );
          await expectNothingRuns();
          await expectUsable(connection);
        }),
      );

      it('between two fetches ends the result as aborted, never as complete', () =>
        connected(async (connection) => {
          const controller = new AbortController();
          const cursor = await connection.query(statementOf(subject.sql.endless), controller.signal);
          expect(await cursor.next()).toBeDefined();
          abort(controller, { kind: 'timeout', afterMs: 1, what: 'attempt' });
          expect(await rejection(cursor.next())).toEqual(new AbortedError({ kind: 'timeout', afterMs: 1, what: 'attempt' }));
          await cursor.close();
          await expectNothingRuns();
          await expectUsable(connection);
        }));

      it('during a fetch ends the result as aborted, never as complete', () =>
        connected(async (connection) => {
          const controller = new AbortController();
          setTimeout(() => {
            abort(controller, { kind: 'timeout', afterMs: 100, what: 'attempt' });
          }, 100);
          expect(await drainUntilError(connection, subject.sql.endless, controller.signal)).toEqual(
            new AbortedError({ kind: 'timeout', afterMs: 100, what: 'attempt' }),
          );
          await expectNothingRuns();
          await expectUsable(connection);
        }));

      it('after the end of a statement does nothing to the next', () =>
        connected(async (connection) => {
          const controller = new AbortController();
          await readAll(connection, subject.sql.rows(10), {}, controller.signal);
          abort(controller, { kind: 'cancel', by: 'a test' });
          await expectUsable(connection);
        }));

      it('leaves the connection usable ten times in a row', () =>
        connected(async (connection) => {
          for (let round = 0; round < 10; round++) {
            const controller = new AbortController();
            const reading = drainUntilError(connection, round % 2 === 0 ? subject.sql.slow : subject.sql.endless, controller.signal);
            setTimeout(() => {
              abort(controller, { kind: 'cancel', by: 'a test' });
            }, round * 3);
            expect(await reading).toBeInstanceOf(AbortedError);
            await expectUsable(connection);
          }
          await expectNothingRuns();
        }));

      it('before connecting keeps the driver from connecting', async () => {
        const controller = new AbortController();
        abort(controller, { kind: 'shutdown' });
        expect(await rejection(subject.driver.connect(subject.target, controller.signal))).toEqual(new AbortedError({ kind: 'shutdown' }));
      });
    });

    describe('a failure', () => {
      it.each(['missingTable', 'badSyntax', 'failsMidway'] as const)('is classified, and the connection stays usable: %s', (which) =>
        connected(async (connection) => {
          const { sql, code, place } = subject.sql[which];
          const error = await rejection(readAll(connection, sql));
          if (!(error instanceof CamError)) throw new Error(`expected a CamError, got ${String(error)}`);
          expect(error.failure.code).toBe(code);
          if (place !== undefined) expect(error.failure.message).toContain(place);
          await expectUsable(connection);
        }),
      );

      it('of a result that has begun is thrown, never taken for its end', () =>
        connected(async (connection) => {
          const cursor = await connection.query(statementOf(subject.sql.failsMidway.sql), new AbortController().signal);
          expect(await cursor.next()).toBeDefined();
          const drain = async (): Promise<void> => {
            while ((await cursor.next()) !== undefined);
          };
          expect(await rejection(drain())).toBeInstanceOf(CamError);
          expect(await cursor.next()).toBeUndefined();
        }));

      it('to connect is classified', async () => {
        const { target, code } = subject.unreachable;
        expect(await rejection(subject.driver.connect(target, new AbortController().signal))).toMatchObject({ failure: { code } });
      });
    });

    describe('a session', () => {
      it('describes a statement without running it', () =>
        connected(async (connection) => {
          const { signal } = new AbortController();
          const { sql, columns } = subject.sql.kinds;
          const described = await connection.describe(statementOf(sql), signal);
          expect(described.map((column) => ({ name: column.name, kind: column.kind }))).toEqual(columns);
          await connection.describe(statementOf(subject.sql.slow), signal);
          expect(await rejection(connection.describe(statementOf(subject.sql.missingTable.sql), signal))).toMatchObject({
            failure: { code: subject.sql.missingTable.code },
          });
          await expectUsable(connection);
        }));

      it('answers a ping', () =>
        connected(async (connection) => {
          await connection.ping(new AbortController().signal);
          await expectUsable(connection);
        }));

      it('says where it is connected to, without secrets', () =>
        connected(async (connection) => {
          expect(connection.endpoint).not.toBe('');
          if (subject.target.password !== undefined) expect(connection.endpoint).not.toContain(subject.target.password);
        }));

      it('can be closed twice, and refuses a statement afterwards', async () => {
        const connection = await subject.driver.connect(subject.target, new AbortController().signal);
        await connection.close('end');
        await connection.close('end');
        await connection.close('drop');
        expect(await rejection(readAll(connection, subject.sql.rows(1)))).toMatchObject({ failure: { code: 'db.connection-lost' } });
      });

      it('that is dropped ends what runs on it', async () => {
        const connection = await subject.driver.connect(subject.target, new AbortController().signal);
        const reading = drainUntilError(connection, subject.sql.slow, new AbortController().signal);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await connection.close('drop');
        expect(await reading).toBeInstanceOf(CamError);
      });
    });
  });
}
