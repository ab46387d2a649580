/**
 * The confidence of each row of a report as SQL: what `app/model/client-confidence.ts` says of one client. It is made of what is there
 * already, which parts of the rule a row shows and from which source, and computed when the row is read.
 */
import { answeredShare, partCoverage } from '../model/client-confidence.ts';
import type { RunPlan, SourceId } from '../model/plan.ts';
import type { MissingSource } from '../model/run.ts';
import { leastOf } from '../rules/describe-rule.ts';
import { placeOfKey, rankOfPlace } from './attached-source.ts';
import type { Findings, FoundType } from './findings.ts';
import type { RunRule } from './run-rule.ts';
import { detectionsOf } from './run-rule.ts';
import { constant, joinSql, ownName, type Sql, sql } from './sql.ts';
import { list } from './values.ts';

/** What the confidence of a report's rows is computed from. */
export interface Confidence {
  /** In the order of the findings' types. */
  readonly parts: readonly PartOfRule[];
  /** Answered shares by the rank of the source. */
  readonly shareOfRank: readonly number[];
  /** How many of the parts the rule needs. */
  readonly needed: number;
  readonly penalty: number;
  /** In a hunt a row is one window: what a source says of another window of the client tells nothing about it. */
  readonly isHunt: boolean;
}

/** What is known of a part of the rule, whoever the client is. */
interface PartOfRule {
  /** Answered of expected, 0..1. */
  readonly coverage: number;
  /** What a row counts as, where that is the same whichever source it came from. */
  readonly shown?: number;
}

/** What it depends on. */
interface ConfidenceInput {
  readonly plan: RunPlan;
  readonly rule: RunRule;
  /** Every missing source, those that answered in part among them. */
  readonly missing: readonly MissingSource[];
  /** The run's sources in the order that settles ties. */
  readonly ranked: readonly SourceId[];
}

/** For a merge of the rule. */
export function confidenceFor({ plan, rule, missing, ranked }: ConfidenceInput): Confidence {
  const missingOf = new Map(missing.map((source) => [source.source, source]));
  const shareOf = (id: SourceId): number => answeredShare(plan.window, missingOf.get(id));
  const hasAnswered = (id: SourceId): boolean => (missingOf.get(id)?.reason ?? 'partial') === 'partial';
  return {
    parts: rule.rule.rules.map((key) => {
      const { ids, isInner } = sourcesOf(rule, key);
      const coverage = partCoverage(ids.map(shareOf));
      const shares = [...new Set(ids.filter(hasAnswered).map(shareOf))].sort((a, b) => a - b);
      const [least = 0] = shares;
      // A match of an inner rule has no source of its own: it is as sure as the least sure of the sources that it may have come from.
      return { coverage, ...(isInner || shares.length < 2 ? { shown: Math.max(coverage, least) } : {}) };
    }),
    shareOfRank: ranked.map(shareOf),
    needed: leastOf(rule.rule) ?? rule.rule.rules.length,
    penalty: plan.confidencePenalty ?? 1,
    isHunt: plan.range !== undefined,
  };
}

/** Steps of a hundredth of a percent, as `confidenceSteps` makes them: a piece over a row of a stored report. */
export function confidenceValue({ types }: Findings, confidence: Confidence, verdict: 'confirmed' | 'undetermined'): Sql {
  const { parts, needed, penalty } = confidence;
  const isCertain = parts.every(({ coverage, shown }) => (verdict === 'confirmed' ? shown : coverage) === 1);
  if (isCertain) return sql`CAST(10000 AS BIGINT)`;
  const settled = types.map((type, place) => sql`CASE WHEN ${isSettled(type)} THEN ${shownValue(confidence, type, place)} END`);
  const others = types.map((type, place) => sql`CASE WHEN NOT ${isSettled(type)} THEN ${double(parts[place]?.coverage ?? 0)} END`);
  const some = (pieces: readonly Sql[]): Sql => sql`list_filter([${list(pieces)}], lambda x: x IS NOT NULL)`;
  const best = sql`list_slice(list_reverse_sort(${some(settled)}), 1, ${constant(needed)})`;
  const awaited = sql`list_concat(${some(settled)},
    list_slice(list_sort(${some(others)}), 1, greatest(1, ${constant(needed)} - len(${some(settled)}))))`;
  const coverage = sql`coalesce(list_avg(${verdict === 'confirmed' ? best : awaited}), 0)`;
  const raised = penalty === 1 ? coverage : sql`CASE WHEN ${coverage} = 0 THEN 0 ELSE pow(${coverage}, ${double(penalty)}) END`;
  return sql`(SELECT CASE WHEN raised >= 1 THEN 10000 ELSE least(9999, CAST(floor(raised * 10000 + 1e-6) AS BIGINT)) END FROM (SELECT ${raised} AS raised))`;
}

/** Further columns that a report stores: of each part that several sources show with different shares, the highest that shows the client. */
export function highestShares(
  { types, groups }: Findings,
  confidence: Confidence | undefined,
  listed: Sql,
): readonly { readonly column: Sql; readonly join: Sql }[] {
  if (confidence === undefined || confidence.isHunt) return [];
  return types.flatMap((type, place) => {
    if (confidence.parts[place]?.shown !== undefined || type.tables.length === 0) return [];
    const own = ownName(`h${String(place)}`);
    const ids = groups.map(({ column }) => column);
    const events = type.tables.map((table) => sql`SELECT ${list([...ids, sql`key`])} FROM ${table} AS events`);
    const ofListed = ids.length === 0 ? sql`` : sql`SEMI JOIN ${listed} AS listed USING (${list(ids)}) GROUP BY ${list(ids)}`;
    const isSame = joinSql([sql`TRUE`, ...ids.map((id) => sql`${own}.${id} = client.${id}`)], sql` AND `);
    const highest = sql`max(${shareOfEvent(confidence, sql`key`)}) AS ${highestName(place)}`;
    return {
      column: sql`${own}.${highestName(place)}`,
      join: sql` LEFT JOIN (SELECT ${list([...ids, highest])} FROM (${joinSql(events, sql` UNION ALL `)}) AS events ${ofListed}) AS ${own} ON ${isSame}`,
    };
  });
}

function sourcesOf(rule: RunRule, key: string): { readonly ids: readonly SourceId[]; readonly isInner: boolean } {
  const inner = rule.set.correlations.find((other) => other.key === key);
  const detections = inner === undefined ? rule.set.detections.filter((other) => other.key === key) : detectionsOf(rule, inner);
  return { ids: [...new Set(detections.flatMap(({ logsource }) => rule.sourcesOf(logsource)))], isInner: inner !== undefined };
}

function shownValue(confidence: Confidence, { key, tables }: FoundType, place: number): Sql {
  const { coverage = 0, shown } = confidence.parts[place] ?? {};
  if (shown !== undefined) return double(shown);
  const stored = confidence.isHunt || tables.length === 0 ? shareOfEvent(confidence, key) : highestName(place);
  return sql`greatest(${double(coverage)}, ${stored})`;
}

function shareOfEvent({ shareOfRank }: Confidence, key: Sql): Sql {
  return sql`list_extract([${list(shareOfRank.map(double))}], ${rankOfPlace(placeOfKey(key))} + 1)`;
}

function isSettled({ key, isOpen = sql`FALSE` }: FoundType): Sql {
  return sql`(${key} IS NOT NULL AND NOT ${isOpen})`;
}

function highestName(place: number): Sql {
  return ownName(`s${String(place)}`);
}

function double(value: number): Sql {
  return sql`CAST(${constant(value)} AS DOUBLE)`;
}
