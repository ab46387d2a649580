import { describe, expect, it } from 'vitest';
import { listBindProblems } from './list-binds.ts';
import { parseStatement } from './statement.ts';

function problems(sql: string, name = 'ids') {
  const parsed = parseStatement(sql);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return listBindProblems(parsed.value, name).map(({ line, column, message }) => `${String(line)}:${String(column)} ${message}`);
}

describe('a bind that is a list', () => {
  it.each([
    'SELECT * FROM t WHERE id IN (:ids)',
    'SELECT * FROM t WHERE id in(:IDS) OR other In ( :ids )',
    'SELECT * FROM t WHERE id IN /* all */ ( -- of them\n :ids\n)',
    "SELECT ':ids' FROM t WHERE id IN (:ids) AND a <> :other",
    'SELECT 1',
  ])('may stand alone in the brackets of IN: %s', (sql) => {
    expect(problems(sql)).toEqual([]);
  });

  it.each([
    ['SELECT * FROM t WHERE id = :ids', '1:28'],
    ['SELECT * FROM t WHERE id IN (1, :ids)', '1:33'],
    ['SELECT * FROM t WHERE (id, x) IN ((:ids, 1))', '1:36'],
    ['SELECT f(:ids) FROM t', '1:10'],
    ['SELECT * FROM t\nWHERE id = ANY(:ids)', '2:16'],
  ])('may stand nowhere else: %s', (sql, place) => {
    expect(problems(sql)).toEqual([`${place} :ids is a list of values and stands where one value is expected.`]);
  });

  it('may not exclude: each part of a long list would let the others in', () => {
    expect(problems('SELECT * FROM t WHERE id NOT IN (:ids)')).toEqual([
      '1:34 :ids is a list that may come in parts, and NOT IN is not right for a part of a list.',
    ]);
  });

  it('is told for each of its uses, and for no other bind', () => {
    expect(problems('SELECT :ids, :other FROM t WHERE a > :ids')).toHaveLength(2);
  });
});
