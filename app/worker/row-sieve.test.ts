import { describe, expect, it } from 'vitest';
import type { Batch } from '../drivers/driver.ts';
import { RowSieve } from './row-sieve.ts';

const batch = (...rows: (readonly unknown[])[]): Batch => ({
  rowCount: rows.length,
  columns: (rows[0] ?? []).map((_, column) => rows.map((row) => row[column])),
});
const rowsOf = (sifted: Batch | undefined): unknown[][] =>
  sifted === undefined ? [] : Array.from({ length: sifted.rowCount }, (_, row) => sifted.columns.map((values) => values[row]));

describe('rows of several parts', () => {
  it('that are alike in every column count once where two parts give them', () => {
    const sieve = new RowSieve();
    expect(rowsOf(sieve.sift(batch(['a', 1], ['b', 1])))).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
    sieve.nextPart();
    expect(rowsOf(sieve.sift(batch(['b', 1], ['b', 2])))).toEqual([['b', 2]]);
    sieve.nextPart();
    expect(sieve.sift(batch(['a', 1]))).toBeUndefined();
  });

  it('that are alike within a part are as many as it gives, and as many as the part with most of them', () => {
    const sieve = new RowSieve();
    expect(rowsOf(sieve.sift(batch(['a'], ['a'])))).toHaveLength(2);
    expect(rowsOf(sieve.sift(batch(['a'])))).toHaveLength(1);
    sieve.nextPart();
    expect(rowsOf(sieve.sift(batch(['a'], ['a'], ['a'])))).toHaveLength(0);
    expect(rowsOf(sieve.sift(batch(['a'], ['a'])))).toHaveLength(2);
  });

  it.each([
    [[null], ['null']],
    [
      ['1', ''],
      ['', '1'],
    ],
    [
      ['a","b', 'c'],
      ['a', 'b","c'],
    ],
    [[true], [false]],
  ])('are not alike where a value differs: %j and %j', (one, other) => {
    const sieve = new RowSieve();
    sieve.sift(batch(one));
    sieve.nextPart();
    expect(rowsOf(sieve.sift(batch(other)))).toEqual([other]);
  });

  it('are alike where a driver gives the same whole number in two ways', () => {
    const sieve = new RowSieve();
    sieve.sift(batch([7, null]));
    sieve.nextPart();
    expect(sieve.sift(batch([7n, null]))).toBeUndefined();
  });
});
