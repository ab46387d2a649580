/**
 * Order as SQL: for each event, when the latest chain of events in the listed order began that has ended by then. A chain lies in a
 * window exactly if it began no earlier than the window.
 *
 * Events at the same time fit in either order. A free rule, one of which a missing source may hold an event, fits wherever it is
 * needed; a chain of free rules alone begins at no time at all.
 */
import type { CorrelationRule, RuleExpression } from '../rules/rule.ts';
import { pickedColumn } from './rule-groups.ts';
import { constant, joinSql, ownName, type Sql, sql } from './sql.ts';
import { list } from './values.ts';

/** Later than every time. */
const never = constant(2n ** 62n);

/** Chains of a correlation. */
export interface Chains {
  /** Relation with the columns of the hits and one column a chain. */
  readonly relation: Sql;
  /** Columns of the beginnings of chains, to be compared with a window's. */
  readonly columns: readonly Sql[];
}

/** The longest chains: column `n − 1` is the beginning of one of `n` rules. */
export function longestChains(hits: Sql, partition: Sql, rule: CorrelationRule, isFree: (at: number) => boolean, prefix: string): Chains {
  let relation = hits;
  let best: readonly Sql[] = [];
  rule.rules.forEach((_, at) => {
    const nameOf = (length: number): Sql => ownName(`${prefix}${String(at)}_${String(length)}`);
    const columns = Array.from({ length: at + 1 }, (_unused, length) => {
      const before = length === 0 ? never : (best[length - 1] ?? sql`NULL`);
      const known = best[length];
      const longer = isFree(at) ? before : extended(at, before);
      return sql`${known === undefined ? longer : sql`greatest(${known}, ${longer})`} AS ${nameOf(length)}`;
    });
    relation = sql`(SELECT *, ${list(columns)} FROM ${relation} AS chained ${runningWindow(partition)})`;
    best = columns.map((_unused, length) => nameOf(length));
  });
  return { relation, columns: best };
}

/** A chain that goes on with an event of this rule. What is not there is NULL, and `least` would take the other value then. */
function extended(at: number, before: Sql): Sql {
  return sql`max(CASE WHEN ${pickedColumn(at)} AND ${before} IS NOT NULL THEN least(t, ${before}) END) OVER running`;
}

/** Beginnings of chains of just these rules, all of them; each is a list of places in ascending order that is not empty. */
export function wholeChains(
  hits: Sql,
  partition: Sql,
  wanted: readonly (readonly number[])[],
  isFree: (at: number) => boolean,
  prefix: string,
): Chains {
  const nameOf = (chain: readonly number[]): Sql => ownName(`${prefix}_${chain.join('_')}`);
  const prefixes = new Map<string, readonly number[]>();
  for (const chain of wanted)
    for (let length = 1; length <= chain.length; length += 1) prefixes.set(chain.slice(0, length).join('_'), chain.slice(0, length));
  const byLength = Map.groupBy(prefixes.values(), (chain) => chain.length);
  let relation = hits;
  for (const [, chains] of [...byLength].sort(([a], [b]) => a - b)) {
    const columns = chains.map((chain) => {
      const at = chain.at(-1) ?? 0;
      const before = chain.length === 1 ? never : nameOf(chain.slice(0, -1));
      return sql`${isFree(at) ? before : extended(at, before)} AS ${nameOf(chain)}`;
    });
    relation = sql`(SELECT *, ${list(columns)} FROM ${relation} AS chained ${runningWindow(partition)})`;
  }
  return { relation, columns: wanted.map(nameOf) };
}

/** One way in which words are true: these rules in order, those absent. */
export interface Conjunction {
  readonly wanted: readonly number[];
  readonly unwanted: readonly number[];
}

/** Words as a choice of conjunctions, which keeps all three values. */
export function conjunctionsOf(expression: RuleExpression, rules: readonly string[], isNegated = false): readonly Conjunction[] {
  const simplest = (all: readonly Conjunction[]): readonly Conjunction[] => [
    ...new Map(all.map((one) => [`${one.wanted.join()};${one.unwanted.join()}`, one])).values(),
  ];
  switch (expression.kind) {
    case 'rule': {
      const at = rules.indexOf(expression.rule);
      return [isNegated ? { wanted: [], unwanted: [at] } : { wanted: [at], unwanted: [] }];
    }
    case 'not':
      return conjunctionsOf(expression.of, rules, !isNegated);
    case 'and':
    case 'or': {
      const parts = expression.of.map((part) => conjunctionsOf(part, rules, isNegated));
      if ((expression.kind === 'or') !== isNegated) return simplest(parts.flat());
      return parts.reduce((all, part) => simplest(all.flatMap((one) => part.map((other) => joined(one, other)))));
    }
  }
}

function joined(a: Conjunction, b: Conjunction): Conjunction {
  const union = (one: readonly number[], other: readonly number[]): readonly number[] =>
    [...new Set([...one, ...other])].sort((x, y) => x - y);
  return { wanted: union(a.wanted, b.wanted), unwanted: union(a.unwanted, b.unwanted) };
}

function runningWindow(partition: Sql): Sql {
  return sql`WINDOW running AS (${partition} ORDER BY t RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
}

/** Whether one of the pieces holds. */
export function anyOf(pieces: readonly Sql[]): Sql {
  return sql`(${joinSql(pieces, sql` OR `, sql`FALSE`)})`;
}

/** Whether all of the pieces hold. */
export function allOf(pieces: readonly Sql[]): Sql {
  return sql`(${joinSql(pieces, sql` AND `, sql`TRUE`)})`;
}
