import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf, plainDecimal } from './batches.ts';

describe('numbers as text', () => {
  it.each([
    ['.5', '0.5'],
    ['-.5', '-0.5'],
    ['0', '0'],
    ['-12.5', '-12.5'],
    ['1E+3', '1000'],
    ['-1.25E-3', '-0.00125'],
    ['1.2345678901234567890123456789012345678E+040', '12345678901234567890123456789012345678000'],
  ])('%s is %s', (text, plain) => {
    expect(plainDecimal(text)).toBe(plain);
  });

  it('mean the same number after as before', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const plain = plainDecimal(value.toExponential());
        // Oracle knows no negative zero.
        expect(Number(plain) + 0).toBe(value + 0);
        expect(plain).toMatch(/^-?\d+(\.\d+)?$/);
      }),
    );
  });
});

describe('a batch', () => {
  it('holds every value of every row, by column', () => {
    const columns = [
      { name: 'A', kind: 'decimal' },
      { name: 'B', kind: 'text' },
      { name: 'C', kind: 'timestamp' },
    ] as const;
    const rows = [
      ['.5', '.5', '2026-01-01 00:00:00'],
      [null, null, null],
      ['7', 'x', '-4712-01-01 00:00:00'],
    ];
    expect(batchOf(rows, { columns, decimals: [0] })).toEqual({
      rowCount: 3,
      columns: [
        ['0.5', null, '7'],
        ['.5', null, 'x'],
        ['2026-01-01 00:00:00', null, '-4712-01-01 00:00:00'],
      ],
    });
  });
});
