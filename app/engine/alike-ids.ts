/**
 * Ids that differ only in case, leading zeros or blanks at their ends. They count as different clients, as the sources write them; but
 * where one source fills ids up with blanks and another does not, that hides a client whom the rule would find.
 */
import { isGroupedByClient, leastOf } from '../rules/describe-rule.ts';
import type { CorrelationRule } from '../rules/rule.ts';
import type { DuckSession } from './duck.ts';
import { constant, joinSql, type Sql, sql } from './sql.ts';
import { normalisedId } from './values.ts';

/** Clients, a row each. */
export interface WrittenIds {
  readonly table: Sql;
  readonly id: Sql;
  /** Columns of the latest event of each part of the rule. */
  readonly keys: readonly Sql[];
  /** Condition on a row. */
  readonly confirmed: Sql;
}

/** How many clients may be confirmed, none of whose spellings is. 0 for a rule that is not about clients, or that further events may undo. */
export async function countAlikeClients(session: DuckSession, rule: CorrelationRule, ids: WrittenIds): Promise<number> {
  if (!isGroupedByClient(rule) || !isRaisedByEvents(rule)) return 0;
  const { table, id, keys, confirmed } = ids;
  const least = leastOf(rule) ?? 1;
  const parts = joinSql(
    keys.map((key) => sql`CAST(count(${key}) > 0 AS INTEGER)`),
    sql` + `,
    constant(0),
  );
  const [count] = await session.row(sql`SELECT count(*) FROM (SELECT 1 FROM ${table} GROUP BY ${commonSpelling(id)}
    HAVING count(*) > 1 AND NOT bool_or(${confirmed}) AND ${parts} >= ${constant(least)})`);
  return Number(count);
}

/** A blank id stays a blank id. */
function commonSpelling(id: Sql): Sql {
  const lower = normalisedId(id, 'lower');
  return sql`CASE WHEN regexp_full_match(${lower}, '0+[0-9]+') THEN coalesce(nullif(ltrim(${lower}, '0'), ''), '0') ELSE coalesce(${lower}, '') END`;
}

/** Whether more events of a client can only bring the rule nearer to holding. */
function isRaisedByEvents({ statement }: CorrelationRule): boolean {
  if (statement.kind !== 'temporal' && statement.kind !== 'event_count' && statement.kind !== 'value_count') return false;
  return statement.limits.every(({ comparison }) => comparison === 'gt' || comparison === 'gte');
}
