import { describe, expect, it } from 'vitest';
import { queryComplexity } from './complexity.ts';

describe('the complexity of a statement', () => {
  it('is 1 for a plain select and grows with what is asked', () => {
    expect(queryComplexity('SELECT a FROM t WHERE b >= :start_date')).toBe(1);
    expect(queryComplexity('SELECT a FROM t ORDER BY a')).toBe(2);
    expect(queryComplexity('select distinct a from t join u using (id) group by a having count(*) > 1')).toBe(5);
    expect(queryComplexity('SELECT a, row_number() OVER (ORDER BY b) FROM (SELECT * FROM t)')).toBe(5);
    expect(queryComplexity('WITH RECURSIVE w AS (SELECT 1 UNION ALL SELECT 2) SELECT * FROM w')).toBe(7);
  });

  it('does not count words inside of literals, comments and quoted names', () => {
    expect(queryComplexity(`SELECT 'JOIN GROUP' AS "ORDER" /* UNION */ FROM t -- HAVING`)).toBe(1);
  });

  it('is not known for a text that cannot be read', () => {
    expect(queryComplexity("SELECT 'open")).toBeNull();
    expect(queryComplexity('')).toBeNull();
  });
});
