/**
 * Clients who nearly meet a rule that counts kinds of change: fewer kinds, or a wider window, over the rows that are kept. Nobody is
 * called a near miss who may in truth meet the rule without its row saying so.
 */
import { CamError, failure } from '../model/failure.ts';
import { instantFromMicros, microsOfInstant } from '../model/instant.ts';
import type { NearMisses } from '../model/near-misses.ts';
import type { RunPlan } from '../model/plan.ts';
import { leastOf } from '../rules/describe-rule.ts';
import { type AttachedSource, keyOfPlace, microsOfKey } from './attached-source.ts';
import { keyColumn } from './default-rule.ts';
import type { DuckSession } from './duck.ts';
import type { MicrosWindow } from './event-time.ts';
import type { Findings, FoundType } from './findings.ts';
import { quietRule } from './general-findings.ts';
import { evaluateRule, latestColumn } from './rule-evaluation.ts';
import { groupColumn } from './rule-groups.ts';
import { RuleScratch } from './rule-scratch.ts';
import { columnPrefixOf, plainRuleOf, type RunRule, sourceless } from './run-rule.ts';
import { constant, joinSql, ownName, type Sql, sql } from './sql.ts';
import { list } from './values.ts';

/** What is asked. */
export interface NearInput {
  readonly plan: RunPlan;
  readonly run: RunRule;
  readonly answered: readonly AttachedSource[];
  /** Sources that may have further rows. */
  readonly missing: ReadonlySet<string>;
  readonly atLeast: number;
  readonly windowHours: number;
  /** Where the clients go. */
  readonly table: Sql;
  readonly newTable: (kind: string) => Sql;
}

/** The clients, and what is told beside them. */
export interface FoundNear {
  readonly findings: Findings;
  /** Beginning of the times in its keys. */
  readonly window: MicrosWindow;
  readonly summary: Omit<NearMisses, 'durationMs'>;
}

const hourMicros = 3_600_000_000;

/** One kind of change. */
interface Kind extends FoundType {
  readonly missing: readonly string[];
}

/** Counts and lists. @throws CamError `request.invalid` where the rule does not count kinds of change, or the run is a hunt */
export async function findNear(session: DuckSession, input: NearInput): Promise<FoundNear> {
  const needed = neededOf(input);
  const { plan, atLeast, windowHours, table } = input;
  const to = microsOfInstant(plan.window.to);
  const near = to - BigInt(Math.round(windowHours * hourMicros));
  const own = microsOfInstant(plan.window.from);
  const wide = { from: near < own ? near : own, to };
  const kinds = kindsOf(input);
  const latest = await latestByGroup(session, input, wide, kinds);
  const since = (from: bigint) => (kind: Kind) => sql`coalesce(${microsOfKey(kind.key)} >= ${constant(from - wide.from)}, FALSE)`;
  const [isNear, isOwn] = [since(near), since(own)];
  const may = (kind: Kind, is: (kind: Kind) => Sql): Sql => (kind.missing.length > 0 ? sql`TRUE` : is(kind));
  const count = (conditions: readonly Sql[]): Sql =>
    joinSql(
      conditions.map((one) => sql`CAST(${one} AS INTEGER)`),
      sql` + `,
    );
  const isListed = sql`own_count < ${constant(needed)} AND near_count >= ${constant(atLeast)}`;
  await session.run(sql`CREATE TABLE ${table} AS SELECT *, ${isListed} AS is_listed,
      own_count < ${constant(needed)} AND own_most >= ${constant(needed)} AS may_match,
      own_count < ${constant(needed)} AND near_count < ${constant(atLeast)} AND near_most >= ${constant(atLeast)} AS is_undecided,
      CASE WHEN wide_count >= ${constant(needed)} THEN CAST(${beyond(kinds, needed, own - wide.from)} AS DOUBLE) / ${constant(hourMicros)} END AS too_wide
    FROM (SELECT *, ${count(kinds.map(isNear))} AS near_count, ${count(kinds.map((kind) => may(kind, isNear)))} AS near_most,
      ${count(kinds.map(isOwn))} AS own_count, ${count(kinds.map((kind) => may(kind, isOwn)))} AS own_most,
      ${count(kinds.map((kind) => sql`${kind.key} IS NOT NULL`))} AS wide_count,
      concat_ws(', ', ${list(kinds.map((kind) => sql`CASE WHEN NOT ${isNear(kind)} THEN ${kind.name} END`))}) AS lacking
      FROM ${latest.relation}) AS counted`);
  await latest.drop();
  const summary = await summarise(session, { table, kinds, isNear });
  return {
    findings: findingsOf(input, kinds, isOwn),
    window: wide,
    summary: {
      ...{ atLeast, of: kinds.length, windowHours, window: { from: instantFromMicros(near), to: plan.window.to } },
      ...summary,
      reachesBack: near >= microsOfInstant(plan.startDate),
    },
  };
}

function neededOf({ run, plan, atLeast }: NearInput): number {
  const needed = leastOf(run.rule);
  const isCounting = run.rule.rules.every((key) => run.set.detections.some((detection) => detection.key === key));
  if (plan.range === undefined && needed !== undefined && isCounting && atLeast <= run.rule.rules.length) return needed;
  const message =
    plan.range !== undefined
      ? 'A hunt has no near misses: it looks at many windows.'
      : needed === undefined || !isCounting
        ? 'Only rules that count kinds of change have near misses.'
        : `The rule has ${String(run.rule.rules.length)} kinds of change.`;
  throw new CamError(failure('request.invalid', { message }));
}

function kindsOf({ run, answered, missing }: NearInput): readonly Kind[] {
  return run.rule.rules.map((key, place) => {
    const detection = run.set.detections.find((other) => other.key === key);
    const ids = detection === undefined ? [] : run.sourcesOf(detection.logsource);
    const open = ids.filter((id) => missing.has(id));
    return {
      name: columnPrefixOf(run, run.rule, key),
      key: keyColumn(place),
      sources: answered.filter(({ input }) => ids.includes(input.source)),
      tables: [],
      missing: ids.length > 0 ? open : [sourceless(detection?.logsource ?? {})],
    };
  });
}

/** How far before the window the change lies that the client lacks there: the latest that would make enough, in microseconds. */
function beyond(kinds: readonly Kind[], needed: number, ownFrom: bigint): Sql {
  const times = list(kinds.map((kind) => microsOfKey(kind.key)));
  // Sorted downwards with NULL last, the change that is needed stands at its number.
  return sql`(${constant(ownFrom)} - list_extract(list_sort(list_filter([${times}], lambda x: x IS NOT NULL), 'DESC'), ${constant(needed)}))`;
}

/** The latest event of each kind, by group, in the wider of both windows. */
async function latestByGroup(
  session: DuckSession,
  { run, answered, missing, newTable }: NearInput,
  window: MicrosWindow,
  kinds: readonly Kind[],
): Promise<{ readonly relation: Sql; readonly drop: () => Promise<void> }> {
  if (plainRuleOf(run) !== undefined) {
    const events = kinds.flatMap(({ sources }, place) =>
      sources.map((source) => {
        const key = keyOfPlace(sql`(micros - ${constant(window.from)})`, sql`place`);
        return sql`SELECT user_id, ${constant(place)} AS kind, ${key} AS key FROM ${source.eventsIn(window)} AS event WHERE user_id IS NOT NULL`;
      }),
    );
    const nothing = sql`SELECT CAST(NULL AS VARCHAR) AS user_id, 0 AS kind, CAST(NULL AS HUGEINT) AS key WHERE FALSE`;
    const latest = kinds.map(({ key }, place) => sql`max(key) FILTER (WHERE kind = ${constant(place)}) AS ${key}`);
    const union = joinSql(events, sql` UNION ALL `, nothing);
    const relation = sql`(SELECT ${list([sql`user_id AS ${groupColumn(0)}`, ...latest])} FROM (${union}) AS events GROUP BY user_id)`;
    return { relation, drop: () => Promise.resolve() };
  }
  const scratch = new RuleScratch(session, newTable);
  try {
    const { groups } = await evaluateRule(scratch, { run, answered, missing, window, kind: 'anchored' });
    const columns = [
      ...run.rule.groupBy.map((_, place) => groupColumn(place)),
      ...kinds.map(({ key }, place) => sql`${latestColumn(place)} AS ${key}`),
    ];
    return { relation: sql`(SELECT ${list(columns)} FROM ${groups} AS judged)`, drop: () => scratch.drop() };
  } catch (error) {
    await scratch.drop();
    throw error;
  }
}

interface Counting {
  readonly table: Sql;
  readonly kinds: readonly Kind[];
  readonly isNear: (kind: Kind) => Sql;
}

async function summarise(
  session: DuckSession,
  { table, kinds, isNear }: Counting,
): Promise<Pick<NearMisses, 'total' | 'mayMatch' | 'undecided' | 'lacking' | 'tooWide'>> {
  const lacking = kinds.map((kind) => sql`count(*) FILTER (WHERE is_listed AND NOT ${isNear(kind)})`);
  const [total, mayMatch, undecided, tooWide, ...counts] = await session.row(sql`SELECT count(*) FILTER (WHERE is_listed),
    count(*) FILTER (WHERE is_listed AND may_match), count(*) FILTER (WHERE is_undecided),
    count(*) FILTER (WHERE is_listed AND too_wide IS NOT NULL), ${list(lacking)} FROM ${table}`);
  return {
    total: Number(total),
    mayMatch: Number(mayMatch),
    undecided: Number(undecided),
    tooWide: Number(tooWide),
    lacking: kinds.map(({ name }, place) => ({ changeType: name, clients: Number(counts[place]) })),
  };
}

function findingsOf({ run, table }: NearInput, kinds: readonly Kind[], isOwn: (kind: Kind) => Sql): Findings {
  const open = kinds.filter(({ missing }) => missing.length > 0);
  const named = (condition: (kind: Kind) => Sql): readonly Sql[] =>
    open.map((kind) => sql`CASE WHEN ${condition(kind)} THEN ${kind.missing.join('; ')} END`);
  const texts = [...named((kind) => sql`NOT ${isOwn(kind)}`), ...named(isOwn)];
  return {
    table,
    groups: run.rule.groupBy.map(({ name }, place) => ({ name, column: groupColumn(place) })),
    types: kinds.map(({ name, key, sources }) => ({ name, key, sources, tables: [] })),
    measures: [
      { name: 'changes', kind: 'integer', column: ownName('near_count') },
      { name: 'lacking_changes', kind: 'text', column: ownName('lacking') },
      { name: 'too_wide_by_hours', kind: 'double', column: ownName('too_wide') },
    ],
    carried: [ownName('may_match')],
    order: [],
    told: { groups: 0, events: 0, rule: quietRule(run) },
    kept: [],
    confirmed: sql`is_listed`,
    undetermined: sql`FALSE`,
    verdictText: sql`CASE WHEN may_match THEN 'may be a match' ELSE 'near miss' END`,
    missing: texts.length === 0 ? sql`CAST(NULL AS VARCHAR)` : sql`concat_ws('; ', ${list(texts)})`,
  };
}
