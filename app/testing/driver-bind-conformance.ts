/** What every driver must do with the values that a statement is given. */
import { describe, expect, it } from 'vitest';
import type { Connection, StatementBind } from '../drivers/driver.ts';
import { type Binds, type DriverScene, readAll, rejection, statementOf } from './driver-scene.ts';

/** Runs the tests. Where no statement is understood lists are left out, because nothing is looked for. */
export function describeBinds(scene: DriverScene, understandsSql: boolean): void {
  describe('binds', () => {
    const values: Binds = {
      moment: { kind: 'instant', instant: '2026-07-01T10:20:30.123456Z' },
      word: { kind: 'value', value: "O'Neil ÄÖÜ € 漢字" },
      number: { kind: 'value', value: -12.5 },
      nothing: { kind: 'value', value: null },
    };

    it('takes every kind of value, in any case of the name and more than once', () =>
      scene.connected(async (connection) => {
        const { rows } = await readAll(connection, scene.subject.sql.binds, values);
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
      const { rows } = await scene.connected((connection) => readAll(connection, scene.subject.sql.binds, binds), {
        ...scene.subject.target,
        zone,
      });
      expect(rows[0]?.[0]).toBe(local);
    });

    it('refuses a statement whose bind has no value', () =>
      scene.connected(async (connection) => {
        const { nothing: _nothing, ...others } = values;
        expect(await rejection(readAll(connection, scene.subject.sql.binds, others))).toMatchObject({ failure: { code: 'sql.binds' } });
        await scene.expectUsable(connection);
      }));
  });

  describe.runIf(understandsSql)('a list of values', () => {
    const listOf = (values: readonly (string | { readonly instant: string })[]): StatementBind => ({
      kind: 'list',
      values: values.map((value) => (typeof value === 'string' ? { kind: 'value', value } : { kind: 'instant', ...value })),
    });
    const found = async (connection: Connection, sql: string, binds: Binds): Promise<readonly (string | null | undefined)[]> =>
      (await readAll(connection, sql, binds)).rows.map(([number]) => number);
    const numbered = (condition: string, rows = scene.subject.sql.rows(2000)): string =>
      `SELECT n FROM (${rows}) listed WHERE ${condition} ORDER BY n`;

    it('is compared with numbers and with texts, as many as one list may have', () =>
      scene.connected(async (connection) => {
        expect(await found(connection, numbered('n IN (:ids)'), { ids: listOf(['7']) })).toEqual(['7']);
        const thousand = Array.from({ length: 1000 }, (_, index) => String(index + 1501));
        expect(await found(connection, numbered('n IN (:ids)'), { ids: listOf(thousand) })).toEqual(thousand.slice(0, 500));
        const words = listOf(["row 12', 'row 13", 'row 11', 'row 10']);
        expect(await found(connection, numbered('label IN (:words)'), { words })).toEqual(['10', '11']);
      }));

    it('stands beside other binds, twice, and beside one with a name like its own', () =>
      scene.connected(async (connection) => {
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
      const sql = numbered('moment IN (:moments)', scene.subject.sql.times);
      expect(await scene.connected((connection) => found(connection, sql, { moments }), { ...scene.subject.target, zone })).toEqual([
        '3',
        '5',
      ]);
    });

    it('without a value is refused: a statement cannot ask for nothing', () =>
      scene.connected(async (connection) => {
        expect(await rejection(found(connection, numbered('n IN (:ids)'), { ids: listOf([]) }))).toMatchObject({
          failure: { code: 'sql.binds' },
        });
        await scene.expectUsable(connection);
      }));

    it('is described with one value that stands for all', () =>
      scene.connected(async (connection) => {
        const ids: StatementBind = { kind: 'list', values: [{ kind: 'value', value: null }] };
        const described = await connection.describe(statementOf(numbered('n IN (:ids)'), { ids }), new AbortController().signal);
        expect(described.map((column) => column.name.toUpperCase())).toEqual(['N']);
      }));
  });
}
