/**
 * Rules that count kinds of change as SQL: clients with at least so many of the rule's types within the window, both ends
 * inclusive. The default rule asks for all of them.
 *
 * Three values: *confirmed* when enough types are there; *undetermined* when enough are there or could still come from a source
 * without an answer; otherwise the client is not listed. More rows never take a confirmation back. A type for which the run has
 * no source at all is unknown, not absent.
 */
import type { SourceId } from '../model/plan.ts';
import type { MissingSource } from '../model/run.ts';
import type { FoundType } from './findings.ts';
import { columnPrefixOf, type PlainRule, type RunRule, sourceless } from './run-rule.ts';
import { constant, joinSql, ownName, type Sql, sql } from './sql.ts';
import { list } from './values.ts';

/** One part of the rule and what is known about it. */
export interface RuleType extends Pick<FoundType, 'name' | 'key'> {
  /** Sources of this type without an answer, as they are named to people; a type without any source is one too. */
  readonly missing: readonly string[];
}

/** The column of a type's latest event. */
export function keyColumn(place: number): Sql {
  return ownName(`k${String(place)}`);
}

/** The rule's types with the sources that are missing, each with the ids of all its sources. */
export function ruleTypes(
  run: RunRule,
  plain: PlainRule,
  missing: readonly MissingSource[],
): readonly { readonly type: RuleType; readonly sources: readonly SourceId[] }[] {
  const isMissing = new Set(missing.map((source) => source.source));
  return plain.detections.map(({ key, logsource }, place) => {
    const sources = run.sourcesOf(logsource);
    const open = sources.filter((source) => isMissing.has(source));
    const name = columnPrefixOf(run, run.rule, key);
    return { type: { name, key: keyColumn(place), missing: sources.length > 0 ? open : [sourceless(logsource)] }, sources };
  });
}

/** The clients of a type's sources, see `WindowClients`. */
export interface TypeClients {
  readonly type: RuleType;
  readonly tables: readonly Sql[];
}

/** One row a client that has an event: `user_id` and each type's latest event, or NULL. */
export function latestPerClient(found: readonly TypeClients[]): Sql {
  const union = joinSql(
    found.flatMap(({ tables }, place) => tables.map((table) => sql`SELECT user_id, ${constant(place)} AS type, key FROM ${table}`)),
    sql` UNION ALL `,
    sql`SELECT CAST(NULL AS VARCHAR) AS user_id, 0 AS type, CAST(NULL AS HUGEINT) AS key WHERE FALSE`,
  );
  const latest = found.map(({ type }, place) => sql`max(key) FILTER (WHERE type = ${constant(place)}) AS ${type.key}`);
  return sql`SELECT ${list([sql`user_id`, ...latest])} FROM (${union}) GROUP BY user_id`;
}

/** Holds for a client with enough types. */
export function isConfirmed(types: readonly RuleType[], atLeast: number): Sql {
  if (types.length === 0) return sql`FALSE`;
  return atLeastOf(
    types.map((type) => sql`${type.key} IS NOT NULL`),
    atLeast,
  );
}

/** Holds for a client for whom a missing source decides. */
export function isUndetermined(types: readonly RuleType[], atLeast: number): Sql {
  if (types.every((type) => type.missing.length === 0)) return sql`FALSE`;
  const possible = types.map((type) => (type.missing.length > 0 ? sql`TRUE` : sql`${type.key} IS NOT NULL`));
  return sql`(NOT ${isConfirmed(types, atLeast)} AND ${atLeastOf(possible, atLeast)})`;
}

/**
 * What is missing for a client, as one text: first the sources that decide, then those that could still show a later
 * change than the one in the row. NULL where nothing is missing. A source that two types read is named once.
 */
export function missingText(types: readonly RuleType[]): Sql {
  const open = types.filter((type) => type.missing.length > 0);
  if (open.length === 0) return sql`CAST(NULL AS VARCHAR)`;
  const named = (condition: (type: RuleType) => Sql): readonly Sql[] =>
    open.map((type) => sql`CASE WHEN ${condition(type)} THEN ${type.missing.join('; ')} END`);
  return sql`concat_ws('; ', ${list([...named((type) => sql`${type.key} IS NULL`), ...named((type) => sql`${type.key} IS NOT NULL`)])})`;
}

function atLeastOf(conditions: readonly Sql[], atLeast: number): Sql {
  if (atLeast === conditions.length) return sql`(${joinSql(conditions, sql` AND `)})`;
  return sql`(${joinSql(
    conditions.map((condition) => sql`CAST(${condition} AS INTEGER)`),
    sql` + `,
  )} >= ${constant(atLeast)})`;
}
