/**
 * Numbers of a measured field, exactly. Each distinct text is read once by the rules' own decimals and becomes a whole number of a
 * common scale, so that sums, means and comparisons in SQL round nothing, however long the numbers are.
 */
import { compareDecimals, type Decimal, decimalOf, parseDecimal } from '../rules/decimal.ts';
import type { Comparison, Limit } from '../rules/rule.ts';
import type { RuleScratch } from './rule-scratch.ts';
import { constant, joinSql, ownName, type Sql, sql } from './sql.ts';

/** HUGEINT holds 38 digits; a sum of so many fits, with so many rows that nobody has them. */
const shortDigits = 25;

/** A look-up of numbers by text. */
export interface NumberTable {
  /** `v0`: the text; `n`: the number on the common scale; `d0`, `d1`, …: less each limit; `l0`, …: below it; `m0`, …: not above it. */
  readonly relation: Sql;
  /** The limits, each with its bound on the common scale, a piece of the type of `n`. */
  readonly limits: readonly { readonly comparison: Comparison; readonly bound: Sql }[];
}

/** Reads all texts of the column that are numbers. */
export async function numberTable(scratch: RuleScratch, relation: Sql, column: Sql, limits: readonly Limit[]): Promise<NumberTable> {
  const texts = await scratch.distinctTexts(relation, column);
  const numbers = texts.flatMap((text) => {
    const value = parseDecimal(text);
    return value === undefined ? [] : [{ text, value }];
  });
  const bounds = limits.map(({ value }) => decimalOf(value));
  const all = [...numbers.map(({ value }) => value), ...bounds];
  const scale = all.reduce((most, value) => Math.max(most, value.scale), 0);
  const whole = ({ digits, scale: own }: Decimal): bigint => digits * 10n ** BigInt(scale - own);
  const longest = all.reduce((most, value) => Math.max(most, whole(value).toString().length), 0);
  const type = longest <= shortDigits ? ownName('hugeint') : ownName('bignum');
  const rows = numbers.map(({ text, value }) => [
    text,
    String(whole(value)),
    ...bounds.flatMap((bound) => [
      String(whole(value) - whole(bound)),
      String(compareDecimals(value, bound) < 0),
      String(compareDecimals(value, bound) <= 0),
    ]),
  ]);
  const table = await scratch.storeTexts('numbers', 2 + 3 * bounds.length, rows);
  const cast = (place: number, to: Sql, name: string): Sql => sql`CAST(${ownName(`v${String(place)}`)} AS ${to}) AS ${ownName(name)}`;
  const columns = bounds.flatMap((_, place) => [
    cast(2 + 3 * place, type, `d${String(place)}`),
    cast(3 + 3 * place, ownName('boolean'), `l${String(place)}`),
    cast(4 + 3 * place, ownName('boolean'), `m${String(place)}`),
  ]);
  return {
    relation: sql`(SELECT ${joinSql([sql`v0`, cast(1, type, 'n'), ...columns], sql`, `)} FROM ${table})`,
    limits: limits.map(({ comparison, value }) => ({
      comparison,
      bound: sql`CAST(${String(whole(decimalOf(value)))} AS ${type})`,
    })),
  };
}

/** Place of the percentile among so many sorted values, counted from 1: nearest rank. */
export function rankOfPercentile(percentile: string, count: Sql): Sql {
  const { digits, scale } = decimalOf(percentile);
  const whole = 100n * 10n ** BigInt(scale);
  return sql`greatest((${constant(digits)} * CAST(${count} AS HUGEINT) + ${constant(whole - 1n)}) // ${constant(whole)}, 1)`;
}
