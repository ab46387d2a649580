import { describe, expect, it } from 'vitest';
import { toTabSeparated } from './tab-separated.ts';

describe('toTabSeparated', () => {
  it('writes a line a row, quotes what would break it, and puts names first where asked', () => {
    expect(
      toTabSeparated(
        [
          ['1', 'a\tb'],
          ['2', 'say "x"\nthen'],
        ],
        ['id', 'text'],
      ),
    ).toBe('id\ttext\n1\t"a\tb"\n2\t"say ""x""\nthen"');
  });

  it('gives a single cell exactly as it is', () => {
    expect(toTabSeparated([['=1+1\tx']])).toBe('=1+1\tx');
  });

  it('does not let a copied cell become a formula in a spreadsheet', () => {
    const cells = ['=HYPERLINK("http://x")', '@SUM(A1)', '+cmd|calc', '-2+3+cmd', '+49 30 1234', '-12.5', 'a=b'];
    expect(toTabSeparated([cells]).split('\t')).toEqual([
      '"\'=HYPERLINK(""http://x"")"',
      "'@SUM(A1)",
      "'+cmd|calc",
      "'-2+3+cmd",
      '+49 30 1234',
      '-12.5',
      'a=b',
    ]);
  });
});
