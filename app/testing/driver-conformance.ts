/**
 * What every driver must do, as one suite. Whoever adds a driver calls {@link describeDriver} in a test of its own and
 * supplies a database and the SQL of its dialect.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { abort, AbortedError } from '../base/abort.ts';
import { CamError } from '../model/failure.ts';
import { describeBinds } from './driver-bind-conformance.ts';
import { drainUntilError, DriverScene, readAll, rejection, statementOf } from './driver-scene.ts';
import type { DriverUnderTest } from './driver-under-test.ts';

/**
 * Runs the suite. `setup` starts whatever is needed; its `close` ends it. Where no statement is understood (`understandsSql`: false) lists
 * are left out, because nothing is looked for.
 */
export function describeDriver(name: string, setup: () => Promise<DriverUnderTest>, { understandsSql = true } = {}): void {
  describe(`driver ${name}`, () => {
    const scene = new DriverScene();
    beforeAll(async () => {
      scene.begin(await setup());
    });
    afterAll(async () => {
      await scene.subject.close();
    });

    async function expectNothingRuns(): Promise<void> {
      if (scene.subject.runningStatements !== undefined) expect(await scene.subject.runningStatements()).toBe(0);
    }

    describe('rows', () => {
      it('gives every kind of column with its values and NULLs', () =>
        scene.connected(async (connection) => {
          const { sql, columns, texts } = scene.subject.sql.kinds;
          const found = await readAll(connection, sql);
          expect(found.columns.map((column) => ({ name: column.name, kind: column.kind }))).toEqual(columns);
          expect(found.rows).toEqual([texts, texts.map(() => null)]);
        }));

      it('describes the columns of a result without rows', () =>
        scene.connected(async (connection) => {
          const found = await readAll(connection, scene.subject.sql.rows(0));
          expect(found.rows).toEqual([]);
          expect(found.columns.map((column) => column.name.toUpperCase())).toEqual(['N', 'LABEL']);
        }));

      it('gives one row', () =>
        scene.connected(async (connection) => {
          expect((await readAll(connection, scene.subject.sql.rows(1))).rows).toEqual([['1', 'row 1']]);
        }));

      it('gives 100,000 rows, each once and in order', () =>
        scene.connected(async (connection) => {
          const { rows } = await readAll(connection, scene.subject.sql.rows(100_000));
          expect(rows.length).toBe(100_000);
          expect(rows.findIndex(([number, label], index) => number !== String(index + 1) || label !== `row ${String(index + 1)}`)).toBe(-1);
        }));

      it('goes on with the next statement after a cursor that was closed early', () =>
        scene.connected(async (connection) => {
          const cursor = await connection.query(statementOf(scene.subject.sql.endless), new AbortController().signal);
          expect(await cursor.next()).toBeDefined();
          await cursor.close();
          await cursor.close();
          expect(await cursor.next()).toBeUndefined();
          await scene.expectUsable(connection);
          await expectNothingRuns();
        }));

      it('gives rows to several connections at the same time', async () => {
        const reads = [1, 2, 3].map(() => scene.connected((connection) => readAll(connection, scene.subject.sql.rows(20_000))));
        expect((await Promise.all(reads)).map(({ rows }) => rows.length)).toEqual([20_000, 20_000, 20_000]);
      });
    });

    describeBinds(scene, understandsSql);

    describe('an abort', () => {
      it('before the statement keeps it from running', () =>
        scene.connected(async (connection) => {
          const controller = new AbortController();
          abort(controller, { kind: 'cancel', by: 'a test' });
          const error = await rejection(connection.query(statementOf(scene.subject.sql.slow), controller.signal));
          expect(error).toEqual(new AbortedError({ kind: 'cancel', by: 'a test' }));
          await scene.expectUsable(connection);
        }));

      it.each([0, 1, 5, 300])('during the statement, after %i ms, ends it on the server and leaves the connection usable', (delayMs) =>
        scene.connected(async (connection) => {
          const controller = new AbortController();
          setTimeout(() => {
            abort(controller, { kind: 'cancel', by: 'a test' });
          }, delayMs);
          expect(await drainUntilError(connection, scene.subject.sql.slow, controller.signal)).toEqual(
            new AbortedError({ kind: 'cancel', by: 'a test' }),
          );
          await expectNothingRuns();
          await scene.expectUsable(connection);
        }),
      );

      it('between two fetches ends the result as aborted, never as complete', () =>
        scene.connected(async (connection) => {
          const controller = new AbortController();
          const cursor = await connection.query(statementOf(scene.subject.sql.endless), controller.signal);
          expect(await cursor.next()).toBeDefined();
          abort(controller, { kind: 'timeout', afterMs: 1, what: 'attempt' });
          expect(await rejection(cursor.next())).toEqual(new AbortedError({ kind: 'timeout', afterMs: 1, what: 'attempt' }));
          await cursor.close();
          await expectNothingRuns();
          await scene.expectUsable(connection);
        }));

      it('during a fetch ends the result as aborted, never as complete', () =>
        scene.connected(async (connection) => {
          const controller = new AbortController();
          setTimeout(() => {
            abort(controller, { kind: 'timeout', afterMs: 100, what: 'attempt' });
          }, 100);
          expect(await drainUntilError(connection, scene.subject.sql.endless, controller.signal)).toEqual(
            new AbortedError({ kind: 'timeout', afterMs: 100, what: 'attempt' }),
          );
          await expectNothingRuns();
          await scene.expectUsable(connection);
        }));

      it('after the end of a statement does nothing to the next', () =>
        scene.connected(async (connection) => {
          const controller = new AbortController();
          await readAll(connection, scene.subject.sql.rows(10), {}, controller.signal);
          abort(controller, { kind: 'cancel', by: 'a test' });
          await scene.expectUsable(connection);
        }));

      it('leaves the connection usable ten times in a row', () =>
        scene.connected(async (connection) => {
          for (let round = 0; round < 10; round++) {
            const controller = new AbortController();
            const reading = drainUntilError(
              connection,
              round % 2 === 0 ? scene.subject.sql.slow : scene.subject.sql.endless,
              controller.signal,
            );
            setTimeout(() => {
              abort(controller, { kind: 'cancel', by: 'a test' });
            }, round * 3);
            expect(await reading).toBeInstanceOf(AbortedError);
            await scene.expectUsable(connection);
          }
          await expectNothingRuns();
        }));

      it('before connecting keeps the driver from connecting', async () => {
        const controller = new AbortController();
        abort(controller, { kind: 'shutdown' });
        expect(await rejection(scene.subject.driver.connect(scene.subject.target, controller.signal))).toEqual(
          new AbortedError({ kind: 'shutdown' }),
        );
      });
    });

    describe('a failure', () => {
      it.each(['missingTable', 'badSyntax', 'failsMidway'] as const)('is classified, and the connection stays usable: %s', (which) =>
        scene.connected(async (connection) => {
          const { sql, code, place } = scene.subject.sql[which];
          const error = await rejection(readAll(connection, sql));
          if (!(error instanceof CamError)) throw new Error(`expected a CamError, got ${String(error)}`);
          expect(error.failure.code).toBe(code);
          if (place !== undefined) expect(error.failure.message).toContain(place);
          await scene.expectUsable(connection);
        }),
      );

      it('of a result that has begun is thrown, never taken for its end', () =>
        scene.connected(async (connection) => {
          const cursor = await connection.query(statementOf(scene.subject.sql.failsMidway.sql), new AbortController().signal);
          expect(await cursor.next()).toBeDefined();
          const drain = async (): Promise<void> => {
            while ((await cursor.next()) !== undefined);
          };
          expect(await rejection(drain())).toBeInstanceOf(CamError);
          expect(await cursor.next()).toBeUndefined();
        }));

      it('to connect is classified', async () => {
        const { target, code } = scene.subject.unreachable;
        expect(await rejection(scene.subject.driver.connect(target, new AbortController().signal))).toMatchObject({ failure: { code } });
      });
    });

    describe('a session', () => {
      it('describes a statement without running it', () =>
        scene.connected(async (connection) => {
          const { signal } = new AbortController();
          const { sql, columns } = scene.subject.sql.kinds;
          const described = await connection.describe(statementOf(sql), signal);
          expect(described.map((column) => ({ name: column.name, kind: column.kind }))).toEqual(columns);
          await connection.describe(statementOf(scene.subject.sql.slow), signal);
          expect(await rejection(connection.describe(statementOf(scene.subject.sql.missingTable.sql), signal))).toMatchObject({
            failure: { code: scene.subject.sql.missingTable.code },
          });
          await scene.expectUsable(connection);
        }));

      it('answers a ping', () =>
        scene.connected(async (connection) => {
          await connection.ping(new AbortController().signal);
          await scene.expectUsable(connection);
        }));

      it('says where it is connected to, without secrets', () =>
        scene.connected(async (connection) => {
          expect(connection.endpoint).not.toBe('');
          if (scene.subject.target.password !== undefined) expect(connection.endpoint).not.toContain(scene.subject.target.password);
        }));

      it('can be closed twice, and refuses a statement afterwards', async () => {
        const connection = await scene.subject.driver.connect(scene.subject.target, new AbortController().signal);
        await connection.close('end');
        await connection.close('end');
        await connection.close('drop');
        expect(await rejection(readAll(connection, scene.subject.sql.rows(1)))).toMatchObject({ failure: { code: 'db.connection-lost' } });
      });

      it('that is dropped ends what runs on it', async () => {
        const connection = await scene.subject.driver.connect(scene.subject.target, new AbortController().signal);
        const reading = drainUntilError(connection, scene.subject.sql.slow, new AbortController().signal);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await connection.close('drop');
        expect(await reading).toBeInstanceOf(CamError);
      });
    });
  });
}
