/** The hits of a correlation, put into their groups: one row an event, with the rules that picked it. */
import { keyOfPlace, noPlace } from './attached-source.ts';
import type { CorrelationRule, Statement } from '../rules/rule.ts';
import type { MicrosWindow } from './event-time.ts';
import { fieldColumn, measuredFields, type RuleHits } from './rule-hits.ts';
import { type NumberTable, numberTable } from './rule-numbers.ts';
import type { RuleScratch } from './rule-scratch.ts';
import { constant, joinSql, ownName, type Sql, sql } from './sql.ts';
import { list } from './values.ts';

/** Grouped hits. */
export interface GroupedHits {
  /**
   * Table: `g0`, … (the group), `t`, `ev` (one number an event), `key` (as of attached events), `r0`, … (whether each rule picked it),
   * `v0`, … (texts of the counted fields), and the numbers of {@link NumberTable} where a field is measured.
   */
  readonly table: Sql;
  /** Relation with `ev` of events that have no value for a field of the group. */
  readonly skipped: Sql;
  readonly numbers: NumberTable | undefined;
}

/** The column of a field of the group. */
export function groupColumn(place: number): Sql {
  return ownName(`g${String(place)}`);
}

/** The column that tells whether a rule picked the event. */
export function pickedColumn(place: number): Sql {
  return ownName(`r${String(place)}`);
}

/** The column of a counted field. */
export function valueColumn(place: number): Sql {
  return ownName(`v${String(place)}`);
}

/** Columns of the group, for `GROUP BY` and `PARTITION BY`; a constant where there is no field. */
export function groupColumns(rule: CorrelationRule): readonly Sql[] {
  return rule.groupBy.map((_, place) => groupColumn(place));
}

/** Groups the hits of the rules of a correlation. `isShared`: an event may be picked by two of them. */
export async function groupHits(
  scratch: RuleScratch,
  rule: CorrelationRule,
  hitsOf: (key: string) => RuleHits,
  { window, isShared }: { readonly window: MicrosWindow; readonly isShared: boolean },
): Promise<GroupedHits> {
  const values = measuredFields(rule);
  const pieces = rule.rules.map((key, at) => {
    const hits = hitsOf(key);
    const field = (name: string): Sql => {
      const place = placeOf(hits.fields, name);
      return place < 0 ? sql`CAST(NULL AS VARCHAR)` : fieldColumn(place);
    };
    return sql`SELECT ${list([
      ...rule.groupBy.map(({ name, fieldOf }, place) => sql`${field(fieldOf[key] ?? name)} AS ${groupColumn(place)}`),
      ...[sql`t`, sql`ev`],
      ...rule.rules.map((_, place) => sql`${place === at} AS ${pickedColumn(place)}`),
      ...values.map((name, place) => sql`${field(name)} AS ${valueColumn(place)}`),
    ])} FROM ${hits.relation} AS hit`;
  });
  const all = await scratch.store('all_hits', joinSql(pieces, sql` UNION ALL `));
  const groups = groupColumns(rule);
  const isNull = groups.map((column) => sql`${column} IS NULL`);
  const isSkipped = sql`(${joinSql(isNull, sql` OR `, sql`FALSE`)})`;
  // One event that two rules picked is one event, in each group.
  const picked = rule.rules.map((_, place) => sql`bool_or(${pickedColumn(place)}) AS ${pickedColumn(place)}`);
  const told = values.map((_, place) => sql`any_value(${valueColumn(place)}) AS ${valueColumn(place)}`);
  const key = keyOfPlace(sql`(t - ${constant(window.from)})`, sql`CASE WHEN ev < 0 THEN ${noPlace} ELSE ev END`);
  const columns = (own: readonly Sql[]): Sql => list([...groups, sql`t`, sql`ev`, sql`${key} AS key`, ...own]);
  const grouped = await scratch.store(
    'grouped',
    isShared
      ? sql`SELECT ${columns([...picked, ...told])} FROM ${all} WHERE NOT ${isSkipped} GROUP BY ${list([...groups, sql`t`, sql`ev`])}`
      : sql`SELECT ${columns([...rule.rules.map((_, place) => pickedColumn(place)), ...values.map((_, place) => valueColumn(place))])}
          FROM ${all} WHERE NOT ${isSkipped}`,
  );
  const skipped = sql`(SELECT ev FROM ${all} WHERE ${isSkipped})`;
  if (!isMeasured(rule.statement)) return { table: grouped, skipped, numbers: undefined };
  const numbers = await numberTable(scratch, grouped, valueColumn(0), rule.statement.limits);
  const table = await scratch.store(
    'measured',
    sql`SELECT grouped.*, number.* EXCLUDE (v0) FROM ${grouped} AS grouped LEFT JOIN ${numbers.relation} AS number ON grouped.v0 = number.v0`,
  );
  return { table, skipped, numbers };
}

function isMeasured(statement: Statement): statement is Extract<Statement, { kind: 'value_sum' | 'value_avg' | 'value_percentile' }> {
  return statement.kind === 'value_sum' || statement.kind === 'value_avg' || statement.kind === 'value_percentile';
}

/** The exact name first, then any case. */
function placeOf(fields: readonly string[], name: string): number {
  const exact = fields.indexOf(name);
  return exact >= 0 ? exact : fields.findIndex((field) => field.toLowerCase() === name.toLowerCase());
}
