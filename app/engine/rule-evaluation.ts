/**
 * A correlation of any kind over the events of attached sources, as SQL: what `app/rules/evaluate.ts` says of a history in memory.
 * A window includes both its ends and is as long as the rule's time span; it ends at T, or, over a longer range, at any event that
 * one of the rules picked.
 */
import { judgeWindow } from '../rules/judge-window.ts';
import type { CorrelationRule, FilterRule } from '../rules/rule.ts';
import type { RuleVerdict } from '../rules/three-valued.ts';
import type { SourceId } from '../model/plan.ts';
import type { AttachedSource } from './attached-source.ts';
import type { MicrosWindow } from './event-time.ts';
import { anyOf } from './rule-chains.ts';
import { type GroupedHits, groupColumns, groupHits, pickedColumn, valueColumn } from './rule-groups.ts';
import { fieldColumn, findHits, measuredFields, type RuleHits } from './rule-hits.ts';
import { type Figure, type Judging, judgingOf } from './rule-judgement.ts';
import type { RuleScratch } from './rule-scratch.ts';
import { filtersOf, isExpired, type RunRule, sourceless } from './run-rule.ts';
import { beginning, partitionOf, slidingWindows } from './sliding-windows.ts';
import { constant, joinSql, ownName, type Sql, sql } from './sql.ts';
import { list } from './values.ts';

/** What is judged. */
export interface EvaluationInput {
  readonly run: RunRule;
  /** Sources whose rows count. */
  readonly answered: readonly AttachedSource[];
  /** Sources that may have further rows; those that answered in part are among `answered` too. */
  readonly missing: ReadonlySet<SourceId>;
  /** Events outside of it do not count. */
  readonly window: MicrosWindow;
  /** `anchored`: one window, which is all of it. `sliding`: every window of the rule's time span in it. */
  readonly kind: 'anchored' | 'sliding';
}

/** What the rule says. */
export interface RuleEvaluation {
  /** Table, a row a group with an event: `g0`, …, `k0`, … (the key of each rule's latest event), `confirmed`, `undetermined`, `d0`, …
   * (whether the missing sources of a rule can decide), and the measure where there is one. */
  readonly groups: Sql;
  /** Sliding: table of the windows that hold: `g0`, …, `ended_at`, `began_at` (its first event), `k0`, …, the measure. */
  readonly matches: Sql | undefined;
  /** The grouped hits: `g0`, …, `key`, `r0`, …. */
  readonly hits: Sql;
  readonly measure: Judging['measure'];
  /** Of each rule of the correlation, the missing sources that may hold further hits. */
  readonly open: readonly (readonly SourceId[])[];
  /** Verdict on every group without an event. */
  readonly others: RuleVerdict;
  /** Events without a value for a field of a group. */
  readonly skipped: number;
  /** Events that a filter took out, per filter that took out any. */
  readonly suppressed: readonly { readonly filter: FilterRule; readonly events: number }[];
  readonly expired: readonly FilterRule[];
}

/** Column of a rule's latest event. */
export function latestColumn(place: number): Sql {
  return ownName(`k${String(place)}`);
}

/** Column that tells whether the missing sources of a rule can decide. */
export function decidingColumn(place: number): Sql {
  return ownName(`d${String(place)}`);
}

/** Evaluates the rule; what the answer names is in the scratch. */
export async function evaluateRule(scratch: RuleScratch, input: EvaluationInput): Promise<RuleEvaluation> {
  return new Evaluation(scratch, input).evaluate();
}

/** Matches of one inner correlation have numbers of their own, below those of every event. */
const matchesApart = 2n ** 50n;

class Evaluation {
  readonly #scratch: RuleScratch;
  readonly #input: EvaluationInput;
  readonly #hits = new Map<string, RuleHits>();
  readonly #skipped: Sql[] = [];
  #inner = 0n;

  constructor(scratch: RuleScratch, input: EvaluationInput) {
    this.#scratch = scratch;
    this.#input = input;
  }

  async evaluate(): Promise<RuleEvaluation> {
    const { run, kind } = this.#input;
    const { rule } = run;
    const found = await findHits(this.#scratch, this.#input);
    for (const [key, hits] of found.hits) this.#hits.set(key, hits);
    const { steps } = this.#scratch.session;
    steps?.begin('groups', rule.rules.filter((key) => !this.#hits.has(key)).length + 1);
    const hits = await this.#group(rule);
    const judged = kind === 'anchored' ? await this.#anchored(rule, hits) : await this.#sliding(rule, hits);
    const open = rule.rules.map((key) => [...this.#missingFor(key)].sort());
    return {
      ...judged,
      hits: hits.table,
      open,
      others: this.#others(rule, open),
      skipped: await this.#countEvents(this.#skipped),
      suppressed: await this.#countSuppressed(found.suppressed),
      expired: filtersOf(run).filter((filter) => isExpired(filter, run.today)),
    };
  }

  async #group(rule: CorrelationRule): Promise<GroupedHits> {
    for (const key of rule.rules) {
      const inner = this.#input.run.set.correlations.find((other) => other.key === key);
      if (inner === undefined || this.#hits.has(key)) continue;
      this.#hits.set(key, await this.#matchesAsHits(inner));
      this.#scratch.session.steps?.partDone();
    }
    const sources = rule.rules.flatMap((key) => this.#sourcesOf(key));
    const isShared = new Set(sources).size < sources.length;
    const hits = await groupHits(this.#scratch, rule, (key) => this.#hitsOf(key), { window: this.#input.window, isShared });
    this.#skipped.push(hits.skipped);
    return hits;
  }

  /** Where the hits of a rule come from: sources, or an inner correlation. */
  #sourcesOf(key: string): readonly string[] {
    const { run } = this.#input;
    const detection = run.set.detections.find((rule) => rule.key === key);
    return detection === undefined ? [`correlation ${key}`] : run.sourcesOf(detection.logsource);
  }

  #hitsOf(key: string): RuleHits {
    const hits = this.#hits.get(key);
    if (hits === undefined) throw new Error(`no hits of ${key}`);
    return hits;
  }

  /** Every window of an inner correlation that holds is one event at its end, with the fields of the group. */
  async #matchesAsHits(rule: CorrelationRule): Promise<RuleHits> {
    const hits = await this.#group(rule);
    const judging = judgingOf(rule, hits, partitionOf(rule), (at) => this.#isOpen(rule, at));
    const groups = groupColumns(rule);
    const windows = slidingWindows(rule, judging, judging.figures, []);
    const first = ++this.#inner * matchesApart;
    const fields = groups.map((column, place) => sql`${column} AS ${fieldColumn(place)}`);
    const relation = await this.#scratch.store(
      'matches',
      sql`SELECT ${constant(-first)} - row_number() OVER () AS ev, ${list([sql`t`, ...fields])}
        FROM (SELECT DISTINCT ${list([...groups, sql`t`])} FROM ${windows} AS windows WHERE ${judging.holds(beginning(rule))}) AS held`,
    );
    return { relation, fields: rule.groupBy.map(({ name }) => name) };
  }

  async #anchored(rule: CorrelationRule, hits: GroupedHits): Promise<Pick<RuleEvaluation, 'groups' | 'matches' | 'measure'>> {
    this.#scratch.session.steps?.begin('clients', 2);
    const judging = judgingOf(rule, hits, partitionOf(rule), (at) => this.#isOpen(rule, at));
    const from = constant(this.#input.window.from);
    const groups = groupColumns(rule);
    const figures = [...judging.figures, ...latestOf(rule)].map(
      ({ name, aggregate, filter }) => sql`${aggregate}${filter === undefined ? sql`` : sql` FILTER (WHERE ${filter})`} AS ${name}`,
    );
    const grouping = groups.length === 0 ? sql`HAVING count(*) > 0` : sql`GROUP BY ${list(groups)}`;
    const deciding = this.#deciding(rule, (at) => sql`(possible AND NOT confirmed AND NOT ${judging.isSettled(at)})`);
    const table = await this.#scratch.store(
      'judged',
      sql`SELECT *, NOT confirmed AND ${anyOf(deciding.map(({ column }) => column))} AS undetermined FROM (
        SELECT *${joinSql(
          deciding.map(({ column, condition }) => sql`, ${condition} AS ${column}`),
          sql``,
        )} FROM (
        SELECT *, ${judging.holds(from)} AS confirmed, ${judging.possible(from)} AS possible FROM (
        SELECT ${list([...groups, ...figures])} FROM ${judging.relation} AS hit ${grouping}) AS figured) AS decided) AS named`,
    );
    this.#scratch.session.steps?.partDone();
    return { groups: table, matches: undefined, measure: judging.measure };
  }

  /** Windows are judged by what the statement needs; the latest events are looked up only for those that hold. */
  async #sliding(rule: CorrelationRule, hits: GroupedHits): Promise<Pick<RuleEvaluation, 'groups' | 'matches' | 'measure'>> {
    const isAnyOpen = rule.rules.some((_, at) => this.#isOpen(rule, at));
    const table = isAnyOpen ? this.#withMarkers(rule, hits) : hits.table;
    const judging = judgingOf(rule, { ...hits, table }, partitionOf(rule), (at) => this.#isOpen(rule, at));
    const windows = slidingWindows(rule, judging, judging.figures, [sql`ev`]);
    const groups = groupColumns(rule);
    const measure = judging.measure === undefined ? [] : [judging.measure.column];
    const deciding = this.#deciding(rule, (at) => sql`(holds OR (possible AND NOT ${judging.isSettled(at)}))`);
    const flags = deciding.map(({ column, condition }) => sql`${condition} AS ${column}`);
    const { steps } = this.#scratch.session;
    steps?.begin('windows');
    const judged = await this.#scratch.store(
      'windows',
      sql`SELECT ${list([...groups, sql`t`, sql`ev IS NOT NULL AND holds AS is_match`, ...measure, ...flags])}
        FROM (SELECT *, ${judging.holds(beginning(rule))} AS holds, ${judging.possible(beginning(rule))} AS possible
        FROM ${windows} AS windows) AS judged ${isAnyOpen ? sql`` : sql`WHERE ev IS NOT NULL AND holds`}`,
    );
    steps?.begin('clients', 4);
    const held = await this.#scratch.store(
      'held',
      sql`SELECT DISTINCT ${list([...groups, sql`t AS ended_at`, ...measure])} FROM ${judged} WHERE is_match`,
    );
    steps?.partDone();
    const columns = deciding.map(({ column }) => column);
    const judgedGroups = await this.#judgedGroups(rule, hits, judged, columns);
    steps?.partDone();
    const matches = await this.#matchesWithEvents(rule, hits, held, measure);
    steps?.partDone();
    return { groups: judgedGroups, matches, measure: judging.measure };
  }

  #matchesWithEvents(rule: CorrelationRule, hits: GroupedHits, held: Sql, measure: readonly Sql[]): Promise<Sql> {
    const groups = groupColumns(rule);
    const own = [...groups.map((column) => sql`held.${column}`), sql`held.ended_at`, ...measure.map((column) => sql`held.${column}`)];
    const latest = rule.rules.map((_, at) => sql`max(hit.key) FILTER (WHERE hit.${pickedColumn(at)}) AS ${latestColumn(at)}`);
    const same = groups.map((column) => sql`hit.${column} = held.${column} AND `);
    return this.#scratch.store(
      'matches',
      sql`SELECT ${list([...own, sql`min(hit.t) AS began_at`, ...latest])} FROM ${held} AS held JOIN ${hits.table} AS hit
        ON ${joinSql(same, sql``)} hit.t <= held.ended_at AND hit.t >= held.ended_at - ${constant(rule.timespanMicros)}
        GROUP BY ${list(own)}`,
    );
  }

  #judgedGroups(rule: CorrelationRule, hits: GroupedHits, judged: Sql, deciding: readonly Sql[]): Promise<Sql> {
    const groups = groupColumns(rule);
    const latest = latestOf(rule).map(({ name, aggregate, filter = sql`TRUE` }) => sql`${aggregate} FILTER (WHERE ${filter}) AS ${name}`);
    const grouping = groups.length === 0 ? sql`HAVING count(*) > 0` : sql`GROUP BY ${list(groups)}`;
    const told = [sql`bool_or(is_match) AS confirmed`, ...deciding.map((column) => sql`bool_or(${column}) AS ${column}`)];
    const by = groups.length === 0 ? sql`ON TRUE` : sql`USING (${list(groups)})`;
    const flags = deciding.map((column) => sql`coalesce(verdict.${column}, FALSE) AS ${column}`);
    return this.#scratch.store(
      'judged',
      sql`SELECT *, NOT confirmed AND ${anyOf(deciding)} AS undetermined FROM (
        SELECT latest.*, coalesce(verdict.confirmed, FALSE) AS confirmed, ${list(flags)} FROM
        (SELECT ${list([...groups, ...latest])} FROM ${hits.table} ${grouping}) AS latest LEFT JOIN
        (SELECT ${list([...groups, ...told])} FROM ${judged} ${grouping}) AS verdict ${by}) AS joined`,
    );
  }

  /**
   * Windows that end at a row still to come: the known events in one change only where an event comes in, and where one falls out
   * a time span later, so an end just after that, and one at the beginning of the range, stand for all others.
   */
  #withMarkers(rule: CorrelationRule, hits: GroupedHits): Sql {
    const { from, to } = this.#input.window;
    const groups = groupColumns(rule);
    const values = measuredFields(rule).map((_, place) => sql`NULL AS ${valueColumn(place)}`);
    const nothing = [...rule.rules.map((_, place) => sql`FALSE AS ${pickedColumn(place)}`), ...values];
    const marker = (time: Sql): Sql =>
      sql`SELECT DISTINCT ${list([...groups, sql`${time} AS t`, sql`NULL AS ev`, sql`NULL AS key`, ...nothing])} FROM ${hits.table}`;
    const after = sql`t + ${constant(rule.timespanMicros + 1n)}`;
    return sql`(SELECT * FROM ${hits.table} UNION ALL BY NAME ${marker(after)} WHERE ${after} <= ${constant(to)}
      UNION ALL BY NAME ${marker(constant(from))})`;
  }

  #deciding(rule: CorrelationRule, condition: (at: number) => Sql): readonly { readonly column: Sql; readonly condition: Sql }[] {
    return rule.rules.map((_, at) => ({ column: decidingColumn(at), condition: this.#isOpen(rule, at) ? condition(at) : sql`FALSE` }));
  }

  #others(rule: CorrelationRule, open: readonly (readonly SourceId[])[]): RuleVerdict {
    const sources = [...new Set(open.flat())].sort();
    if (sources.length === 0) return { kind: 'not found' };
    const judgement = judgeWindow(rule, [], (key) => this.#missingFor(key).size > 0);
    return judgement === 'fails' ? { kind: 'not found' } : { kind: 'undetermined', sources };
  }

  #isOpen(rule: CorrelationRule, at: number): boolean {
    const key = rule.rules[at];
    return key !== undefined && this.#missingFor(key).size > 0;
  }

  #missingFor(key: string): ReadonlySet<SourceId> {
    const { run, missing } = this.#input;
    const inner = run.set.correlations.find((rule) => rule.key === key);
    if (inner !== undefined) return new Set(inner.rules.flatMap((own) => [...this.#missingFor(own)]));
    const detection = run.set.detections.find((rule) => rule.key === key);
    const sources = detection === undefined ? [] : run.sourcesOf(detection.logsource);
    if (sources.length === 0) return new Set([sourceless(detection?.logsource ?? {})]);
    return new Set(sources.filter((source) => missing.has(source)));
  }

  async #countSuppressed(all: Awaited<ReturnType<typeof findHits>>['suppressed']): Promise<RuleEvaluation['suppressed']> {
    const counted: { filter: FilterRule; events: number }[] = [];
    for (const { filter, relations } of all) {
      const events = await this.#countEvents(relations);
      if (events > 0) counted.push({ filter, events });
    }
    return counted;
  }

  async #countEvents(relations: readonly Sql[]): Promise<number> {
    if (relations.length === 0) return 0;
    const pieces = relations.map((relation) => sql`SELECT ev FROM ${relation} AS own`);
    const [count] = await this.#scratch.session.row(sql`SELECT count(DISTINCT ev) FROM (${joinSql(pieces, sql` UNION ALL `)}) AS given`);
    return Number(count);
  }
}

function latestOf(rule: CorrelationRule): readonly Figure[] {
  return rule.rules.map((_, place) => ({ name: latestColumn(place), aggregate: sql`max(key)`, filter: pickedColumn(place) }));
}
