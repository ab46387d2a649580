/** Windows that end at each event of a group and slide with it: pieces of SQL over the judged hits. */
import type { CorrelationRule } from '../rules/rule.ts';
import { groupColumns } from './rule-groups.ts';
import type { Figure, Judging } from './rule-judgement.ts';
import { constant, type Sql, sql } from './sql.ts';
import { list } from './values.ts';

/** Windows of one group know nothing of another's events. */
export function partitionOf(rule: CorrelationRule): Sql {
  const groups = groupColumns(rule);
  return groups.length === 0 ? sql`` : sql`PARTITION BY ${list(groups)}`;
}

/** Where the window begins that ends at `t`. */
export function beginning(rule: CorrelationRule): Sql {
  return sql`(t - ${constant(rule.timespanMicros)})`;
}

/** The figures of every window that ends at a row of the relation. */
export function slidingWindows(rule: CorrelationRule, judging: Judging, figures: readonly Figure[], more: readonly Sql[]): Sql {
  const columns = figures.map(({ name, aggregate, filter, running }) => {
    if (running !== undefined) return running;
    return sql`${aggregate}${filter === undefined ? sql`` : sql` FILTER (WHERE ${filter})`} OVER sliding AS ${name}`;
  });
  return sql`(SELECT ${list([...groupColumns(rule), sql`t`, ...more, ...columns])} FROM ${judging.relation} AS hit
    WINDOW sliding AS (${partitionOf(rule)} ORDER BY t RANGE BETWEEN ${constant(rule.timespanMicros)} PRECEDING AND CURRENT ROW))`;
}
