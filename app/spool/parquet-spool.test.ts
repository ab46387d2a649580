import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Batch } from '../drivers/driver.ts';
import type { Column, ColumnKind } from '../model/column.ts';
import { CamError } from '../model/failure.ts';
import { diskFailure } from './disk-failure.ts';
import { createParquetSpools } from './parquet-spool.ts';
import type { CommittedSpool } from './spool.ts';

const spools = createParquetSpools();
let folder: string;
let made = 0;
let instance: DuckDBInstance;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-spool-'));
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
});

afterAll(async () => {
  instance.closeSync();
  await rm(folder, { recursive: true, force: true });
});

function newDirectory(): string {
  return join(folder, `spool-${String(++made)}`);
}

function batchOf(columns: readonly (readonly unknown[])[]): Batch {
  return { rowCount: columns[0]?.length ?? 0, columns };
}

async function write(columns: readonly Column[], batches: readonly Batch[]): Promise<CommittedSpool> {
  const spool = await spools.create(newDirectory(), columns);
  for (const batch of batches) await spool.append(batch);
  return spool.commit();
}

/** Reads a spool back with DuckDB, which is not what wrote it; `expressions` picks columns. */
async function read(spool: CommittedSpool, expressions: string): Promise<unknown[][]> {
  const connection = await instance.connect();
  const files = spool.files.map((file) => `'${file}'`).join(', ');
  const reader = await connection.runAndReadAll(`SELECT ${expressions} FROM read_parquet([${files}])`);
  connection.closeSync();
  return reader.getRowsJson();
}

async function failureOf(work: Promise<unknown>): Promise<CamError['failure']> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CamError)) throw new Error(`expected a CamError, got ${String(error)}`);
  return error.failure;
}

const value: Readonly<Record<ColumnKind, fc.Arbitrary<unknown>>> = {
  text: fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constant('a\0b'), fc.constant('')),
  integer: fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  decimal: fc.bigInt().map((digits) => `${String(digits)}.50`),
  double: fc.double({ noNaN: true, noDefaultInfinity: true }),
  boolean: fc.boolean(),
  timestamp: fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }),
  instant: fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }),
};

const kinds = Object.keys(value) as ColumnKind[];

const table = fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 6 }).chain((chosen) =>
  fc.record({
    kinds: fc.constant(chosen),
    rows: fc.array(fc.tuple(...chosen.map((kind) => fc.option(value[kind], { freq: 4 }))), { minLength: 1, maxLength: 70 }),
    batchRows: fc.integer({ min: 1, max: 30 }),
  }),
);

/** How each kind is asked for, so that nothing is lost between DuckDB and the comparison. */
function asText(kind: ColumnKind, name: string): string {
  if (kind === 'timestamp' || kind === 'instant') return `epoch_us(${name})::VARCHAR`;
  return kind === 'double' || kind === 'boolean' ? name : `${name}::VARCHAR`;
}

describe('a spool', () => {
  it('gives back every value of every kind, with its NULLs and in order', async () => {
    await fc.assert(
      fc.asyncProperty(table, async ({ kinds: chosen, rows, batchRows }) => {
        const columns = chosen.map((kind): Column => ({ name: 'x', kind, encoding: 'micros' }));
        const batches: Batch[] = [];
        for (let at = 0; at < rows.length; at += batchRows) {
          const part = rows.slice(at, at + batchRows);
          batches.push(batchOf(chosen.map((_, index) => part.map((row) => row[index]))));
        }
        const spool = await write(columns, batches);
        const wanted = rows.map((row) => row.map((cell) => (typeof cell === 'bigint' || Number.isInteger(cell) ? String(cell) : cell)));
        const found = await read(spool, chosen.map((kind, index) => asText(kind, `c${String(index)}`)).join(', '));
        expect(found.map((row) => row.map((cell) => (Number.isInteger(cell) ? String(cell) : cell)))).toEqual(
          wanted.map((row) => row.map((cell) => (cell === '-0' ? '0' : cell))),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('has the column types that the format promises, under names by position', async () => {
    const columns = kinds.map((kind): Column => ({ name: kind, kind, encoding: 'micros' }));
    const spool = await write(columns, [batchOf([['a'], [1], ['1.5'], [1.5], [true], [0n], [0n]])]);
    const connection = await instance.connect();
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet('${spool.files[0] ?? ''}')`);
    connection.closeSync();
    expect(described.getRowsJson().map((row) => row.slice(0, 2))).toEqual([
      ['c0', 'VARCHAR'],
      ['c1', 'BIGINT'],
      ['c2', 'VARCHAR'],
      ['c3', 'DOUBLE'],
      ['c4', 'BOOLEAN'],
      ['c5', 'TIMESTAMP'],
      ['c6', 'TIMESTAMP'],
    ]);
  });

  it('keeps columns of one name and of no name apart', async () => {
    const columns: Column[] = [
      { name: 'ID', kind: 'text' },
      { name: 'ID', kind: 'text' },
      { name: '', kind: 'text' },
    ];
    const spool = await write(columns, [batchOf([['a'], ['b'], ['c']])]);
    expect(await read(spool, '*')).toEqual([['a', 'b', 'c']]);
    expect(spool.columns).toEqual(columns);
  });

  it('reads times that arrive as text, to the microsecond and beyond the year 2255', async () => {
    const texts = ['0001-01-01 00:00:00', '1969-12-31 23:59:59.999999', '2026-03-01 12:30:00.5', null, '9999-12-31 23:59:59.999999'];
    const spool = await write([{ name: 't', kind: 'timestamp' }], [batchOf([texts])]);
    const found = await read(spool, "strftime(c0, '%Y-%m-%d %H:%M:%S.%f')");
    expect(found.map(([text]) => text)).toEqual([
      '0001-01-01 00:00:00.000000',
      '1969-12-31 23:59:59.999999',
      '2026-03-01 12:30:00.500000',
      null,
      '9999-12-31 23:59:59.999999',
    ]);
  });

  it('keeps the order over many row groups', async () => {
    const spool = await spools.create(newDirectory(), [{ name: 'n', kind: 'integer' }]);
    const rows = 400_000;
    for (let at = 0; at < rows; at += 10_000) await spool.append(batchOf([Array.from({ length: 10_000 }, (_, index) => at + index)]));
    const committed = await spool.commit();
    expect(committed.rows).toBe(rows);
    const [found] = await read(committed, 'count(*)::INT, sum(c0)::VARCHAR, bool_and(c0 = file_row_number)');
    expect(found).toEqual([rows, String((rows * (rows - 1)) / 2), true]);
  });

  it('keeps a text of many megabytes', async () => {
    const text = 'ä'.repeat(6_000_000);
    const spool = await write([{ name: 'clob', kind: 'text' }], [batchOf([[text, null, 'b']]), batchOf([['c', text, null]])]);
    expect(await read(spool, 'length(c0)::INT')).toEqual([[6_000_000], [null], [1], [1], [6_000_000], [null]]);
  });

  it('keeps texts of every length and script, whatever stands in the batches before', async () => {
    const batches = [
      ['', 'a', null, 'x'.repeat(127)],
      ['y'.repeat(128), 'b'],
      ['c', 'grün', '\u{1f600}', null],
      [null, null],
      ['d'],
      ['e', 'z'.repeat(70_000), 'f'],
      ['g', '\0', 'ä'.repeat(127)],
      ['h', '1234'],
    ];
    const spool = await write(
      [{ name: 't', kind: 'text' }],
      batches.map((batch) => batchOf([batch])),
    );
    expect(await read(spool, 'c0')).toEqual(batches.flat().map((text) => [text]));
  });

  it('without rows has no files but can be committed', async () => {
    const directory = newDirectory();
    const spool = await spools.create(directory, [{ name: 'a', kind: 'text' }]);
    expect(await spool.commit()).toEqual({ files: [], columns: [{ name: 'a', kind: 'text' }], rows: 0, bytes: 0 });
    expect(await readdir(directory)).toEqual(['manifest.json']);
  });

  it('takes an empty batch as nothing', async () => {
    const spool = await write([{ name: 'a', kind: 'text' }], [batchOf([[]]), batchOf([['x']]), batchOf([[]])]);
    expect(await read(spool, 'c0')).toEqual([['x']]);
    expect((await write([{ name: 'a', kind: 'text' }], [batchOf([[]])])).files).toEqual([]);
  });

  it('can be read by nobody else on the machine', async () => {
    const spool = await write([{ name: 'a', kind: 'text' }], [batchOf([['x']])]);
    expect((await stat(join(spool.files[0] ?? '', '..'))).mode & 0o077).toBe(0);
  });

  it('tells the bytes that lie on the disk, and says in its manifest what it holds', async () => {
    const spool = await write([{ name: 'a', kind: 'text' }], [batchOf([['x', 'y']])]);
    expect(spool.bytes).toBe(readFileSync(spool.files[0] ?? '').length);
    expect(JSON.parse(readFileSync(join(spool.files[0] ?? '', '..', 'manifest.json'), 'utf8'))).toEqual({
      version: 1,
      parts: ['part-0.parquet'],
      rows: 2,
      bytes: spool.bytes,
      columns: [{ name: 'a', kind: 'text' }],
    });
  });
});

describe('visibility of a spool', () => {
  it('is not there under its name before it is committed', async () => {
    const directory = newDirectory();
    const spool = await spools.create(directory, [{ name: 'a', kind: 'text' }]);
    await spool.append(batchOf([['x']]));
    expect(existsSync(directory)).toBe(false);
    await spool.commit();
    expect(existsSync(directory)).toBe(true);
    expect(existsSync(`${directory}.partial`)).toBe(false);
  });

  it('ends with a discard, before and after the commit and more than once', async () => {
    const directory = newDirectory();
    const uncommitted = await spools.create(directory, [{ name: 'a', kind: 'text' }]);
    await uncommitted.append(batchOf([['x']]));
    await uncommitted.discard();
    await uncommitted.discard();
    expect(existsSync(`${directory}.partial`)).toBe(false);
    const committed = await spools.create(directory, [{ name: 'a', kind: 'text' }]);
    await committed.commit();
    await committed.discard();
    expect(existsSync(directory)).toBe(false);
  });

  it('a discard during an append leaves nothing behind, and the append that follows fails', async () => {
    const directory = newDirectory();
    const spool = await spools.create(directory, [{ name: 'n', kind: 'integer' }]);
    const numbers = Array.from({ length: 70_000 }, (_, index) => index);
    const appending = Promise.all([spool.append(batchOf([numbers])), spool.discard()]);
    await appending;
    expect(existsSync(`${directory}.partial`)).toBe(false);
    expect((await failureOf(spool.append(batchOf([numbers])))).code).toBe('internal');
  });

  it('starts empty where a crashed process left a half of one', async () => {
    const directory = newDirectory();
    await mkdir(`${directory}.partial`);
    await writeFile(join(`${directory}.partial`, 'part-0.parquet'), 'half a file');
    const spool = await spools.create(directory, [{ name: 'a', kind: 'text' }]);
    await spool.append(batchOf([['x']]));
    expect(await read(await spool.commit(), 'c0')).toEqual([['x']]);
  });
});

describe('a value that cannot be kept', () => {
  const cases: readonly [string, Column, unknown][] = [
    ['a number above 2^53', { name: 'N', kind: 'integer' }, 2 ** 53],
    ['a fraction among whole numbers', { name: 'N', kind: 'integer' }, 1.5],
    ['a whole number of more than 64 bits', { name: 'N', kind: 'integer' }, 2n ** 63n],
    ['a text among numbers', { name: 'N', kind: 'double' }, '1'],
    ['a number among texts', { name: 'N', kind: 'text' }, 1],
    ['half a surrogate pair', { name: 'N', kind: 'text' }, 'a\ud800'],
    ['half a surrogate pair in a long text', { name: 'N', kind: 'text' }, `${'a'.repeat(200)}\udc00`],
    ['a number among decimals', { name: 'N', kind: 'decimal' }, 1],
    ['a text among booleans', { name: 'N', kind: 'boolean' }, 'true'],
    ['a day that no calendar has', { name: 'N', kind: 'timestamp' }, '2023-02-29 00:00:00'],
    ['nothing at all', { name: 'N', kind: 'instant', encoding: 'micros' }, undefined],
  ];

  it.each(cases)('is refused, naming column and row and not the value: %s', async (_, column, bad) => {
    const good: Readonly<Record<ColumnKind, unknown>> = {
      text: 'a',
      integer: 1,
      decimal: '1',
      double: 1,
      boolean: true,
      timestamp: '2026-01-01 00:00:00',
      instant: 0n,
    };
    const spool = await spools.create(newDirectory(), [column]);
    await spool.append(batchOf([[good[column.kind], null]]));
    const found = await failureOf(spool.append(batchOf([[null, good[column.kind], bad]])));
    expect(found.code).toBe('spool.value');
    expect(found.message).toMatch(/^Column N holds, in row 5, /);
    expect(await failureOf(spool.commit())).toEqual(found);
    await spool.discard();
  });

  it('in a column without a name is told by its number', async () => {
    const spool = await spools.create(newDirectory(), [
      { name: 'a', kind: 'text' },
      { name: '', kind: 'text' },
    ]);
    expect((await failureOf(spool.append(batchOf([['x'], [1]])))).message).toMatch(/^Column number 2 holds, in row 1, /);
    await spool.discard();
  });
});

describe('a disk that fails', () => {
  it('is told as full when it has no room, with the code of the system', async () => {
    const full = await open('/dev/full', 'w');
    const error: unknown = await full.writeFile(Buffer.alloc(1024)).catch((thrown: unknown) => thrown);
    await full.close();
    expect(diskFailure(error, '/data/spool').failure).toMatchObject({ code: 'disk.full', vendorCode: 'ENOSPC' });
  });

  it('is told as failing when a folder cannot be made', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    const found = await failureOf(spools.create(join(file, 'spool'), [{ name: 'a', kind: 'text' }]));
    expect(found).toMatchObject({ code: 'disk.error', vendorCode: 'ENOTDIR' });
  });

  it('is told as failing when the folder has gone meanwhile', async () => {
    const directory = newDirectory();
    const spool = await spools.create(directory, [{ name: 'a', kind: 'text' }]);
    await rm(`${directory}.partial`, { recursive: true });
    expect((await failureOf(spool.append(batchOf([['x']])))).code).toBe('disk.error');
    await spool.discard();
  });
});
