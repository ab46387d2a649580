import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnKind } from '../model/column.ts';
import { readValuesFile, type ValuesPart, writeValuesFile } from '../spool/values-file.ts';
import { samplePlan } from '../testing/builders.ts';
import { type EngineHarness, eventRows, type HarnessRun, type SourceRows, startEngineHarness } from '../testing/engine-harness.ts';

let engine: EngineHarness;
let folder: string;
let runs = 0;
const [first, second] = ['database_1/query', 'database_2/query'] as const;

beforeAll(async () => {
  engine = await startEngineHarness();
  folder = await mkdtemp(join(tmpdir(), 'cam-values-'));
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const openRun = (): Promise<HarnessRun> => engine.open(samplePlan(2, { runId: `run-${String(++runs)}` }));

function column(name: string, kind: ColumnKind, values: readonly unknown[]): SourceRows {
  return {
    columns: [
      { name: 'user_id', kind: 'text' },
      { name: 'change_date', kind: 'timestamp' },
      { name, kind },
    ],
    parts: [values.map((value) => ['a', '2026-11-20 10:00:00', value])],
  };
}

async function parts(path: string, size = 1000): Promise<ValuesPart[]> {
  const read: ValuesPart[] = [];
  for await (const part of readValuesFile(path, size)) read.push(part);
  return read;
}

async function list(run: HarnessRun, change: { sources?: readonly string[]; column?: string; distinct?: boolean } = {}) {
  const path = join(folder, `list-${String(++runs)}.jsonl`);
  const { count } = await engine.rpc.call('values', {
    runId: run.plan.runId,
    sources: [first],
    column: 'user_id',
    distinct: true,
    path,
    ...change,
  });
  const read = await parts(path);
  return { count, kind: read[0]?.kind, values: read.flatMap(({ values }) => values) };
}

describe('the values of a list', () => {
  it('are as they were given, whatever characters are in them', async () => {
    const run = await openRun();
    const values = ['a\u2028b', 'c\u2029d', 'e\nf', 'g\r\nh', '"\\', '\u0085'];
    await run.attach(first, column('account', 'text', values));
    const read = await list(run, { column: 'account', distinct: false });
    expect(read.values.toSorted()).toEqual(values.toSorted());
  });

  it('are those of all sources, each once, ordered and without NULLs', async () => {
    const run = await openRun();
    const time = '2026-11-20 10:00:00';
    await run.attach(
      first,
      eventRows([
        ['b', time],
        ['a', time],
        [null, time],
        ['b', null],
      ]),
    );
    await run.attach(
      second,
      eventRows([
        ['b', time],
        ['c\n"', time],
      ]),
    );
    expect(await list(run, { sources: [first, second] })).toEqual({ count: 3, kind: 'text', values: ['a', 'b', 'c\n"'] });
  });

  it('stand as often as they occur where that is asked for', async () => {
    const run = await openRun();
    await run.attach(first, column('x', 'integer', [2n, 2n, 1n, null]));
    expect(await list(run, { column: 'x', distinct: false })).toEqual({ count: 3, kind: 'text', values: ['1', '2', '2'] });
  });

  it.each([
    ['integer', [9223372036854775807n, -1n], ['-1', '9223372036854775807']],
    ['decimal', ['1.50', '1.5', '12345678901234567890123.000', '100'], ['1.5', '100', '12345678901234567890123']],
    ['double', [1, 2.5], ['1', '2.5']],
    ['boolean', [true, false], ['false', 'true']],
  ] as const)('of a column of kind %s keep every digit, and equal numbers are one', async (kind, given, expected) => {
    const run = await openRun();
    await run.attach(first, column('X', kind, given));
    expect((await list(run, { column: 'x' })).values).toEqual(expected);
  });

  it('that are times are moments, read in the zone of the database they come from', async () => {
    const run = await openRun();
    await run.attach(first, column('x', 'timestamp', ['2026-07-01 12:20:30.123456']), { zone: 'Europe/Berlin' });
    await run.attach(second, column('x', 'instant', ['2026-07-01 10:20:30.123456', '2026-07-01 10:20:31']));
    expect(await list(run, { column: 'x', sources: [first, second] })).toEqual({
      count: 2,
      kind: 'instant',
      values: ['2026-07-01T10:20:30.123456Z', '2026-07-01T10:20:31.000000Z'],
    });
  });

  it('are none where a source has no rows, or was not asked itself', async () => {
    const run = await openRun();
    await run.attach(first, eventRows([]));
    await run.attach(second, { columns: [], parts: [] });
    expect(await list(run, { sources: [first, second] })).toEqual({ count: 0, kind: undefined, values: [] });
    expect(await run.evaluate()).toMatchObject({ clientsInWindow: 0, sources: [first, second] });
  });

  it('are refused where the result has no such column, with the names that it has', async () => {
    const run = await openRun();
    await run.attach(first, eventRows([['a', '2026-11-20 10:00:00']]));
    await expect(list(run, { column: 'client' })).rejects.toMatchObject({
      failure: {
        code: 'sql.columns',
        message: expect.stringContaining(`${first} has no column client`) as string,
        action: expect.stringContaining('note') as string,
      },
    });
    await expect(list(run, { sources: [second] })).rejects.toMatchObject({ failure: { code: 'not.found' } });
  });

  it('may be 20,000, and are read back in parts; the file is for nobody else', async () => {
    const run = await openRun();
    const ids = Array.from({ length: 20_000 }, (_, index) => `client-${String(index).padStart(6, '0')}`);
    await run.attach(first, column('x', 'text', ids));
    const path = join(folder, 'many', 'list.jsonl');
    await engine.rpc.call('values', { runId: run.plan.runId, sources: [first], column: 'x', distinct: true, path });
    const read = await parts(path, 999);
    expect(read.map(({ values }) => values.length)).toEqual([...Array.from({ length: 20 }, () => 999), 20]);
    expect(read.flatMap(({ values }) => values)).toEqual(ids);
    expect((await stat(path)).mode & 0o077).toBe(0);
    expect(await readdir(join(folder, 'many'))).toEqual(['list.jsonl']);
  });
});

describe('a file of values', () => {
  it('of which a piece is missing is refused, never taken for a shorter list', async () => {
    const path = join(folder, 'cut.jsonl');
    await writeValuesFile(path, { kind: 'text', count: 3 }, batches(['a', 'b']));
    await expect(parts(path)).rejects.toMatchObject({ failure: { code: 'disk.error' } });
    await expect(parts(join(folder, 'not-there.jsonl'))).rejects.toMatchObject({ failure: { code: 'disk.error' } });
  });

  it('that cannot be finished leaves nothing behind', async () => {
    const path = join(folder, 'unfinished', 'list.jsonl');
    await expect(writeValuesFile(path, { kind: 'text', count: 1 }, broken())).rejects.toThrow('no more');
    expect(await readdir(join(folder, 'unfinished'))).toEqual([]);
    await writeValuesFile(join(folder, 'file'), { kind: 'text', count: 0 }, batches([]));
    await expect(writeValuesFile(join(folder, 'file', 'list'), { kind: 'text', count: 0 }, batches([]))).rejects.toMatchObject({
      failure: { code: 'disk.error' },
    });
    expect((await readFile(join(folder, 'file'), 'utf8')).trim()).toBe('{"version":1,"kind":"text","count":0}');
  });
});

async function* batches(values: readonly string[]): AsyncGenerator<readonly string[]> {
  yield await Promise.resolve(values);
}

async function* broken(): AsyncGenerator<readonly string[]> {
  yield await Promise.resolve(['a']);
  throw new Error('no more');
}
