import { describe, expect, it } from 'vitest';
import { isFilter, listBindProblems } from './list-binds.ts';
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

  it.each([
    'SELECT * FROM t WHERE id NOT IN (:ids)',
    'SELECT * FROM t WHERE NOT id IN (:ids)',
    'SELECT * FROM t WHERE a = 1 AND NOT (b = 2 OR id IN (:ids))',
    'SELECT * FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE u.a = t.a AND u.id IN (:ids))',
    'SELECT * FROM t WHERE a NOT IN (SELECT a FROM (SELECT * FROM u WHERE id IN (:ids)) v)',
    'SELECT id FROM t EXCEPT SELECT id FROM u WHERE id IN (:ids)',
    'SELECT id FROM t MINUS (SELECT id FROM u WHERE id IN (:ids))',
  ])('may not exclude, because each part of a long list would let the others in: %s', (sql) => {
    expect(problems(sql)).toEqual([
      `1:${String(sql.indexOf(':ids') + 1)} :ids is a list that may come in parts, and a part of it cannot exclude.`,
    ]);
  });

  it.each([
    'SELECT * FROM t WHERE a IS NOT NULL AND id IN (:ids)',
    'SELECT * FROM t WHERE NOT a = 1 AND (NOT b = 2 OR id IN (:ids)) AND c NOT IN (1, 2)',
    'SELECT * FROM t WHERE a IN (SELECT a FROM u WHERE NOT b = 1 AND id IN (:ids))',
    'SELECT * FROM t WHERE CASE WHEN NOT a = 1 THEN 1 ELSE 0 END = 1 AND id IN (:ids)',
    'SELECT CASE WHEN NOT a = 1 THEN 1 ELSE 0 END, b FROM t WHERE id IN (:ids) EXCEPT SELECT 1, 2',
  ])('may stand beside what excludes by other values: %s', (sql) => {
    expect(problems(sql)).toEqual([]);
  });

  it.each([
    'SELECT CASE WHEN id IN (:ids) THEN 1 ELSE 0 END FROM t',
    'SELECT a, (SELECT count(*) FROM u WHERE u.id IN (:ids)) FROM t',
    'SELECT * FROM t WHERE CASE WHEN id IN (:ids) THEN a ELSE b END = 1',
    'SELECT * FROM t ORDER BY (a IN (:ids))',
    'SELECT * FROM t LEFT JOIN u ON t.a = u.a AND u.id IN (:ids)',
    'SELECT * FROM t LEFT OUTER JOIN (SELECT * FROM u WHERE id IN (:ids)) v ON t.a = v.a',
    'SELECT * FROM (SELECT * FROM u WHERE id IN (:ids)) v RIGHT JOIN t ON t.a = v.a',
    'SELECT * FROM t JOIN u ON u.id IN (:ids) FULL JOIN v ON v.a = t.a',
  ])('may not make rows, because each part of a long list would make its own: %s', (sql) => {
    expect(problems(sql)).toEqual([
      `1:${String(sql.indexOf(':ids') + 1)} :ids is a list that may come in parts, and here each part would give rows of its own.`,
    ]);
  });

  it.each([
    'SELECT * FROM t JOIN u ON t.a = u.a AND u.id IN (:ids) LEFT JOIN v ON v.a = t.a',
    'SELECT * FROM (SELECT * FROM u WHERE (a = 1 OR id IN (:ids))) v JOIN t ON t.a = v.a',
    'WITH v AS (SELECT * FROM u WHERE id IN (:ids)) SELECT * FROM v',
    'SELECT id, count(*) FROM t GROUP BY id HAVING id IN (:ids)',
    'SELECT * FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a AND u.id IN (:ids)) AND b IN (SELECT b FROM w)',
  ])('may choose rows wherever that is done: %s', (sql) => {
    expect(problems(sql)).toEqual([]);
  });

  const filters = (sql: string): boolean => {
    const parsed = parseStatement(sql);
    return parsed.ok && isFilter(parsed.value, 'ids');
  };

  it.each([
    'SELECT * FROM t WHERE id IN (:ids)',
    'SELECT a, (SELECT 1 FROM u WHERE a = 1 OR b = 2) FROM t JOIN u ON t.a = u.a WHERE (a = 1 OR b = 2) AND t.id IN (:ids) ORDER BY a',
    'WITH v AS (SELECT DISTINCT a FROM u) SELECT * FROM v WHERE a IN (:ids) AND b > :other',
  ])('picks each row by one value where it is a condition of the whole statement: %s', (sql) => {
    expect(filters(sql)).toBe(true);
  });

  it.each([
    'SELECT * FROM t WHERE id IN (:ids) OR a = 1',
    'SELECT * FROM t WHERE id IN (:ids) AND other IN (:ids)',
    'SELECT * FROM t WHERE (id IN (:ids) OR a = 1)',
    'SELECT * FROM t WHERE a IN (SELECT a FROM u WHERE id IN (:ids))',
    'SELECT DISTINCT a FROM t WHERE id IN (:ids)',
    'SELECT a, max(b) FROM t WHERE id IN (:ids) GROUP BY a',
    'SELECT a FROM t WHERE id IN (:ids) UNION SELECT a FROM u',
    'SELECT * FROM t JOIN u ON u.id IN (:ids)',
    'WITH v AS (SELECT * FROM u WHERE id IN (:ids)) SELECT * FROM v',
  ])('may pick a row by several values everywhere else: %s', (sql) => {
    expect(filters(sql)).toBe(false);
  });

  it('is told for each of its uses, and for no other bind', () => {
    expect(problems('SELECT :ids, :other FROM t WHERE a > :ids')).toHaveLength(2);
  });
});
