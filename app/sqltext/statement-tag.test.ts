import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lex } from './lexer.ts';
import { withTag } from './statement-tag.ts';

function significant(sql: string) {
  const lexed = lex(sql);
  if (!lexed.ok) throw new Error(lexed.error.message);
  return lexed.value.filter(({ kind }) => kind !== 'comment').map(({ start, end }) => sql.slice(start, end));
}

describe('the tag of a statement', () => {
  it('stands behind the first keyword', () => {
    expect(withTag('-- head\nSELECT*FROM t', 'r1:db/Get token changes')).toBe('-- head\nSELECT /* cam:r1:db/Get token changes */*FROM t');
  });

  it('leaves an optimiser hint the first comment, also one that runs to the end of its line', () => {
    expect(withTag('SELECT /*+ FULL(t) */ * FROM t', 'x')).toBe('SELECT /*+ FULL(t) */ /* cam:x */ * FROM t');
    expect(withTag('SELECT --+ FULL(t)\n * FROM t', 'x')).toBe('SELECT --+ FULL(t)\n/* cam:x */\n * FROM t');
  });

  it('can neither close nor open a comment', () => {
    expect(withTag('SELECT 1', '*/ DROP TABLE t /*\n é')).toBe('SELECT /* cam:%2A/ DROP TABLE t /%2A%0A %C3%A9 */ 1');
  });

  it('changes nothing in a text that cannot be read', () => {
    expect(withTag("SELECT 'a", 'x')).toBe("SELECT 'a");
    expect(withTag('', 'x')).toBe('');
  });

  it('never changes what the statement says, whatever the tag', () => {
    const statements = fc.constantFrom(
      'SELECT 1',
      'SELECT*FROM t',
      'SELECT/*+ a */b FROM c',
      'SELECT --+ a\nb FROM c',
      'WITH x AS (SELECT :a) SELECT 2',
      '/* h */ SELECT -- c\n1',
    );
    fc.assert(
      fc.property(statements, fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (sql, tag) => {
        const tagged = withTag(sql, tag);
        expect(significant(tagged)).toEqual(significant(sql));
        expect(tagged).toContain('/* cam:');
      }),
      { numRuns: 500 },
    );
  });
});
