import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindOccurrences, firstWord, sqlPieces } from './sql-lexer.ts';

describe('pieces of a statement', () => {
  it('follow each other without a gap, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("'", '"', '--', '/*', '*/', '\n', ':a', ':', 'q', "q'[", ']', 'n', ' ', 'word', '1', '$')),
        (parts) => {
          const sql = parts.join('');
          const pieces = sqlPieces(sql);
          expect(pieces.map(({ start, end }) => sql.slice(start, end)).join('')).toBe(sql);
          expect(pieces.every(({ start, end }) => end > start)).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['select :a, :B, :a from t', ['A', 'B', 'A']],
    ["select ':a', '':b'' from t", []],
    ["select 'it''s :a', :b from t", ['B']],
    ["select q'[:a ' ]', nQ'!:b!', :c from t", ['C']],
    ['select ":a", :"Quoted Name" from t -- :c\n where x = :d /* :e */', ['Quoted Name', 'D']],
    ['select :1, :22 from t', ['1', '22']],
    ["select json_object('a':x) from t where y = : z", ['Z']],
    ['begin x := :a; end;', ['A']],
    ['select :größe$_# from t', ['GRÖSSE$_#']],
  ])('of %j has the binds %j', (sql, names) => {
    expect(bindOccurrences(sql).map(({ name }) => name)).toEqual(names);
  });

  it.each([
    ['/* hello */ select 1', 'SELECT'],
    ['-- x\n  with a as (select 1) select', 'WITH'],
    ['', ''],
    ['(select 1)', 'SELECT'],
  ])('of %j begins with %j', (sql, word) => {
    expect(firstWord(sql)).toBe(word);
  });
});
