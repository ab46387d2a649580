/**
 * The default rule as SQL: clients with every change type of the plan within the window, both ends inclusive.
 *
 * Three values: *confirmed* when every type is there; *undetermined* when each type that is not there could still come
 * from a source without an answer; otherwise the client is not listed. More rows never take a confirmation back. A type
 * for which the run has no source at all is unknown, not absent: nobody is confirmed then, and clients with all other
 * types are undetermined.
 */
import type { ChangeType } from '../model/change-type.ts';
import type { MissingSource, RunPlan } from '../model/run.ts';
import { constant, joinSql, ownName, type Sql, sql } from './sql.ts';
import { list } from './values.ts';

/** One change type of the rule and what is known about it. */
export interface RuleType {
  readonly changeType: ChangeType;
  /** Column of the client's latest event of this type: its key, or NULL. */
  readonly key: Sql;
  /** Sources of this type without an answer, as they are named to people; a type without any source is one too. */
  readonly missing: readonly string[];
}

/** The rule's types with the sources that are missing. */
export function ruleTypes(plan: RunPlan, missing: readonly MissingSource[]): readonly RuleType[] {
  return plan.changeTypes.map((changeType, place) => {
    const planned = plan.sources.some((source) => source.changeType === changeType);
    const names = missing.filter((source) => source.changeType === changeType).map((source) => source.source);
    return {
      changeType,
      key: ownName(`k${String(place)}`),
      missing: planned || names.length > 0 ? names : [`${changeType} (no source in this run)`],
    };
  });
}

/** The events of a type's sources. */
export interface TypeEvents {
  readonly type: RuleType;
  readonly tables: readonly Sql[];
}

/** One row a client that has an event: `user_id` and each type's latest event, or NULL. */
export function latestPerClient(events: readonly TypeEvents[]): Sql {
  const union = joinSql(
    events.flatMap(({ tables }, place) => tables.map((table) => sql`SELECT user_id, ${constant(place)} AS type, key FROM ${table}`)),
    sql` UNION ALL `,
    sql`SELECT CAST(NULL AS VARCHAR) AS user_id, 0 AS type, CAST(NULL AS HUGEINT) AS key WHERE FALSE`,
  );
  const latest = events.map(({ type }, place) => sql`max(key) FILTER (WHERE type = ${constant(place)}) AS ${type.key}`);
  return sql`SELECT ${list([sql`user_id`, ...latest])} FROM (${union}) GROUP BY user_id`;
}

/** Holds for a client with every type. */
export function isConfirmed(types: readonly RuleType[]): Sql {
  if (types.length === 0) return sql`FALSE`;
  return sql`(${joinSql(
    types.map((type) => sql`${type.key} IS NOT NULL`),
    sql` AND `,
  )})`;
}

/** Holds for a client for whom a missing source decides. */
export function isUndetermined(types: readonly RuleType[]): Sql {
  if (types.every((type) => type.missing.length === 0)) return sql`FALSE`;
  const possible = types.map((type) => (type.missing.length > 0 ? sql`TRUE` : sql`${type.key} IS NOT NULL`));
  return sql`(NOT ${isConfirmed(types)} AND ${joinSql(possible, sql` AND `)})`;
}

/**
 * What is missing for a client, as one text: first the sources that decide, then those that could still show a later
 * change than the one in the row. NULL where nothing is missing.
 */
export function missingText(types: readonly RuleType[]): Sql {
  const open = types.filter((type) => type.missing.length > 0);
  if (open.length === 0) return sql`CAST(NULL AS VARCHAR)`;
  const named = (condition: (type: RuleType) => Sql): readonly Sql[] =>
    open.map((type) => sql`CASE WHEN ${condition(type)} THEN ${type.missing.join('; ')} END`);
  return sql`concat_ws('; ', ${list([...named((type) => sql`${type.key} IS NULL`), ...named((type) => sql`${type.key} IS NOT NULL`)])})`;
}
