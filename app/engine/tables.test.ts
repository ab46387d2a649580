import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Column } from '../model/column.ts';
import type { Cell } from '../model/table.ts';
import { samplePlan } from '../testing/builders.ts';
import { type EngineHarness, eventRows, type HarnessRun, type SourceRows, startEngineHarness } from '../testing/engine-harness.ts';

let engine: EngineHarness;
let runs = 0;

beforeAll(async () => {
  engine = await startEngineHarness();
});
afterAll(async () => {
  await engine.close();
});

const source = 'database_1/query';

/** A run whose only source is a raw table. */
async function rawTable(rows: SourceRows): Promise<HarnessRun> {
  const plan = samplePlan(1, { runId: `run-${String(++runs)}` });
  const run = await engine.open({ ...plan, sources: plan.sources.map((planned) => ({ ...planned, changeType: null })) });
  await engine.rpc.call('attach', {
    runId: run.plan.runId,
    source,
    ...(await spoolOf(rows)),
    columns: rows.columns,
    zone: 'UTC',
    idNormaliser: 'exact',
  });
  return run;
}

async function spoolOf(rows: SourceRows): Promise<{ readonly files: readonly string[] }> {
  const { writeSpool } = await import('../testing/engine-harness.ts');
  return { files: await writeSpool(engine.directory, rows) };
}

async function cells(run: HarnessRun, change: Parameters<HarnessRun['page']>[0] | object = {}): Promise<readonly (readonly Cell[])[]> {
  return (await run.page({ table: { kind: 'source', source }, ...change })).rows;
}

function oneColumn(kind: Column['kind'], values: readonly unknown[], name = 'value'): SourceRows {
  return { columns: [{ name, kind }], parts: [values.map((value) => [value])] };
}

describe('cells', () => {
  it('are exact text for every kind, and null for NULL', async () => {
    const run = await rawTable({
      columns: [
        { name: 'text', kind: 'text' },
        { name: 'integer', kind: 'integer' },
        { name: 'decimal', kind: 'decimal' },
        { name: 'double', kind: 'double' },
        { name: 'boolean', kind: 'boolean' },
        { name: 'timestamp', kind: 'timestamp' },
        { name: 'instant', kind: 'instant' },
      ],
      parts: [
        [
          [
            'é "x" \u{1f600}\n',
            9223372036854775807n,
            '-12345678901234567890.0123456789',
            0.1,
            true,
            '2026-11-20 14:00:00',
            '2026-11-20 14:00:00.5',
          ],
          ['', -1n, '0.10', -3, false, '0001-01-01 00:00:00', '0001-01-01 00:00:00'],
          [null, null, null, null, null, null, null],
          ['x', 0n, '5', 1.5e300, true, '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999'],
        ],
      ],
    });
    expect(await cells(run)).toEqual([
      [
        'é "x" \u{1f600}\n',
        '9223372036854775807',
        '-12345678901234567890.0123456789',
        '0.1',
        'true',
        '2026-11-20 14:00:00',
        '2026-11-20T14:00:00.500000Z',
      ],
      ['', '-1', '0.10', '-3', 'false', '0001-01-01 00:00:00', '0001-01-01T00:00:00.000000Z'],
      [null, null, null, null, null, null, null],
      ['x', '0', '5', '1.5e+300', 'true', '9999-12-31 23:59:59.999999', '9999-12-31T23:59:59.999999Z'],
    ]);
  });

  it('keep columns apart whose names are empty, alike, quoted or very long', async () => {
    const long = 'x'.repeat(128);
    const names = ['ID', 'id', 'id', '', 'a"b', "it's", '; DROP TABLE x', long, 'id_2', 'position', 'c0'];
    const run = await rawTable({
      columns: names.map((name) => ({ name, kind: 'text' })),
      parts: [[names.map((_, place) => String(place))]],
    });
    const page = await run.page({ table: { kind: 'source', source } });
    const unique = ['ID', 'id', 'id_3', 'column_4', 'a"b', "it's", '; DROP TABLE x', long, 'id_2', 'position', 'c0'];
    expect(page.columns.map((column) => column.name)).toEqual(unique);
    expect(page.rows).toEqual([names.map((_, place) => String(place))]);
    for (const [place, column] of unique.entries()) {
      const found = await run.page({
        table: { kind: 'source', source },
        sort: { column, descending: true },
        filters: [{ column, contains: String(place) }],
      });
      expect(found.matching).toBe(1);
    }
  });
});

describe('sorting', () => {
  const sorted = async (rows: SourceRows, descending: boolean): Promise<readonly Cell[]> =>
    (await cells(await rawTable(rows), { sort: { column: 'value', descending } })).map((row) => row[0] ?? null);

  it('puts NULL last in either direction', async () => {
    expect(await sorted(oneColumn('text', ['b', null, 'a']), false)).toEqual(['a', 'b', null]);
    expect(await sorted(oneColumn('text', ['b', null, 'a']), true)).toEqual(['b', 'a', null]);
  });

  it('is numeric for numbers and exact for decimals of any length', async () => {
    const decimals = [
      '10',
      '9',
      '-2',
      '-10',
      '0.5',
      null,
      '123456789012345678901234567891',
      '123456789012345678901234567890',
      '-0.55',
      '-0.5',
    ];
    decimals.push('-123456789012345678901234567891', '-123456789012345678901234567890', '-123456789012345678901234567890.5');
    const ascending = [
      ...['-123456789012345678901234567891', '-123456789012345678901234567890.5', '-123456789012345678901234567890'],
      ...['-10', '-2', '-0.55', '-0.5', '0.5', '9', '10', '123456789012345678901234567890', '123456789012345678901234567891', null],
    ];
    expect(await sorted(oneColumn('decimal', decimals), false)).toEqual(ascending);
    expect(await sorted(oneColumn('decimal', decimals), true)).toEqual([...ascending.slice(0, -1).toReversed(), null]);
    expect(await sorted(oneColumn('integer', [10n, 9n, -1n]), false)).toEqual(['-1', '9', '10']);
    expect(await sorted(oneColumn('double', [10, 9.5, -1]), true)).toEqual(['10', '9.5', '-1']);
  });

  it('keeps the order of the rows among equals', async () => {
    const rows: SourceRows = {
      columns: [
        { name: 'value', kind: 'text' },
        { name: 'number', kind: 'integer' },
      ],
      parts: [0, 1, 2].map((part) => Array.from({ length: 40 }, (_, row) => [['b', 'a'][row % 2], BigInt(part * 40 + row)])),
    };
    const page = await cells(await rawTable(rows), { sort: { column: 'value', descending: true } });
    const numbers = page.map((row) => Number(row[1]));
    expect(numbers).toEqual([
      ...Array.from({ length: 60 }, (_, place) => place * 2),
      ...Array.from({ length: 60 }, (_, place) => place * 2 + 1),
    ]);
  });
});

describe('filtering', () => {
  it('finds a text in any case and takes nothing in it for a pattern', async () => {
    const run = await rawTable(oneColumn('text', ['100%', '100x', 'a_b', 'aXb', 'ÄRGER', "o'x", 'back\\slash', null]));
    const found = async (contains: string): Promise<readonly Cell[]> =>
      (await cells(run, { filters: [{ column: 'value', contains }] })).map((row) => row[0] ?? null);
    expect(await found('0%')).toEqual(['100%']);
    expect(await found('A_B')).toEqual(['a_b']);
    expect(await found('ärg')).toEqual(['ÄRGER']);
    expect(await found("o'X")).toEqual(["o'x"]);
    expect(await found('\\s')).toEqual(['back\\slash']);
    expect(await found('')).toHaveLength(8);
  });

  it('needs all filters to hold and tells how many rows match of how many', async () => {
    const rows = {
      columns: [
        { name: 'a', kind: 'text' },
        { name: 'b', kind: 'integer' },
      ],
      parts: [
        [
          ['x', 12n],
          ['x', 3n],
          ['y', 12n],
        ],
      ],
    } as const;
    const run = await rawTable(rows);
    const page = await run.page({
      table: { kind: 'source', source },
      filters: [
        { column: 'a', contains: 'X' },
        { column: 'b', contains: '1' },
      ],
    });
    expect(page).toMatchObject({ rows: [['x', '12']], matching: 1, total: 3 });
  });

  it('refuses a column that the table has not, and a page that is none', async () => {
    const run = await rawTable(oneColumn('text', ['a']));
    await expect(cells(run, { filters: [{ column: 'nope', contains: 'x' }] })).rejects.toMatchObject({
      failure: { code: 'request.invalid' },
    });
    await expect(cells(run, { sort: { column: 'nope', descending: false } })).rejects.toMatchObject({
      failure: { code: 'request.invalid' },
    });
    for (const change of [{ limit: 0 }, { limit: 1001 }, { offset: -1 }, { offset: 0.5 }]) {
      await expect(cells(run, change)).rejects.toMatchObject({ failure: { code: 'request.invalid' } });
    }
    await expect(run.page({ table: { kind: 'source', source: 'database_2/query' } })).rejects.toMatchObject({
      failure: { code: 'not.found' },
    });
  });
});

describe('pages', () => {
  it('follow each other without a gap through parts, sorted or not, and end where the rows end', async () => {
    const size = 30_000;
    const number = (row: number): bigint => BigInt((row * 7919) % size);
    const part = (from: number, to: number): readonly (readonly unknown[])[] =>
      Array.from({ length: to - from }, (_, row) => [number(from + row)]);
    const run = await rawTable({
      columns: [{ name: 'value', kind: 'integer' }],
      parts: [part(0, 100), part(100, 25_000), part(25_000, size)],
    });
    for (const offset of [0, 50, 99, 100, 24_900, 25_000, 29_500, 29_999, 30_000, 1_000_000]) {
      const plain = await run.page({ table: { kind: 'source', source }, offset });
      const expected = Array.from({ length: Math.max(0, Math.min(1000, size - offset)) }, (_, row) => [String(number(offset + row))]);
      expect(plain.rows).toEqual(expected);
      const arranged = await run.page({ table: { kind: 'source', source }, offset, sort: { column: 'value', descending: true } });
      expect(arranged.rows).toEqual(expected.map((_, row) => [String(size - 1 - offset - row)]));
      expect(arranged).toMatchObject({ matching: size, total: size, offset });
    }
  });

  it('of a report that is merged anew while they are read come from one or the other, never from a mixture', async () => {
    const plan = samplePlan(4, { runId: `run-${String(++runs)}` });
    const run = await engine.open(plan);
    const ids = Array.from({ length: 3000 }, (_, number) => String(number));
    for (const { id } of plan.sources) await run.attach(id, eventRows(ids.map((user) => [user, '2026-11-20 10:00:00', 'x'])));
    await run.evaluate();
    const reads = Array.from({ length: 20 }, (_, turn) =>
      run.page({ table: { kind: 'confirmed' }, offset: 2000, sort: { column: 'email_note', descending: turn % 2 === 0 } }),
    );
    const merges = [run.evaluate(), run.evaluate(['database_4/query']), run.evaluate()];
    for (const page of await Promise.all(reads)) expect([0, 1000]).toContain(page.rows.length);
    await Promise.all(merges);
    expect(await run.table('confirmed')).toHaveLength(1000);
  });

  it('show new rows after a source was attached again or merged again, in every arrangement', async () => {
    const plan = samplePlan(4, { runId: `run-${String(++runs)}` });
    const run = await engine.open(plan);
    const sort = { column: 'user_id', descending: true };
    const attach = async (user: string): Promise<void> => {
      for (const { id } of plan.sources) await run.attach(id, eventRows([[user, '2026-11-20 10:00:00']]));
      await run.evaluate();
    };
    for (const user of ['first', 'second', 'third']) {
      await attach(user);
      expect(await run.table('confirmed', { sort })).toMatchObject([{ user_id: user }]);
      expect(await run.table({ source }, { sort })).toMatchObject([{ user_id: user }]);
    }
  });
});

describe('a cancelled call', () => {
  it('ends as cancelled and leaves the engine in order', async () => {
    const run = await rawTable({
      columns: [{ name: 'value', kind: 'integer' }],
      parts: [Array.from({ length: 400_000 }, (_, row) => [BigInt(row)])],
    });
    const { runId } = run.plan;
    const request = {
      table: { kind: 'source', source } as const,
      offset: 0,
      limit: 10,
      filters: [],
      sort: { column: 'value', descending: true },
    };
    const controller = new AbortController();
    const waiting = engine.rpc.call('page', { runId, request }, { signal: controller.signal });
    controller.abort({ kind: 'cancel', by: 'test' });
    await expect(waiting).rejects.toMatchObject({ name: 'AbortedError', reason: { kind: 'cancel', by: 'test' } });
    expect((await run.page(request)).rows[0]).toEqual(['399999']);
  });
});
