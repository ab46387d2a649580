/**
 * A statement about a window as SQL: two conditions over figures of the window's events. `holds`: it is true whatever rows may
 * still come. `possible`: it is not false for good. What lies between is open. Agrees with `app/rules/judge-window.ts`.
 */
import type { Comparison, CorrelationRule, Limit, RuleExpression, Statement } from '../rules/rule.ts';
import { allOf, anyOf, type Chains, conjunctionsOf, longestChains, wholeChains } from './rule-chains.ts';
import { type GroupedHits, pickedColumn, valueColumn } from './rule-groups.ts';
import { type NumberTable, rankOfPercentile } from './rule-numbers.ts';
import { constant, ownName, type Sql, sql } from './sql.ts';
import { list } from './values.ts';

/** A figure of a window: an aggregate over its events. */
export interface Figure {
  readonly name: Sql;
  readonly aggregate: Sql;
  /** Only events that satisfy it. */
  readonly filter?: Sql;
  /** Where the aggregate is of chains, which run along already: the column itself tells the value at an event. */
  readonly running?: Sql;
}

/** How a statement is judged. */
export interface Judging {
  /** The hits, with further columns that the figures need. */
  readonly relation: Sql;
  readonly figures: readonly Figure[];
  /** Conditions over the figures; never NULL. `from` is the beginning of the window. */
  readonly holds: (from: Sql) => Sql;
  readonly possible: (from: Sql) => Sql;
  /** Whether a further event of a rule changes nothing in the window, because it is there already and order does not count. */
  readonly isSettled: (at: number) => Sql;
  /** The figure that the statement is about, for reports. */
  readonly measure?: { readonly name: string; readonly column: Sql };
}

/**
 * @param partition `PARTITION BY …`, or nothing where all events are one group
 * @param isOpen whether missing sources may hold further hits of a rule
 */
export function judgingOf(rule: CorrelationRule, hits: GroupedHits, partition: Sql, isOpen: (at: number) => boolean): Judging {
  const { statement } = rule;
  const isAnyOpen = rule.rules.some((_, at) => isOpen(at));
  const plain = { relation: hits.table, isSettled: () => sql`FALSE` };
  switch (statement.kind) {
    case 'event_count': {
      const n = ownName('n_events');
      return {
        ...plain,
        figures: [{ name: n, aggregate: sql`count(ev)` }],
        ...counting(statement.limits, n, isAnyOpen),
        measure: { name: 'events', column: n },
      };
    }
    case 'value_count': {
      const n = ownName('n_values');
      const columns = statement.fields.map((_, place) => valueColumn(place));
      const combination = columns.length === 1 ? list(columns) : sql`[${list(columns)}]`;
      const filter = allOf(columns.map((column) => sql`${column} IS NOT NULL`));
      const figure = { name: n, aggregate: sql`count(DISTINCT ${combination})`, filter };
      return { ...plain, figures: [figure], ...counting(statement.limits, n, isAnyOpen), measure: { name: 'values', column: n } };
    }
    case 'value_sum':
    case 'value_avg':
    case 'value_percentile':
      // Missing rows can change them either way.
      return { ...plain, ...(hits.numbers === undefined || isAnyOpen ? unknown : measuring(statement, hits.numbers)) };
    case 'temporal':
      return statement.ordered ? inOrder(rule, statement.limits, hits, partition, isOpen) : anyOrder(rule, statement.limits, hits, isOpen);
    case 'temporal_text':
      return statement.ordered
        ? wordsInOrder(rule, statement.expression, hits, partition, isOpen)
        : words(rule, statement.expression, hits, isOpen);
  }
}

/** The figure that tells whether a rule picked an event of the window. */
export function presence(at: number): Figure {
  return { name: ownName(`p${String(at)}`), aggregate: sql`bool_or(${pickedColumn(at)})` };
}

type Conditions = Pick<Judging, 'holds' | 'possible'>;

function both(condition: Sql): Conditions {
  return { holds: () => condition, possible: () => condition };
}

/** A count that missing rows can only raise. */
function counting(limits: readonly Limit[], n: Sql, isAnyOpen: boolean): Conditions {
  if (!isAnyOpen) return both(exactly(limits, n));
  return between(limits, () => n, undefined);
}

/** A count of at least `least` and, where it is bounded, at most `most`. */
function between(limits: readonly Limit[], least: (from: Sql) => Sql, most: ((from: Sql) => Sql) | undefined): Conditions {
  const atLeast = limits.filter(({ comparison }) => comparison === 'gt' || comparison === 'gte');
  const reached = (count: Sql): Sql =>
    allOf(atLeast.map(({ comparison, value }) => sql`${count} >= ${constant(BigInt(value) + (comparison === 'gt' ? 1n : 0n))}`));
  const onlyAtLeast = atLeast.length === limits.length;
  if (most === undefined) return { holds: (from) => (onlyAtLeast ? reached(least(from)) : sql`FALSE`), possible: () => sql`TRUE` };
  const settled = (from: Sql): Sql => sql`(${least(from)} = ${most(from)})`;
  return {
    holds: (from) =>
      sql`CASE WHEN ${settled(from)} THEN ${exactly(limits, least(from))} ELSE ${onlyAtLeast ? reached(least(from)) : sql`FALSE`} END`,
    possible: (from) => sql`CASE WHEN ${settled(from)} THEN ${exactly(limits, least(from))} ELSE ${reached(most(from))} END`,
  };
}

function exactly(limits: readonly Limit[], n: Sql): Sql {
  return allOf(limits.map(({ comparison, value }) => compare(comparison, n, constant(BigInt(value)))));
}

function compare(comparison: Comparison, left: Sql, right: Sql): Sql {
  switch (comparison) {
    case 'gt':
      return sql`(${left} > ${right})`;
    case 'gte':
      return sql`(${left} >= ${right})`;
    case 'lt':
      return sql`(${left} < ${right})`;
    case 'lte':
      return sql`(${left} <= ${right})`;
    case 'eq':
      return sql`(${left} = ${right})`;
    case 'neq':
      return sql`(${left} <> ${right})`;
  }
}

/** What may be, and is not known. */
const unknown: Conditions & Pick<Judging, 'figures'> = { figures: [], holds: () => sql`FALSE`, possible: () => sql`TRUE` };

type Measured = Extract<Statement, { readonly field: string }>;

/** Sums, means and percentiles. Without any number no comparison holds. */
function measuring(statement: Measured, numbers: NumberTable): Conditions & Pick<Judging, 'figures'> {
  const n = ownName('n_numbers');
  const figures: Figure[] = [{ name: n, aggregate: sql`count(n)` }];
  const conditions = numbers.limits.map(({ comparison, bound }, place): Sql => {
    const column = (letter: string): Sql => ownName(`${letter}${String(place)}`);
    if (statement.kind === 'value_percentile') {
      const [below, upTo] = [ownName(`below${String(place)}`), ownName(`upto${String(place)}`)];
      figures.push(
        { name: below, aggregate: sql`count(n)`, filter: column('l') },
        { name: upTo, aggregate: sql`count(n)`, filter: column('m') },
      );
      return comparePercentile(comparison, below, upTo, rankOfPercentile(statement.percentile, n));
    }
    if (statement.kind === 'value_sum') {
      const sum = ownName('total');
      if (place === 0) figures.push({ name: sum, aggregate: sql`sum(n)` });
      return compare(comparison, sum, bound);
    }
    // The mean is above the limit exactly if what the values exceed it by is above nothing in sum.
    const above = ownName(`above${String(place)}`);
    figures.push({ name: above, aggregate: sql`sum(${column('d')})` });
    return compare(comparison, above, sql`(${bound} - ${bound})`);
  });
  const condition = sql`coalesce(${n} > 0 AND ${allOf(conditions)}, FALSE)`;
  return { figures, ...both(condition) };
}

/** The value at a rank is above a limit exactly if fewer values than that do not exceed it. */
function comparePercentile(comparison: Comparison, below: Sql, upTo: Sql, rank: Sql): Sql {
  switch (comparison) {
    case 'gt':
      return sql`(${upTo} < ${rank})`;
    case 'gte':
      return sql`(${below} < ${rank})`;
    case 'lt':
      return sql`(${below} >= ${rank})`;
    case 'lte':
      return sql`(${upTo} >= ${rank})`;
    case 'eq':
      return sql`(${below} < ${rank} AND ${upTo} >= ${rank})`;
    case 'neq':
      return sql`(${below} >= ${rank} OR ${upTo} < ${rank})`;
  }
}

function anyOrder(rule: CorrelationRule, limits: readonly Limit[], hits: GroupedHits, isOpen: (at: number) => boolean): Judging {
  const figures = rule.rules.map((_, at) => presence(at));
  const count = (condition: (at: number) => Sql): Sql =>
    sql`(${rule.rules.map((_, at) => sql`CAST(${condition(at)} AS INTEGER)`).reduce((all, next) => sql`${all} + ${next}`)})`;
  const isThere = (at: number): Sql => presence(at).name;
  return {
    relation: hits.table,
    figures,
    ...between(
      limits,
      () => count(isThere),
      () => count((at) => (isOpen(at) ? sql`TRUE` : isThere(at))),
    ),
    isSettled: isThere,
  };
}

function inOrder(
  rule: CorrelationRule,
  limits: readonly Limit[],
  hits: GroupedHits,
  partition: Sql,
  isOpen: (at: number) => boolean,
): Judging {
  const real = longestChains(hits.table, partition, rule, () => false, 'a');
  const free = longestChains(real.relation, partition, rule, isOpen, 'b');
  const lengthOf = ({ columns }: Chains): ((from: Sql) => Sql) => {
    return (from) =>
      sql`CASE ${columns.map((column, at) => sql`WHEN ${column} >= ${from} THEN ${constant(at + 1)}`).reduceRight((all, next) => sql`${all} ${next}`)} ELSE 0 END`;
  };
  return {
    relation: free.relation,
    figures: chainFigures(real, free),
    ...between(limits, lengthOf(real), lengthOf(free)),
    isSettled: () => sql`FALSE`,
  };
}

function chainFigures(...chains: readonly Chains[]): readonly Figure[] {
  return chains.flatMap(({ columns }) => columns.map((column) => ({ name: column, aggregate: sql`max(${column})`, running: column })));
}

function words(rule: CorrelationRule, expression: RuleExpression, hits: GroupedHits, isOpen: (at: number) => boolean): Judging {
  const figures = rule.rules.map((_, at) => presence(at));
  const isThere = (at: number): Sql => presence(at).name;
  const conditionOf = (part: RuleExpression, hopeful: boolean): Sql => {
    switch (part.kind) {
      case 'rule': {
        const at = rule.rules.indexOf(part.rule);
        return hopeful && isOpen(at) ? sql`TRUE` : isThere(at);
      }
      case 'not':
        return sql`(NOT ${conditionOf(part.of, !hopeful)})`;
      case 'and':
        return allOf(part.of.map((own) => conditionOf(own, hopeful)));
      case 'or':
        return anyOf(part.of.map((own) => conditionOf(own, hopeful)));
    }
  };
  return {
    relation: hits.table,
    figures,
    holds: () => conditionOf(expression, false),
    possible: () => conditionOf(expression, true),
    isSettled: isThere,
  };
}

function wordsInOrder(
  rule: CorrelationRule,
  expression: RuleExpression,
  hits: GroupedHits,
  partition: Sql,
  isOpen: (at: number) => boolean,
): Judging {
  const ways = conjunctionsOf(expression, rule.rules);
  const wanted = [...new Map(ways.filter((way) => way.wanted.length > 0).map((way) => [way.wanted.join(), way.wanted])).values()];
  const real = wholeChains(hits.table, partition, wanted, () => false, 'a');
  const free = wholeChains(real.relation, partition, wanted, isOpen, 'b');
  const figures = rule.rules.map((_, at) => presence(at));
  const condition = (chains: Chains, isAbsent: (at: number) => Sql, from: Sql): Sql =>
    anyOf(
      ways.map((way) => {
        const chain = chains.columns[wanted.findIndex((other) => other.join() === way.wanted.join())];
        const isChained = chain === undefined ? [] : [sql`coalesce(${chain} >= ${from}, FALSE)`];
        return allOf([...isChained, ...way.unwanted.map(isAbsent)]);
      }),
    );
  const isThere = (at: number): Sql => presence(at).name;
  return {
    relation: free.relation,
    figures: [...figures, ...chainFigures(real, free)],
    holds: (from) => condition(real, (at) => (isOpen(at) ? sql`FALSE` : sql`(NOT ${isThere(at)})`), from),
    possible: (from) => condition(free, (at) => sql`(NOT ${isThere(at)})`, from),
    isSettled: () => sql`FALSE`,
  };
}
